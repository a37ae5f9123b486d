export type LogLevel = 'dev' | 'debug' | 'info' | 'warn' | 'error' | 'prod';

type Severity = 'debug' | 'info' | 'warn' | 'error';

/** One line for people. */
export type Log = (severity: Severity, line: string) => void;

const SEVERITIES: readonly Severity[] = ['debug', 'info', 'warn', 'error'];

/** The least that a level shows. */
export const LOG_LEVELS: Readonly<Record<LogLevel, Severity>> = {
  dev: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  prod: 'info',
};

export function createLog(level: LogLevel, now: () => Date, write: (text: string) => void): Log {
  const least = SEVERITIES.indexOf(LOG_LEVELS[level]);
  return (severity, line) => {
    if (SEVERITIES.indexOf(severity) < least) return;
    write(`${now().toISOString()} [${severity}] ${line.replaceAll(/\s+/g, ' ')}\n`);
  };
}
