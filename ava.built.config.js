/**
 * The compiled tests, as `make test` runs them: no process has to compile anything. What was compiled from a source that
 * is gone is passed over.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import shared from './ava.config.js';

const packages = ['kit', 'api', 'control-plane', 'agent', 'ctl', 'e2e'];

function testsOf(name) {
  return readdirSync(name, { recursive: true })
    .filter(
      (path) => path.endsWith('.test.ts') && !path.startsWith('dist/') && !path.includes('node_modules'),
    )
    .map((path) => join(name, 'dist', path.replace(/\.ts$/, '.js')));
}

export default {
  files: packages.flatMap(testsOf),
  workerThreads: shared.workerThreads,
  timeout: shared.timeout,
  concurrency: shared.concurrency,
};
