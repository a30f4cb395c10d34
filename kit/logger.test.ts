import { Writable } from 'node:stream';
import test from 'ava';
import { createLogger, type LogLevel } from './logger.ts';

/** What a logger of that level writes. */
function written(level: LogLevel, use: (logger: ReturnType<typeof createLogger>) => void): object[] {
  const lines: object[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as object);
      done();
    },
  });
  use(createLogger({ level, fields: { part: 'test' }, sink }));
  return lines;
}

test('lines below the level are not even looked at; others carry message, fields and the logger’s own', (t) => {
  const fields = {
    get secret(): string {
      t.fail('a line that nobody wants was formatted');
      return '';
    },
  };
  const lines = written('info', (logger) => {
    logger.debug('unwanted', fields);
    logger.child({ node: 'n1' }).warn('wanted', { count: 2 });
  });
  t.like(lines, [{ level: 'warn', message: 'wanted', count: 2, part: 'test', node: 'n1' }]);
  t.is(lines.length, 1);
});

test('errors are told', (t) => {
  const [line] = written('error', (logger) => logger.error('failed', { error: 'gone' }));
  t.like(line, { level: 'error', message: 'failed', error: 'gone' });
});
