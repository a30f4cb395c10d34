// A timeline of a real cluster: what a user asked for, what controllers decided, what Docker did on the node and what the
// probe said, in the order of cause and effect; it goes through the tunnel of a real agent.
import test from 'ava';
import type { TimelineEntry, TimelineList } from '@gantry/api/timeline/timeline-entry';
import { waitFor } from '../cluster/local-world.ts';
import { container, deploymentOf, openStage, type Stage } from '../cluster/stage.ts';

let stage: Stage;
let namespace: string;

test.before(async () => {
  stage = await openStage();
  namespace = await stage.namespace('timeline');
});

test.after.always(async () => {
  await stage?.close();
});

async function timelineOf(object: string): Promise<readonly TimelineEntry[]> {
  const { out } = await stage.gantry(['-n', namespace, 'timeline', object, '--all', '-o', 'json']);
  return (JSON.parse(out) as TimelineList).items;
}

/** Looks for one after another, each behind the one before; says at which it got stuck. */
function missingFrom(items: readonly TimelineEntry[], wanted: readonly RegExp[]): RegExp | undefined {
  const lines = items.map(({ type, who, object, what }) => `${type} ${who} ${object.kind}: ${what}`);
  let from = 0;
  for (const pattern of wanted) {
    const found = lines.findIndex((line, index) => index >= from && pattern.test(line));
    if (found < 0) return pattern;
    from = found + 1;
  }
  return undefined;
}

test.serial('a Deployment that is made, becomes ready, and loses its container', async (t) => {
  const readinessProbe = { exec: { command: ['sh', '-c', ':'] }, periodSeconds: 1 };
  const app = container(undefined, { readinessProbe });
  await stage.make(namespace, deploymentOf('web', 1, {}, { containers: [app] }));
  const rolled = await stage.gantry([
    '-n',
    namespace,
    'rollout',
    'status',
    'deploy/web',
    '--timeout',
    '150s',
  ]);
  t.is(rolled.code, 0, `${rolled.out}${rolled.err}`);
  const wanted = [
    /^change \S+ Deployment: created/,
    /^plan deployment-controller Deployment: create ReplicaSet web-/,
    /^change deployment-controller ReplicaSet: created/,
    /^plan replicaset-controller ReplicaSet: create Pod web-/,
    /^change replicaset-controller Pod: created/,
    /^change default-scheduler Pod: .*spec\.nodeName <none> -> /,
    /^container agent Pod: Created container/,
    /^container agent Pod: Started container/,
    /^probe agent Pod: container \w+ is ready/,
  ];
  let items: readonly TimelineEntry[] = [];
  await waitFor('the timeline', async () => {
    items = await timelineOf('deploy/web');
    const missing = missingFrom(items, wanted);
    if (missing !== undefined)
      throw new Error(`${String(missing)} in\n${items.map(({ what }) => what).join('\n')}`);
    return true;
  });
  const revisions = items.flatMap(({ revision }) => (revision === undefined ? [] : [revision]));
  t.deepEqual(
    revisions.toSorted((a, b) => a - b),
    revisions,
  );
  const made = items.find(({ object, verb }) => object.kind === 'Deployment' && verb === 'create');
  t.truthy(made?.requestId);
  for (const { seen = 0, type, stamp } of items) {
    if (type !== 'container') continue;
    const cause = items.find(({ revision }) => revision === seen);
    t.true(cause === undefined || cause.stamp < stamp);
  }
  const node = items.find(({ type }) => type === 'container')?.where ?? '';
  t.true((await timelineOf(`node/${node}`)).some(({ reason }) => reason === 'Started'));

  const [pod] = await stage.pods(namespace, 'app=web');
  await stage.gantry(['-n', namespace, 'delete', 'pod', pod?.metadata.name ?? '']);
  await waitFor('the end of its container', async () => {
    const all = await timelineOf('deploy/web');
    const ended = [
      /^change \S+ Pod: is to be deleted/,
      /^container agent Pod: Stopping container/,
      /^container agent Pod: container \w+ ended with exit code/,
    ];
    const missing = missingFrom(all, ended);
    if (missing !== undefined)
      throw new Error(`${String(missing)} in\n${all.map(({ what }) => what).join('\n')}`);
    return true;
  });
});
