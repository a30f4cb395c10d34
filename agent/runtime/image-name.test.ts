import test from 'ava';
import { parseImageName } from './image-name.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

const understood: [string, ReturnType<typeof parseImageName>][] = [
  ['nginx', { kind: 'reference', full: 'nginx:latest' }],
  ['nginx:1.27', { kind: 'reference', full: 'nginx:1.27' }],
  ['library/nginx', { kind: 'reference', full: 'library/nginx:latest' }],
  ['localhost:5000/a/b', { kind: 'reference', full: 'localhost:5000/a/b:latest' }],
  ['127.0.0.1:5000/a:v1', { kind: 'reference', full: '127.0.0.1:5000/a:v1' }],
  [
    'Registry.Example.com/team_a/app__b/c--d:T.a-g_1',
    { kind: 'reference', full: 'Registry.Example.com/team_a/app__b/c--d:T.a-g_1' },
  ],
  [`a/b@${DIGEST}`, { kind: 'reference', full: `a/b@${DIGEST}` }],
  [`a/b:tag@${DIGEST}`, { kind: 'reference', full: `a/b:tag@${DIGEST}` }],
  [DIGEST, { kind: 'id', id: DIGEST }],
  ['ab'.repeat(32), { kind: 'id', id: 'ab'.repeat(32) }],
  ['sha256:abc', { kind: 'id', id: 'sha256:abc' }],
  ['0123456789ab', { kind: 'id', id: '0123456789ab' }],
  ['0123456789a', { kind: 'reference', full: '0123456789a:latest' }],
];

for (const [name, expected] of understood) {
  test(`"${name}" is understood`, (t) => {
    t.deepEqual(parseImageName(name), expected);
  });
}

const refused = [
  '',
  ' ',
  'Nginx',
  'a//b',
  '/a',
  'a/',
  'a:',
  'a:b:c',
  'a@sha256:12',
  'a@@b',
  'a b',
  '-a',
  'a:.b',
  'ä',
].concat([`a@${DIGEST}@${DIGEST}`, 'http://a/b', `${'a'.repeat(256)}`, `a:${'t'.repeat(129)}`, 'a\n']);

for (const name of refused) {
  test(`${JSON.stringify(name.slice(0, 40))} is refused`, (t) => {
    t.is(parseImageName(name), undefined);
  });
}
