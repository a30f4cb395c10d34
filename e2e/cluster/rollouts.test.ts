// The examples of releases on three hosts, as a user applies them: good and bad canaries, experiments, blue and green, flags,
// beta users, and two services in one plan. Requests go on meanwhile, and none of the stable version's fails.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { podKind } from '@gantry/api/kinds/pod';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { trafficSplitKind } from '@gantry/api/kinds/traffic-split';
import { startHostsWorld, type HostsWorld } from './hosts-world.ts';
import { occupyLeaderSeat } from './leader-seat.ts';
import { failuresOf, type LoadReport } from './load/load.ts';
import { waitFor } from './local-world.ts';
import { RELEASES as NS, ReleaseStage } from './release-stage.ts';

const HOSTS = [0, 1, 2];
let made: HostsWorld;
let stage: ReleaseStage;

test.before(async () => {
  made = await startHostsWorld(HOSTS.length);
  stage = new ReleaseStage(made);
});

test.after.always(async () => {
  await made?.stop();
});

/** Applies an example, with its version and with variables of its containers. */
async function apply(
  name: string,
  version: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const text = await readFile(join(process.cwd(), 'manifests', 'examples', `${name}.yaml`), 'utf8');
  const more = Object.entries(variables).map(
    ([key, value]) => `\n            - { name: ${key}, value: '${value}' }`,
  );
  const changed = text.replaceAll(
    "- { name: VERSION, value: '1' }",
    `- { name: VERSION, value: '${version}' }${more.join('')}`,
  );
  const ran = await stage.gantry(['apply', '-f', '-'], changed);
  if (ran.code !== 0) throw new Error(ran.err);
}

/** Versions that answered, from a host. */
async function versions(
  name: string,
  count: number,
  headers: readonly string[] = [],
  host = 0,
): Promise<Set<string>> {
  const address = await stage.addressOf(name);
  const words = headers.map((header) => `--header '${header}'`).join(' ');
  const script = `i=0; while [ $i -lt ${count} ]; do wget -qO- ${words} http://${address}/ || echo failed; i=$((i+1)); done`;
  const [program = '', ...args] = [...stage.through(host), 'sh', '-c', script];
  const { stdout } = await promisify(execFile)(program, args);
  return new Set(
    stdout
      .trim()
      .split('\n')
      .map((line) => /version \S+|failed/.exec(line)?.[0] ?? line),
  );
}

test.serial('a good canary is promoted by itself, and no request fails', async (t) => {
  await apply('canary', '1');
  await stage.healthy('shop');
  const load = await stage.load('shop', 1);
  try {
    await apply('canary', '2');
    await stage.atWeight('shop', 10);
    await stage.healthy('shop');
  } finally {
    const report = await load.stop();
    t.deepEqual(failuresOf(report), {});
    const texts = Object.values(report).flatMap(({ lastMs }) => Object.keys(lastMs));
    t.true(
      texts.some((text) => text.includes('version 1')) && texts.some((text) => text.includes('version 2')),
    );
  }
  t.deepEqual(await versions('shop', 10), new Set(['version 2']));
});

test.serial('a canary that fails half of its requests is rolled back by itself', async (t) => {
  const load = await stage.load('shop', 1);
  try {
    await apply('canary', '3', { FAIL: '50' });
    const { status } = await stage.until('shop', 'degraded', ({ status: is }) => is?.phase === 'Degraded');
    t.regex(status?.message ?? '', /RolloutAborted: .*Metric "success-rate" assessed Failed/);
    await stage.atWeight('shop', 0);
  } finally {
    await load.stop();
  }
  t.deepEqual(await versions('shop', 20), new Set(['version 2']));
});

/** Parts that the pods of a version say they have. */
async function partsOf(name: string, version: string): Promise<Set<string | undefined>> {
  const { items } = await stage.client.list(podKind, { namespace: NS });
  const own = items.filter(
    ({ metadata, spec }) =>
      metadata.labels?.['app'] === name &&
      spec.containers[0]?.env?.some((one) => one.name === 'VERSION' && one.value === version),
  );
  return new Set(own.map(({ metadata }) => metadata.labels?.['role']));
}

test.serial('a canary is measured by copies of requests, and nobody meets it while it is bad', async (t) => {
  await apply('mirrored-canary', '1');
  await stage.healthy('orders');
  const load = await stage.load('orders', 1);
  try {
    await apply('mirrored-canary', '2', { FAIL: '50' });
    await stage.until('orders', 'copying', ({ status }) => status?.currentStepIndex === 2);
    t.deepEqual(await partsOf('orders', '2'), new Set(['canary']));
    t.deepEqual(await partsOf('orders', '1'), new Set(['stable']));
    const { status } = await stage.until('orders', 'degraded', ({ status: is }) => is?.phase === 'Degraded');
    t.regex(status?.message ?? '', /RolloutAborted: .*Metric "success-rate" assessed Failed/);
    await apply('mirrored-canary', '3');
    await stage.atWeight('orders', 50);
    await stage.healthy('orders');
  } finally {
    const report = await load.stop();
    t.deepEqual(failuresOf(report), {});
    const texts = Object.values(report).flatMap(({ lastMs }) => Object.keys(lastMs));
    t.false(texts.some((text) => text.includes('version 2')));
  }
  t.deepEqual(await versions('orders', 10), new Set(['version 3']));
  t.deepEqual(await partsOf('orders', '3'), new Set(['stable']));
});

/** Answers of the templates of an Experiment, by the names that their pods say. */
function answersOfSides(report: LoadReport): Record<'baseline' | 'canary', number> {
  const sides = { baseline: 0, canary: 0 };
  for (const { texts } of Object.values(report))
    for (const [text, count] of Object.entries(texts)) {
      const side = /from mail-[a-z0-9]+-\d+-\d+-(baseline|canary)-/.exec(text)?.[1];
      if (side !== undefined) sides[side as 'canary'] += count;
    }
  return sides;
}

test.serial('an experiment gives both sides the same share, and its end lets the canary go on', async (t) => {
  await apply('experiment', '1');
  await stage.healthy('mail');
  const load = await stage.load('mail', 1);
  try {
    await apply('experiment', '2');
    const { status } = await stage.until('mail', 'shared', ({ status: is }) => {
      const weights = is?.canary?.weights;
      return weights?.verified === true && weights.additional?.length === 2;
    });
    t.deepEqual(
      status?.canary?.weights?.additional?.map(({ weight }) => weight),
      [20, 20],
    );
    t.is(status?.canary?.weights?.stable.weight, 60);
    await stage.atWeight('mail', 50);
    await stage.healthy('mail');
  } finally {
    const report = await load.stop();
    t.deepEqual(failuresOf(report), {});
    const { baseline, canary } = answersOfSides(report);
    t.true(baseline > 100 && Math.abs(baseline - canary) < baseline / 10, `${baseline}, ${canary}`);
  }
  t.deepEqual(await versions('mail', 10), new Set(['version 2']));
});

test.serial('an experiment whose canary is worse than its baseline aborts the update', async (t) => {
  const load = await stage.load('mail', 1);
  try {
    await apply('experiment', '3', { FAIL: '50' });
    const { status } = await stage.until('mail', 'degraded', ({ status: is }) => is?.phase === 'Degraded');
    t.regex(status?.message ?? '', /RolloutAborted: .*the experiment .*Metric "error-rate" assessed Failed/);
    await stage.until(
      'mail',
      'without shares',
      ({ status: is }) =>
        is?.canary?.weights?.verified === true && (is.canary.weights.additional ?? []).length === 0,
    );
  } finally {
    await load.stop();
  }
  t.deepEqual(await versions('mail', 20), new Set(['version 2']));
});

test.serial('blue and green switch at once, once somebody says so', async (t) => {
  await apply('blue-green', '1');
  await stage.healthy('news');
  const load = await stage.load('news', 1);
  try {
    await apply('blue-green', '2');
    await stage.until('news', 'paused', ({ status }) => status?.phase === 'Paused');
    t.deepEqual(await versions('news', 5), new Set(['version 1']));
    t.deepEqual(await versions('news-preview', 5), new Set(['version 2']));
    await stage.patchStatus('news', { pauseConditions: null });
    await stage.healthy('news');
  } finally {
    t.deepEqual(failuresOf(await load.stop()), {});
  }
  t.deepEqual(await versions('news', 10), new Set(['version 2']));
});

async function setFlag(key: string, defaultVariant: string): Promise<void> {
  const patch = { spec: { flagSpec: { flags: { [key]: { defaultVariant } } } } };
  await stage.client.patch(featureFlagKind, { namespace: NS, name: 'release-account' }, 'merge', patch);
}

async function flagIs(key: string): Promise<string | undefined> {
  const { spec } = await stage.client.get(featureFlagKind, { namespace: NS, name: 'release-account' });
  return spec.flagSpec.flags[key]?.defaultVariant;
}

test.serial('a flag lets a canary go on, another takes all traffic back', async (t) => {
  await apply('flag-gated-canary', '1');
  await stage.healthy('account');
  await apply('flag-gated-canary', '2');
  const waiting = await stage.until('account', 'at the gate', ({ status }) => status?.currentStepIndex === 1);
  t.true(waiting.status?.reasons?.includes('waiting for flag go to be on; it is off'));
  await setFlag('go', 'on');
  await stage.atWeight('account', 50);
  t.is(await flagIs('new-profile'), 'on');
  await setFlag('stop', 'on');
  const { status } = await stage.atWeight('account', 0);
  t.regex(status?.message ?? '', /kill switch stop was on/);
  t.is(await flagIs('new-profile'), 'off');
  t.deepEqual(await versions('account', 20), new Set(['version 1']));
});

test.serial('nodes throw the kill switch while no replica of the control plane leads', async (t) => {
  await setFlag('go', 'off');
  await setFlag('stop', 'off');
  await stage.patchStatus('account', { abort: false });
  await stage.atWeight('account', 10);
  const place = { namespace: NS, name: 'account' };
  for (const host of HOSTS) t.is((await versions('account', 20, [], host)).size, 2, `from host ${host}`);
  const leave = await occupyLeaderSeat(made.world.etcd.endpoint);
  try {
    const asked = await stage.client.get(trafficSplitKind, place);
    await setFlag('stop', 'on');
    await Promise.all(
      HOSTS.map((host) =>
        waitFor(`host ${host} leads to the stable version alone`, async () => {
          const found = await versions('account', 20, [], host);
          return found.size === 1 && found.has('version 1');
        }),
      ),
    );
    const { status } = await stage.rollout('account');
    t.is(status?.canary?.weights?.canary.weight, 10, 'nobody has aborted it');
    t.falsy(status?.abort);
    t.deepEqual(await stage.client.get(trafficSplitKind, place), asked);
  } finally {
    await leave();
  }
  const { status } = await stage.atWeight('account', 0);
  t.regex(status?.message ?? '', /kill switch stop was on/);
  t.deepEqual(await versions('account', 20), new Set(['version 1']));
});

test.serial('beta users reach the new version first', async (t) => {
  await apply('beta-users', '1');
  await stage.healthy('search');
  await apply('beta-users', '2');
  await stage.until('search', 'at the first pause', ({ status }) => status?.phase === 'Paused');
  t.deepEqual(await versions('search', 10), new Set(['version 1']));
  t.deepEqual(await versions('search', 10, ['x-beta: yes']), new Set(['version 2']));
  await stage.patchStatus('search', { pauseConditions: null });
  await stage.atWeight('search', 20);
  const sides = new Set<string>();
  for (let user = 0; user < 30; user += 1) {
    const found = await versions('search', 3, [`x-user: user-${user}`]);
    t.is(found.size, 1, 'a user stays on one side');
    for (const side of found) sides.add(side);
  }
  t.deepEqual([...sides].toSorted(), ['version 1', 'version 2']);
  await stage.patchStatus('search', { pauseConditions: null });
  await stage.healthy('search');
});

test.serial('of two services in one plan the back end comes first, and an abort is both’s', async (t) => {
  await apply('two-services', '1');
  await Promise.all([stage.healthy('back'), stage.healthy('front')]);
  await apply('two-services', '2');
  await stage.until(
    'back',
    'healthy',
    ({ status, metadata }) => status?.phase === 'Healthy' && metadata.generation !== 1,
  );
  await stage.healthy('front');
  t.deepEqual(await versions('front', 5), new Set(['version 2']));
});
