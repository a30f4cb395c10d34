import test from 'ava';
import { LiveScreen } from './live-screen.ts';

test('drawn in place, cut to the columns and rows there are', (t) => {
  let said = '';
  const screen = new LiveScreen({ out: (text) => (said += text), columns: 5, rows: 4 });
  screen.draw('a\nlonger line\n');
  t.is(said, '\u001b[H\u001b[2J\u001b[3Ja\u001b[K\nlong…\u001b[K\n\u001b[J');
  said = '';
  screen.draw('1\n2\n3\n4\n5\n');
  t.is(said, '\u001b[H1\u001b[K\n2\u001b[K\n…\u001b[K\n\u001b[J');
});
