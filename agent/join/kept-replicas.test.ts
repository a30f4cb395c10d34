// What an agent remembers of the replicas, and what it makes of a file that is none.
import test from 'ava';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepReplicas, readKeptReplicas } from './kept-replicas.ts';

test('kept as a whole; what cannot be read is nothing', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-replicas-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'pki', 'replicas.json');
  t.deepEqual(readKeptReplicas(file), []);
  keepReplicas(file, ['10.0.0.1:6443', '[fd00::1]:6443']);
  t.deepEqual(readKeptReplicas(file), ['10.0.0.1:6443', '[fd00::1]:6443']);
  for (const [text, known] of [
    ['{"a":', []],
    ['{"a":1}', []],
    ['[1, "10.0.0.2:6443", "a b", ""]', ['10.0.0.2:6443']],
  ] as const) {
    writeFileSync(file, text);
    t.deepEqual(readKeptReplicas(file), known, text);
  }
});
