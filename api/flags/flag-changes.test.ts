// What users are told of changed flags.
import test from 'ava';
import type { Flag } from '../kinds/feature-flag.ts';
import { flagChanges } from './flag-changes.ts';

const flag: Flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

const ROWS: [string, Partial<Flag> | undefined, Partial<Flag> | undefined, string[]][] = [
  ['the same', {}, {}, []],
  ['added', undefined, {}, ['flag a: added, enabled, default off']],
  ['removed', {}, undefined, ['flag a: removed']],
  ['disabled', {}, { state: 'DISABLED' }, ['flag a: disabled']],
  ['default', {}, { defaultVariant: 'on' }, ['flag a: default off -> on']],
  [
    'variants',
    {},
    { variants: { on: 'x'.repeat(60), new: 1 } },
    [
      `flag a: variant new added`,
      'flag a: variant off removed',
      `flag a: variant on true -> "${'x'.repeat(39)}…`,
    ],
  ],
  ['targeting added', {}, { targeting: { var: 'x' } }, ['flag a: targeting added']],
  [
    'targeting changed',
    { targeting: { var: 'y' } },
    { targeting: { var: 'x' } },
    ['flag a: targeting changed'],
  ],
  ['targeting removed', { targeting: { var: 'y' } }, {}, ['flag a: targeting removed']],
  ['metadata', {}, { metadata: { a: 1 } }, ['flag a: metadata changed']],
];

for (const [name, before, after, expected] of ROWS) {
  test(name, (t) => {
    const spec = (fields: Partial<Flag> | undefined) => ({
      flags: fields === undefined ? {} : { a: { ...flag, ...fields } },
    });
    t.deepEqual(flagChanges(spec(before), spec(after)), expected);
  });
}

test('rules and metadata of all flags', (t) => {
  t.deepEqual(
    flagChanges({ flags: {} }, { flags: {}, $evaluators: { a: { var: 'x' } }, metadata: { b: 1 } }),
    ['$evaluators changed', 'metadata changed'],
  );
});
