// Every manifest that is shipped is taken as it stands: nothing in it is unknown, refused or warned of.
import { readdirSync } from 'node:fs';
import test from 'ava';
import { startCtlWorld, type CtlWorld } from './ctl-world.ts';

const FOLDER = `${process.cwd()}/manifests/`;
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yaml'),
);

let world: CtlWorld;
test.before(async () => {
  world = await startCtlWorld();
});
test.after.always(() => world.stop());

for (const name of FILES) {
  test.serial(`${name} is applied, and then unchanged`, async (t) => {
    const first = await world.gantry(['apply', '-f', `${FOLDER}${name}`]);
    t.is(first.exitCode, 0, first.err);
    t.notRegex(first.err, /warning/i);
    const again = await world.gantry(['apply', '-f', `${FOLDER}${name}`]);
    t.notRegex(again.out, /created|configured/);
  });
}

const EVALUATED: [string, RegExp][] = [
  ['new-checkout --context email=a@example.com', /true +on +TARGETING_MATCH/],
  ['new-checkout --context targetingKey=anna', /(true +on|false +off) +TARGETING_MATCH/],
  ['batch-size --context appVersion=2.1.0', /100 +large +TARGETING_MATCH/],
  ['batch-size', /10 +small +DEFAULT/],
  ['banner', /<none> +<none> +DISABLED/],
];

test.serial('the flags of the example are what its comments say', async (t) => {
  for (const [words, expected] of EVALUATED) {
    const { out, err } = await world.gantry(`flag eval ${words}`);
    t.regex(out, expected, `${words}\n${err}`);
  }
});
