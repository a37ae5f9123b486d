import { isatty } from 'node:tty';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { GlobalConfig } from './config/commands.ts';

export type LogOptions = Pick<GlobalConfig, 'logLevel' | 'logFormat'>;

/** Logs go to standard error, so that what a command prints can be piped. */
export async function createLogger({ logLevel, logFormat }: LogOptions): Promise<Logger> {
  const options = { level: logLevel, base: null };
  if (logFormat === 'json')
    return pino(
      {
        ...options,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      pino.destination({ dest: 2, sync: true }),
    );
  const { PinoPretty: pinoPretty } = await import('pino-pretty');
  const pretty = pinoPretty({
    destination: 2,
    sync: true,
    singleLine: true,
    colorize: isatty(2),
    translateTime: 'SYS:HH:MM:ss',
  });
  return pino(options, pretty);
}
