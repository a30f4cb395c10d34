import test from 'ava';
import fc from 'fast-check';
import {
  bytesOf,
  canonicalQuantity,
  compareQuantities,
  cpuMilliOf,
  formatBytes,
  formatCpu,
  isQuantity,
  parseQuantity,
} from './quantity.ts';

test('reads every form of the grammar', (t) => {
  const table: [string | number, number][] = [
    ['0', 0],
    ['1', 1],
    ['+1', 1],
    ['-1', -1],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['100m', 0.1],
    ['250u', 0.00025],
    ['3n', 3e-9],
    ['2k', 2000],
    ['2M', 2e6],
    ['2G', 2e9],
    ['2T', 2e12],
    ['2P', 2e15],
    ['2E', 2e18],
    ['1Ki', 1024],
    ['64Mi', 67108864],
    ['1.5Gi', 1610612736],
    ['1Ti', 2 ** 40],
    ['1Pi', 2 ** 50],
    ['1Ei', 2 ** 60],
    ['1e3', 1000],
    ['1E3', 1000],
    ['12e-1', 1.2],
    ['1e+2', 100],
    [2, 2],
    [0.25, 0.25],
    [1e21, 2 ** 63],
  ];
  for (const [text, value] of table) t.is(parseQuantity(text), value, String(text));
});

test('refuses everything else', (t) => {
  const nonsense = [
    '',
    ' ',
    '1 ',
    ' 1',
    'Mi',
    '.',
    '-',
    '1mi',
    '1MI',
    '1ki',
    '1K',
    '1KiB',
    '1MB',
    '1e',
    '1ee3',
    '1e1.5',
  ];
  for (const text of [...nonsense, '1e3Mi', '0x10', '1,5', '1_000', 'NaN', 'Infinity', '١', '1'.repeat(65)]) {
    t.is(parseQuantity(text), undefined, text);
    t.false(isQuantity(text), text);
  }
});

test('writes the one canonical form', (t) => {
  const table: [string, string][] = [
    ['0', '0'],
    ['0Ki', '0'],
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1.5', '1500m'],
    ['0.1m', '100u'],
    ['0.0000000001', '1n'],
    ['1000', '1k'],
    ['12000000', '12M'],
    ['1024', '1024'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['1023Ki', '1023Ki'],
    ['0.5Gi', '512Mi'],
    ['1e3', '1e3'],
    ['1e4', '10e3'],
    ['1500e-3', '1500e-3'],
    ['-1.5Gi', '-1536Mi'],
    ['-100m', '-100m'],
    ['1e99', '9223372036854775807'],
    ['16Ei', '9223372036854775807'],
  ];
  for (const [text, canonical] of table) t.is(canonicalQuantity(text), canonical, text);
  t.is(canonicalQuantity('nonsense'), undefined);
});

test('compares exactly, whatever the spelling', (t) => {
  t.is(compareQuantities('1Gi', '1024Mi'), 0);
  t.is(compareQuantities('0.1', '100m'), 0);
  t.true((compareQuantities('1G', '1Gi') ?? 0) < 0);
  t.true((compareQuantities('9007199254740993', '9007199254740992') ?? 0) > 0);
  t.true((compareQuantities('-1', '1n') ?? 0) < 0);
  t.is(compareQuantities('1', 'x'), undefined);
});

test('whole thousandths of cores and whole bytes, rounded up', (t) => {
  t.is(cpuMilliOf('1'), 1000);
  t.is(cpuMilliOf('100m'), 100);
  t.is(cpuMilliOf('0.0001'), 1);
  t.is(cpuMilliOf(undefined), 0);
  t.is(bytesOf('64Mi'), 67108864);
  t.is(bytesOf('1.5'), 2);
  t.is(bytesOf('nonsense'), 0);
  t.is(formatCpu(1500), '1500m');
  t.is(formatCpu(2000), '2');
  t.is(formatBytes(67108864), '64Mi');
  t.is(formatBytes(1000), '1k');
  t.is(formatBytes(1025), '1025');
  t.is(formatBytes(0), '0');
});

const quantities = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.oneof(
      fc.nat(1_000_000).map(String),
      fc.tuple(fc.nat(9999), fc.nat(9999)).map(([a, b]) => `${a}.${b}`),
    ),
    fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e2', 'E-3'),
  )
  .map((parts) => parts.join(''));

test('the canonical form has the same value (but for what rounds up below its grain) and is its own canonical form', (t) => {
  fc.assert(
    fc.property(quantities, (text) => {
      const canonical = canonicalQuantity(text) ?? '';
      if (!/\.\d+[KMG]i$/.test(text)) t.is(compareQuantities(text, canonical), 0, `${text} ${canonical}`);
      t.is(canonicalQuantity(canonical), canonical, `${text} ${canonical}`);
    }),
  );
});

test('comparing is a total order that agrees with the numbers', (t) => {
  fc.assert(
    fc.property(quantities, quantities, (a, b) => {
      const order = compareQuantities(a, b) ?? NaN;
      t.is(order, -(compareQuantities(b, a) ?? NaN) || 0);
      const difference = (parseQuantity(a) ?? 0) - (parseQuantity(b) ?? 0);
      if (Math.abs(difference) > 1e-3 * Math.abs(parseQuantity(a) ?? 0)) t.is(Math.sign(difference), order);
    }),
  );
});
