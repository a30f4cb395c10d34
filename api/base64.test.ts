import test from 'ava';
import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from './base64.ts';

test('any text comes back', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 50 }),
      (text) => decodeBase64(encodeBase64(text)) === text,
    ),
  );
  const long = 'ä'.repeat(100_000);
  t.is(decodeBase64(encodeBase64(long)), long);
});

test('what is no base64 of a text is undefined', (t) => {
  t.is(decodeBase64('***'), undefined);
  t.is(decodeBase64('/w=='), undefined);
});

test('a byte order mark is part of the text', (t) => {
  t.is(decodeBase64('77u/YQ=='), '\uFEFFa');
  t.is(encodeBase64('\uFEFFa'), '77u/YQ==');
});
