// The repository keeps its own house rules. Each message names the remedy.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import test from 'ava';
import { functionSizes, importsOf, readSources, type SourceFile } from './source-tree.ts';

const ROOT = process.cwd();
const sources = readSources(ROOT);
const code = sources.filter((file) => !file.test);

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 60;
const FILE_LINES_MEDIAN_MAX = 150;
const FUNCTION_LINES_P95_MAX = 40;
const SILENCED =
  /@ts-(ignore|nocheck|expect-error)|eslint-disable|\bas any\b|\btest\.(skip|todo|failing|only)\(/;
const BANNED_NAMES = /(^|-)(utils?|helpers?|common|misc|manager|stuff)(-|\.|$)/;

/** What a package may import of the others. e2e may import all. */
const ALLOWED_IMPORTS: Record<string, readonly string[]> = {
  kit: [],
  api: ['kit'],
  'control-plane': ['kit', 'api'],
  agent: ['kit', 'api'],
  ctl: ['kit', 'api'],
  dashboard: ['kit', 'api'],
};

function none(
  t: { deepEqual(actual: unknown, expected: unknown, message?: string): unknown },
  found: string[],
  remedy: string,
): void {
  t.deepEqual(found, [], `${remedy}\n${found.join('\n')}`);
}

test('no file is over 400 lines', (t) => {
  const long = code
    .filter((file) => file.lines > FILE_LINES_MAX)
    .map((file) => `${file.path}: ${file.lines}`);
  none(t, long, 'Split these files by duty:');
});

test('no function is over 60 lines', (t) => {
  const long = code.flatMap((file) =>
    functionSizes(file)
      .filter((size) => size.lines > FUNCTION_LINES_MAX)
      .map((size) => `${file.path}: ${size.name} has ${size.lines}`),
  );
  none(t, long, 'Take named steps out of these functions:');
});

test('the median file has at most 150 lines and the 95th percentile of functions at most 40', (t) => {
  const quantile = (values: number[], share: number): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
  t.true(
    quantile(
      code.map((file) => file.lines),
      0.5,
    ) <= FILE_LINES_MEDIAN_MAX,
    'Split the larger half of the files.',
  );
  const functions = code.flatMap((file) => functionSizes(file).map((size) => size.lines));
  t.true(quantile(functions, 0.95) <= FUNCTION_LINES_P95_MAX, 'Shorten the longest functions.');
});

test('plans are pure: no async, no clock, no chance, no node: import', (t) => {
  const impure = /\basync\b|\bawait\b|Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|from 'node:/;
  const found = code
    .filter((file) =>
      /(^|\/)plan(-[a-z-]+)?\.ts$|-plan\.ts$|(^|\/)(next-step|decide-[a-z-]+)\.ts$/.test(file.path),
    )
    .filter((file) => impure.test(withoutComments(file.text)))
    .map((file) => file.path);
  none(t, found, 'Take time, chance and I/O out of these plans and hand them in as arguments:');
});

test('packages import one way: kit, api <- control-plane | agent | ctl <- e2e', (t) => {
  const found = sources.flatMap((file) => {
    const name = file.path.split('/')[0] ?? '';
    const allowed = ALLOWED_IMPORTS[name];
    if (allowed === undefined) return [];
    return importsOf(file)
      .map((target) => /^@gantry\/([^/]+)/.exec(target)?.[1])
      .filter(
        (target): target is string => target !== undefined && target !== name && !allowed.includes(target),
      )
      .map((target) => `${file.path} imports @gantry/${target}`);
  });
  none(t, found, 'Move what both need down into kit or api:');
});

test('a relative import stays inside its package', (t) => {
  const found = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith('.'))
      .map((target) => normalize(join(dirname(file.path), target)))
      .filter(
        (target) => target.split('/')[0] !== file.path.split('/')[0] && !target.endsWith('package.json'),
      )
      .map((target) => `${file.path} reaches ${target}`),
  );
  none(t, found, 'Import other packages by name, @gantry/<package>/<file>:');
});

test('the api package runs in a browser: no node: imports', (t) => {
  const found = code
    .filter((file) => file.path.startsWith('api/') && !file.path.startsWith('api/write-'))
    // The transport of Node programs; a page brings its own.
    .filter((file) => file.path !== 'api/node-transport.ts')
    .filter((file) => importsOf(file).some((target) => target.startsWith('node:')))
    .map((file) => file.path);
  none(t, found, 'Take what these files need as an argument:');
});

test('the agent reaches the operating system through its machine and its runtime alone', (t) => {
  const door =
    /^agent\/(main\.ts|connection\.ts|remove-network\.ts|join\/|machine\/local\/|runtime\/(docker|bench|contract)\/|runtime\/test-|dns\/(udp-listener|tcp-listener|upstream-sockets)\.ts|flags\/http-listener\.ts|service-proxy\/(haproxy-(cli|files|process)|apply-nft|network-lock|test-(split-)?bench|mirrors\/test-mirror-bench)\.ts|traffic-metrics\/log-pipe\.ts)/;
  const system =
    /from '(node:(fs|os|net|tls|http|https|child_process|dgram|dns|timers)|undici|@gantry\/kit\/etcd-)|(?<!')\bprocess\.(?!ts)|\b(setTimeout|setInterval|setImmediate)\(|\bDate\.now\(|new Date\(\)|Math\.random\(|randomUUID|AbortSignal\.timeout|\bsystem(Clock|Random|Ids)\b/;
  const found = code
    .filter((file) => file.path.startsWith('agent/') && !file.path.startsWith('agent/toy/'))
    .filter((file) => !door.test(file.path) && system.test(withoutTypeImports(withoutComments(file.text))))
    .map((file) => file.path);
  none(
    t,
    found,
    'Put what these files need into agent/machine/machine.ts, and time and chance into arguments:',
  );
});

test('names say what a file holds', (t) => {
  const found = sources.map((file) => file.path).filter((path) => BANNED_NAMES.test(basename(path)));
  none(t, found, 'Name these files after their main export:');
});

test('tests find files of the repository from where they are started, for they run compiled as well', (t) => {
  const lost = sources.filter((file) => file.test && /new URL\(\s*['"`]\.\.\//.test(file.text));
  none(
    t,
    lost.map((file) => file.path),
    'Begin the path with process.cwd():',
  );
});

test('files are named in kebab-case and open with their duty', (t) => {
  const unnamed = code.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/.test(basename(file.path)));
  none(
    t,
    unnamed.map((file) => file.path),
    'Rename to kebab-case:',
  );
  const silent = code.filter((file) => !/^(#!.*\n)?\s*(\/\/|\/\*)/.test(file.text));
  none(
    t,
    silent.map((file) => file.path),
    'Open these files with one to four lines: their duty and the invariant they keep:',
  );
});

test('no file is dead: each is imported, tested or started', (t) => {
  const entry = /(^|\/)main\.tsx?$|\.test\.ts$|^e2e\/bench\/run-bench\.ts$|^api\/write-[a-z-]+\.ts$|\.d\.ts$/;
  const used = new Set(
    sources.flatMap((file) => importsOf(file).map((target) => resolveImport(file, target))),
  );
  const mentioned = readFileSync(join(ROOT, 'Makefile'), 'utf8');
  // Programs that tests start by their names.
  const isStarted = (path: string): boolean =>
    path.endsWith('-program.ts') &&
    sources.some((file) => file.path !== path && file.text.includes(`'${basename(path, '.ts')}.js'`));
  const dead = sources
    .map((file) => file.path)
    .filter((path) => !isStarted(path))
    .filter((path) => !entry.test(path) && !used.has(path) && !mentioned.includes(compiledPath(path)));
  none(t, dead, 'Delete these files, or use them:');
});

test('no check is silenced without a reason', (t) => {
  const found = sources.flatMap((file) =>
    file.path.startsWith('e2e/tidy/')
      ? []
      : file.text
          .split('\n')
          .filter((line) => SILENCED.test(line) && !line.includes(' -- '))
          .map((line) => `${file.path}: ${line.trim()}`),
  );
  none(t, found, 'Mend the cause, or say why behind ` -- `:');
});

test('every package has its README-level entry in the architecture page', (t) => {
  const page = join(ROOT, 'docs', 'architecture.md');
  t.true(existsSync(page), 'docs/architecture.md is the one-page picture of the system');
  const text = readFileSync(page, 'utf8');
  for (const name of Object.keys(ALLOWED_IMPORTS))
    t.true(text.includes(name), `docs/architecture.md does not mention ${name}/`);
});

/** `e2e/run-tests.ts` is compiled to `e2e/dist/run-tests.js`. */
function compiledPath(path: string): string {
  return path.replace('/', '/dist/').replace(/\.ts$/, '.js');
}

/** A type touches nothing. */
function withoutTypeImports(text: string): string {
  return text.replace(/^import type .*$/gm, '');
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function resolveImport(file: SourceFile, target: string): string {
  if (target.startsWith('.')) return normalize(join(dirname(file.path), target));
  const named = /^@gantry\/([^/]+)\/(.+)$/.exec(target);
  return named ? `${named[1]}/${named[2]}.ts` : target;
}
