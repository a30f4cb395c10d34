// Bundles the programs from compiled code: one file (and one a command of `gantry`) instead of some thousand
// modules, most of whose start-up is finding and opening files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** Modules that read files beside themselves, or are optional and native. */
const EXTERNAL = ['etcd3', '@grpc/*', 'cpu-features', 'bufferutil', 'utf-8-validate', '*.node'];

/** Packages in the older module system expect these names in their scope. */
const OLD_MODULE_SCOPE = `
import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

/** Entry points, and the folder that each one's bundle goes to. */
const PROGRAMS = [
  ['control-plane/dist/main.js', 'control-plane/dist/bundle'],
  ['agent/dist/main.js', 'agent/dist/bundle'],
  ['ctl/dist/main.js', 'ctl/dist/bundle'],
  ['e2e/dist/sim/main.js', 'e2e/dist/bundle/sim'],
];

/**
 * With one character beyond Latin-1 in it, the engine keeps a whole file at two bytes a character, for as long as the
 * program runs. esbuild escapes them in strings; in comments and patterns they are left, where an escape says the same.
 */
function inSingleBytes(code) {
  return code.replaceAll(/[^\x00-\xff]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

async function bundle([entry, outdir]) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    outdir,
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // Names stay; `{ ...{ a, b }, c }` becomes `{ a, b, c }`, which the engine makes many times faster.
    minifySyntax: true,
    // Readable as it is; with NODE_OPTIONS=--enable-source-maps stack traces name the sources.
    sourcemap: true,
    sourcesContent: false,
    external: EXTERNAL,
    banner: { js: OLD_MODULE_SCOPE },
    logLevel: 'warning',
  });
  mkdirSync(outdir, { recursive: true });
  for (const { path, text } of outputFiles) {
    writeFileSync(path, path.endsWith('.js') ? inSingleBytes(text) : text);
  }
}

await Promise.all(PROGRAMS.map(bundle));
