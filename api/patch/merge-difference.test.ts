import test from 'ava';
import { mergeDifference } from './merge-difference.ts';

const differences: [string, unknown, unknown, unknown][] = [
  ['nothing', { a: 1, b: [1] }, { a: 1, b: [1] }, undefined],
  ['a field', { a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }],
  ['a field that is gone', { a: { b: 1, c: 2 } }, { a: { c: 2 } }, { a: { b: null } }],
  ['a new field', {}, { a: { b: 1 } }, { a: { b: 1 } }],
  ['a list', { a: [1, 2] }, { a: [2] }, { a: [2] }],
];
for (const [title, before, after, patch] of differences) {
  test(`the patch of ${title}`, (t) => {
    t.deepEqual(mergeDifference(before, after), patch);
  });
}
