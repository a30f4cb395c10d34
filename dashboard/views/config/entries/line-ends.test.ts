import test from 'ava';
import { lineEndsOf, withLineEnds } from './line-ends.ts';

test('line ends are told apart', (t) => {
  for (const [text, ends] of [
    ['', 'lf'],
    ['a\nb\n', 'lf'],
    ['a\r\nb', 'crlf'],
    ['a\r\nb\n', 'mixed'],
    ['a\rb', 'mixed'],
  ] as const)
    t.is(lineEndsOf(text), ends, JSON.stringify(text));
});

test('what a field holds gets the line ends that were there', (t) => {
  t.is(withLineEnds('a\nc', 'a\r\nb'), 'a\r\nc');
  t.is(withLineEnds('a\nc', 'a\nb'), 'a\nc');
  t.is(withLineEnds('a\nc', undefined), 'a\nc');
  t.is(withLineEnds('a\r\nc', 'a\r\nb'), 'a\r\nc');
});
