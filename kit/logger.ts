// Logs for operators: constant message, variable fields, one JSON object a line. Never a secret.
import type { Writable } from 'node:stream';
import { createLogger as createWinston, format, transports, type Logger as Winston } from 'winston';

/** Variable parts of a log line. */
export type LogFields = Record<string, unknown>;

/** A narrow logger that every part takes as an argument. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each line. */
  child(fields: LogFields): Logger;
}

/** Levels from most to least severe. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Writes JSON lines to standard error, or to `sink`. */
export function createLogger(options: { level: LogLevel; fields?: LogFields; sink?: Writable }): Logger {
  const winston = createWinston({
    level: options.level,
    ...(options.fields === undefined ? {} : { defaultMeta: options.fields }),
    format: format.combine(format.timestamp(), format.errors({ stack: true }), format.json()),
    transports: [
      options.sink === undefined
        ? new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })
        : new transports.Stream({ stream: options.sink }),
    ],
  });
  return wrap(winston);
}

/** Winston would format each line before it finds out that nobody wants it: a third of a quiet server's work. */
function wrap(winston: Winston): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (winston.isLevelEnabled(level)) winston.log(level, message, fields);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(winston.child(fields)),
  };
}

/** A logger that writes nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
