import test from 'ava';
import { REMEMBERED_LIST_BYTES_MAX } from './limits.ts';
import { rememberedPieces } from './remembered-list.ts';

const textOf = (pieces: Iterable<Buffer>): string => Buffer.concat([...pieces]).toString();

test('the same array is written once, whatever its answers begin with; another array anew', (t) => {
  const items = [{}, {}];
  let made = 0;
  const make = () => {
    made += 1;
    return ['ä', 'b]'];
  };
  t.is(textOf(rememberedPieces('1[', items, make)), '1[äb]');
  t.is(textOf(rememberedPieces('2[', items, make)), '2[äb]');
  t.is(made, 1);
  t.is(textOf(rememberedPieces('3[', [...items], make)), '3[äb]');
  t.is(made, 2);
});

test('a list that the client left half read, or that is too long, is not remembered', (t) => {
  let made = 0;
  const items: object[] = [];
  const make = (): string[] => {
    made += 1;
    return ['a', 'b'];
  };
  for (const piece of rememberedPieces('[', items, make)) if (piece.toString() === 'a') break;
  t.is(textOf(rememberedPieces('[', items, make)), '[ab');
  t.is(made, 2);
  const long = [{}];
  const half = 'x'.repeat(REMEMBERED_LIST_BYTES_MAX / 2 + 1);
  for (const expected of [1, 2]) {
    let asked = 0;
    const pieces = rememberedPieces('[', long, () => {
      asked += 1;
      return [half, half];
    });
    t.is(textOf(pieces).length, 1 + 2 * half.length, `time ${expected}`);
    t.is(asked, 1);
  }
});
