// The dashboard evaluates flags too: the whole of what evaluation needs has to run where there is no Node.
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { evaluateFlag, prepareFlags } from './evaluate-flag.ts';

test.serial('evaluation is bundled for a browser: a node: import would fail here', async (t) => {
  const { outputFiles, errors } = await build({
    entryPoints: [fileURLToPath(new URL('evaluate-flag.ts', import.meta.url)).replace(/\/dist\//, '/')],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['gantry-source'],
    write: false,
    logLevel: 'silent',
  });
  t.deepEqual(errors, []);
  t.notRegex(outputFiles[0]?.text ?? '', /from ?"node:|require\("(node:|crypto")/);
});

test.serial('figure: evaluations a second of one core', (t) => {
  const flags = prepareFlags({
    flags: {
      checkout: {
        state: 'ENABLED',
        variants: { on: true, off: false },
        defaultVariant: 'off',
        targeting: {
          if: [
            { in: ['@example.com', { var: 'email' }] },
            {
              fractional: [
                ['on', 25],
                ['off', 75],
              ],
            },
            'off',
          ],
        },
      },
    },
  });
  const count = 100_000;
  const run = (): void => {
    for (let user = 0; user < count; user += 1)
      evaluateFlag(flags, 'checkout', { targetingKey: `u${user}`, email: 'a@example.com' });
  };
  run();
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  t.log(`${Math.round(count / ((user + system) / 1e6))} evaluations/s with a condition and fractional`);
  t.pass();
});
