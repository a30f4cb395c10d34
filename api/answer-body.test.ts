import test from 'ava';
import fc from 'fast-check';
import { readLines, readText } from './answer-body.ts';
import type { TransportError } from './transport-error.ts';

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.byteLength; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function linesOf(text: string, sizes: readonly number[] = [3], bytesMax = 1000): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(chunks(encode(text), sizes), bytesMax)) lines.push(line);
  return lines;
}

test('lines come whole, however the bytes arrive', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).filter((line) => !line.includes('\n'))),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      fc.boolean(),
      async (lines, sizes, ends) => {
        const text = lines.join('\n') + (ends ? '\n' : '');
        t.deepEqual(await linesOf(text, sizes, 100_000), lines);
        t.is(await readText(chunks(encode(text), sizes), 100_000), text);
      },
    ),
  );
  t.deepEqual(await linesOf('\n\na\n\nb'), ['a', 'b']);
});

test('what is longer than the limit is refused while it arrives', async (t) => {
  t.deepEqual(await linesOf('1234\n12345\n', [4], 5), ['1234', '12345']);
  for (const sizes of [[1], [100]]) {
    const error = await t.throwsAsync<TransportError>(linesOf('123456\n', sizes, 5));
    t.is(error.code, 'answer-too-large');
  }
  await t.throwsAsync(readText(chunks(encode('123456'), [2]), 5), { message: /larger than 5 bytes/ });
});
