// Logs for operators: constant message, variable fields, one JSON object a line. Never a secret.
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

/** Writes JSON lines to standard error. */
export function createLogger(options: { level: LogLevel; fields?: LogFields }): Logger {
  const winston = createWinston({
    level: options.level,
    ...(options.fields === undefined ? {} : { defaultMeta: options.fields }),
    format: format.combine(format.timestamp(), format.errors({ stack: true }), format.json()),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
  return wrap(winston);
}

function wrap(winston: Winston): Logger {
  return {
    debug: (message, fields) => void winston.debug(message, fields),
    info: (message, fields) => void winston.info(message, fields),
    warn: (message, fields) => void winston.warn(message, fields),
    error: (message, fields) => void winston.error(message, fields),
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
