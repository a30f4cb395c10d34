import { readFileSync } from 'node:fs';
import test from 'ava';
import { brokenIn, createAllInvariants } from './all-invariants.ts';
import { StagedWorld } from './staged-world.ts';

const PAGE = `${process.cwd()}/docs/design/failure-model.md`;

test('the page of the failure model names every invariant once, in their order', (t) => {
  const table = readFileSync(PAGE, 'utf8').split('## Promises')[1]?.split('## As far')[0] ?? '';
  const named = [...table.matchAll(/\| `([a-z-]+)` \|$/gm)].map((match) => match[1]);
  t.deepEqual(
    named,
    createAllInvariants().map(({ name }) => name),
  );
});

test('a sentence says what holds, and what is found says where', (t) => {
  const world = new StagedWorld();
  const invariants = createAllInvariants();
  for (const { sentence } of invariants) t.regex(sentence, /^(?:[A-Z]|status\.|spec\.|restartPolicy).*\.$/);
  t.deepEqual(brokenIn(invariants, world.look()), []);
  world.put('Namespace', 'web');
  world.put('ConfigMap', 'a');
  world.put('ConfigMap', 'a', { metadata: { uid: 'another' } });
  t.deepEqual(brokenIn(invariants, world.look()), [
    {
      name: 'identity-stays',
      sentence: invariants.find(({ name }) => name === 'identity-stays')?.sentence ?? '',
      found: 'ConfigMap web/a changed its uid from uid of ConfigMap a to another',
    },
  ]);
});
