import test from 'ava';
import { objectsOf, readYamlDocuments } from './yaml-documents.ts';
import { formatYamlFault } from './yaml-fault.ts';

const valuesOf = (text: string): unknown[] =>
  readYamlDocuments(text, 'x.yaml').documents.map(({ value }) => value);

test('reads each document with its place; empty ones are left out', (t) => {
  const { documents, faults } = readYamlDocuments(
    '# head\n---\na: 1\n---\n---\n# only a comment\n--- {b: 2}\n...\n',
    'x.yaml',
  );
  t.deepEqual(faults, []);
  t.deepEqual(documents, [
    { file: 'x.yaml', line: 3, document: 1, value: { a: 1 } },
    { file: 'x.yaml', line: 7, document: 2, value: { b: 2 } },
  ]);
  for (const empty of ['', '\n', '# nothing\n', '---\n', '---\n---\n', 'null', '\uFEFF'])
    t.deepEqual(valuesOf(empty), []);
});

test('values mean what they mean to kubectl', (t) => {
  const table: [string, unknown][] = [
    ['yes', true],
    ['on', true],
    ['y', true],
    ['off', false],
    ['0777', 511],
    ['0x10', 16],
    ['1_000', 1000],
    ['1e3', 1000],
    ['12:30', '12:30'],
    ['80:80', '80:80'],
    ['2026-01-31', '2026-01-31'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
    ['"yes"', 'yes'],
    ['~', null],
    ['!!binary aGk=', 'aGk='],
    ['|\n  line\n  ---\n', 'line\n---\n'],
  ];
  for (const [text, value] of table) t.deepEqual(valuesOf(`a: ${text}`), [{ a: value }], text);
  t.deepEqual(valuesOf('{"a": [1, "x"],\n\t"b": null}'), [{ a: [1, 'x'], b: null }]);
  t.deepEqual(valuesOf('base: &base {a: 1}\nmore:\n  <<: *base\n  b: 2\n'), [
    { base: { a: 1 }, more: { a: 1, b: 2 } },
  ]);
});

test('a broken document is told with its place, and the others are read', (t) => {
  const text = 'kind: A\n---\nkind: B\nspec:\n  image: a: b\n---\nkind: C\n';
  const { documents, faults } = readYamlDocuments(text, 'web.yaml');
  t.deepEqual(
    documents.map(({ value, document }) => [value, document]),
    [
      [{ kind: 'A' }, 1],
      [{ kind: 'C' }, 3],
    ],
  );
  t.is(faults.length, 1);
  t.like(faults[0], { file: 'web.yaml', line: 5, column: 10, document: 2, source: '  image: a: b' });
  t.deepEqual(faults.map(formatYamlFault).join('').split('\n'), [
    'web.yaml:5:10: there is a second ": " in this line; put the value in quotes or on a line of its own',
    '  5 |   image: a: b',
    '               ^',
  ]);
});

test('each mistake has its line, column and sentence', (t) => {
  const table: [string, number, number, RegExp][] = [
    ['a: 1\nb: 2\na: 3', 3, 1, /twice/],
    ['a:\n\tb: 1', 2, 1, /tab/],
    ['a:\n  b: 1\n c: 2', 3, 1, /indented/],
    ['a: @b', 1, 4, /quotes/],
    ['a\nb: c', 1, 1, /":" is missing/],
    ['- a\nb: c', 2, 1, /does not fit/],
    ['a: "b\nc: d', 2, 5, /missing/],
    ['a: *nowhere', 1, 4, /\*nowhere has no anchor/],
    ['image: {{ .Values.image }}', 1, 9, /template/],
    ['a: 1\n\n---\nb: [1,\n---\nc: 1', 4, 7, /bracket|missing|indented/],
    ['__proto__: {a: 1}', 1, 1, /__proto__/],
  ];
  for (const [text, line, column, message] of table) {
    const { faults } = readYamlDocuments(text, 'x.yaml');
    t.is(faults.length, 1, text);
    t.regex(faults[0]?.message ?? '', message, text);
    t.deepEqual([faults[0]?.line, faults[0]?.column], [line, column], text);
  }
});

test('bombs are refused, not expanded', (t) => {
  const levels = Array.from({ length: 12 }, (_, index) => {
    return `l${index}: &l${index} [${Array<string>(10)
      .fill(index === 0 ? 'x' : `*l${index - 1}`)
      .join(', ')}]`;
  });
  t.regex(readYamlDocuments(levels.join('\n'), 'x').faults[0]?.message ?? '', /alias/);
  t.regex(readYamlDocuments('['.repeat(20_000), 'x').faults[0]?.message ?? '', /./);
  t.regex(readYamlDocuments(`${'['.repeat(150)}${']'.repeat(150)}`, 'x').faults[0]?.message ?? '', /deep/);
  t.regex(readYamlDocuments(`[${'1,'.repeat(200_000)}]`, 'x').faults[0]?.message ?? '', /300000 words/);
  t.regex(readYamlDocuments('---\na\n'.repeat(10_001), 'x').faults[0]?.message ?? '', /10000 documents/);
});

test('a List stands for its items', (t) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } };
  t.deepEqual(objectsOf(pod), [pod]);
  t.deepEqual(objectsOf({ apiVersion: 'v1', kind: 'List', items: [pod, { kind: 'List', items: [pod] }] }), [
    pod,
    pod,
  ]);
  t.deepEqual(objectsOf({ apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'a' } }] }), [pod]);
  t.deepEqual(objectsOf({ kind: 'Allowlist', items: [1] }), [{ kind: 'Allowlist', items: [1] }]);
  t.deepEqual(objectsOf('text'), ['text']);
});
