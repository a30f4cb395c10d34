// What was searched for is marked, wherever it stands in a line.
import test from 'ava';
import { foundPieces } from './found-pieces.ts';
import { logPath, wholeLogPath } from './log-path.ts';

const text = (line: string, sought: string): string =>
  foundPieces(line, sought)
    .map((piece) => (piece.found ? `[${piece.text}]` : piece.text))
    .join('');

test('every occurrence, whatever its case', (t) => {
  t.is(text('Error: an error', 'error'), '[Error]: an [error]');
  t.is(text('nothing', 'error'), 'nothing');
  t.is(text('aaaa', 'aa'), '[aa][aa]');
  t.is(text('all', ''), 'all');
});

test('colours stay', (t) => {
  t.deepEqual(foundPieces('\u001b[31mred alert', 'alert'), [
    { text: 'red ', style: 'ansi-red', found: false },
    { text: 'alert', style: 'ansi-red', found: true },
  ]);
});

test('a letter that is longer in lower case does no harm', (t) => {
  t.is(text('İstanbul', 'stan'), 'İstanbul');
});

test('paths of logs', (t) => {
  const wish = {
    namespace: 'shop',
    pod: 'web',
    container: 'app',
    previous: false,
    follow: true,
    timestamps: false,
  };
  t.is(logPath(wish), '/api/v1/namespaces/shop/pods/web/log?container=app&tailLines=2000&follow=true');
  t.notRegex(logPath({ ...wish, previous: true }), /follow/);
  t.is(wholeLogPath(wish), '/api/v1/namespaces/shop/pods/web/log?container=app&timestamps=true');
});
