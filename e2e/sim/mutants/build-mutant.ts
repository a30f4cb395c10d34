// Bundles the simulation from its sources with one fault put in.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { mutate, type Mutant } from './mutant.ts';

/** Modules that read files beside themselves, or are optional and native. */
const EXTERNAL = ['etcd3', '@grpc/*', 'cpu-features', 'bufferutil', 'utf-8-validate', '*.node'];

/** Packages in the older module system expect this name in their scope. */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

/** Writes the bundle to `file`. */
export async function buildMutant(root: string, mutant: Mutant, file: string): Promise<void> {
  const path = join(root, mutant.file);
  const contents = mutate(mutant, await readFile(path, 'utf8'));
  let isIn = false;
  await build({
    entryPoints: [join(root, 'e2e', 'sim', 'main.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['gantry-source'],
    external: EXTERNAL,
    banner: { js: BANNER },
    logLevel: 'warning',
    plugins: [
      {
        name: 'mutant',
        setup: (bundler) => {
          bundler.onLoad({ filter: /\.ts$/ }, ({ path: loaded }) => {
            if (loaded !== path) return undefined;
            isIn = true;
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  if (!isIn) throw new Error(`${mutant.name}: ${mutant.file} is not part of the simulation`);
}
