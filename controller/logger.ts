import { isatty } from 'node:tty';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { GlobalConfig } from './config/commands.ts';

export type LogOptions = Pick<GlobalConfig, 'logLevel' | 'logFormat'>;

/** Fields that a line for people says in words, in the order in which it says them. */
const SAID_FIELDS = ['resource', 'object', 'environment', 'file', 'line', 'column', 'path', 'message'];

/** `created role/xray-task (prod-eu): AWS has made it`: what of a line's fields is said in words. */
export function prettyMessage(line: Readonly<Record<string, unknown>>): string {
  const text = (field: string): string => {
    const value = line[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const place = text('file') && [text('file'), text('line'), text('column')].filter(Boolean).join(':');
  const environment = text('environment');
  const subject = [
    text('msg'),
    text('resource') || text('object') || [place, text('path')].filter(Boolean).join(' '),
    environment === '' || environment === 'default' ? '' : `(${environment})`,
  ];
  const message = text('message');
  return `${subject.filter(Boolean).join(' ')}${message === '' ? '' : `: ${message}`}`;
}

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
    ignore: SAID_FIELDS.join(','),
    messageFormat: (line) => prettyMessage(line),
  });
  return pino(options, pretty);
}
