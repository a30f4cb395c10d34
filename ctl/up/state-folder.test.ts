// Whose a state folder is: no folder of others becomes one, and only what Gantry makes counts as its own.
import test from 'ava';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError } from '../command.ts';
import { homeFrom } from '../home.ts';
import { isStateFolder, refuseForeignFolder, stateEntries } from './state-folder.ts';

/** Files by path, folders where the path ends in `/`. */
function folderWith(...paths: string[]): ReturnType<typeof homeFrom> {
  const root = mkdtempSync(join(tmpdir(), 'gantry-state-'));
  for (const path of paths) {
    mkdirSync(join(root, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(root, path), '');
  }
  return homeFrom({ GANTRY_HOME: root });
}

const CASES: readonly [what: string, paths: readonly string[], isState: boolean, isRefused: boolean][] = [
  ['an empty folder may become one', [], false, false],
  ['one that was only set up', ['bin/etcd'], true, false],
  ['one that runs', ['run/etcd.json', 'pki/join-token'], true, false],
  ['one that users have put notes into', ['run/etcd.json', 'notes.txt'], true, false],
  ['one whose data were kept', ['pki/join-token', 'etcd/', 'notes.txt'], true, false],
  ["somebody's home, with a folder of a name of ours", ['bin/tool', '.profile'], false, true],
  ['a folder of others', ['a', 'b', 'c', 'd'], false, true],
];

for (const [what, paths, isState, isRefused] of CASES)
  test(`${what}: ${isState ? 'is one' : 'is none'}`, (t) => {
    const home = folderWith(...paths);
    t.teardown(() => {
      rmSync(home.root, { recursive: true });
    });
    t.is(isStateFolder(home), isState);
    if (isRefused) t.throws(() => refuseForeignFolder(home), { instanceOf: CliError });
    else t.notThrows(() => refuseForeignFolder(home));
  });

test('a refusal names what is there and the remedy', (t) => {
  const home = folderWith('a', 'b', 'c', 'd');
  t.teardown(() => {
    rmSync(home.root, { recursive: true });
  });
  const error = t.throws(() => refuseForeignFolder(home), { instanceOf: CliError });
  t.is(error?.message, `${home.root} cannot be the state folder: it holds a, b, c and 1 more.`);
  t.regex(error?.nextStep ?? '', /GANTRY_HOME/);
});

test('only what Gantry makes is its own; a folder that is not there holds nothing', (t) => {
  const home = folderWith('run/', 'etcd/', 'notes.txt');
  t.deepEqual(stateEntries(home), { own: ['etcd', 'run'], foreign: ['notes.txt'] });
  rmSync(home.root, { recursive: true });
  t.deepEqual(stateEntries(home), { own: [], foreign: [] });
});
