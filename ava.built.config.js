/**
 * The compiled tests, as `make test` runs them: no process has to compile anything. What was compiled from a source that
 * is gone is passed over.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import shared from './ava.config.js';

const { workspaces } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

function testsOf(name) {
  return readdirSync(name, { recursive: true })
    .filter(
      (path) => path.endsWith('.test.ts') && !path.startsWith('dist/') && !path.includes('node_modules'),
    )
    .map((path) => join(name, 'dist', path.replace(/\.ts$/, '.js')));
}

export default {
  files: workspaces.flatMap(testsOf),
  workerThreads: shared.workerThreads,
  timeout: shared.timeout,
  concurrency: shared.concurrency,
};
