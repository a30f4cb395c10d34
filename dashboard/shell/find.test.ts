import test from 'ava';
import { find, FOUND_MAX, type Findable } from './find.ts';

const entry = (kind: string, name: string, namespace = 'shop'): Findable => ({
  ...{ kind, name, namespace },
  href: `/${kind}/${namespace}/${name}`,
});
const ALL = [
  entry('Pod', 'web-1'),
  entry('Rollout', 'web'),
  entry('Service', 'my-web'),
  entry('Pod', 'db', 'web'),
];
const names = (text: string): string[] => find(ALL, text).map(({ kind, name }) => `${kind} ${name}`);

test('names that begin with it come first, shorter ones before longer ones', (t) => {
  t.deepEqual(names('web'), ['Rollout web', 'Pod web-1', 'Service my-web', 'Pod db']);
});

test('every word has to be there, in kind, namespace or name', (t) => {
  t.deepEqual(names('pod web'), ['Pod web-1', 'Pod db']);
  t.deepEqual(names('WEB shop rollout'), ['Rollout web']);
  t.deepEqual(names('web nothing'), []);
});

test('without a word nothing is found, and never too much', (t) => {
  t.deepEqual(names('  '), []);
  const many = Array.from({ length: 200 }, (_, at) => entry('Pod', `web-${at}`));
  t.is(find(many, 'web').length, FOUND_MAX);
});
