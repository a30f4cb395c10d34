// `gantry rollout` of a Rollout as a user types it: what is printed, what is written, and the exit codes. The status is
// written here as its controller would.
import test from 'ava';
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { rolloutKind, type Rollout, type RolloutStatus } from '@gantry/api/kinds/rollout';
import { connectWithKubeconfig, type Connection } from '@gantry/ctl/connect';
import { startCtlWorld, type CtlWorld } from './ctl-world.ts';

const FILE = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: 4
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "web:1" }] }
  strategy:
    canary:
      steps: [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: 10m } }]
`;
const KEY = { namespace: 'default', name: 'web' };

let world: CtlWorld;
let connection: Connection;
test.before(async () => {
  world = await startCtlWorld();
  connection = await connectWithKubeconfig(world.kubeconfig);
  await world.gantry(['apply', '-f', world.file('web.yaml', FILE)]);
});
test.after.always(async () => {
  await connection.close();
  await world.stop();
});

const rollout = (): Promise<Rollout> => connection.client.get(rolloutKind, KEY);

/** What the controller would write: as it is seen, with these fields. */
async function status(fields: RolloutStatus): Promise<void> {
  const { metadata } = await rollout();
  const observedGeneration = String(metadata.generation);
  await connection.client.update(
    rolloutKind,
    { ...(await rollout()), status: { observedGeneration, ...fields } },
    { subresource: 'status' },
  );
}

const UPDATING: RolloutStatus = { stableRS: 'aaa', currentPodHash: 'bbb', currentStepIndex: 0 };
const PAUSED: RolloutStatus = {
  ...UPDATING,
  phase: 'Paused',
  message: 'CanaryPauseStep',
  currentStepIndex: 1,
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-01T00:00:00Z' }],
};
const HEALTHY: RolloutStatus = {
  stableRS: 'bbb',
  currentPodHash: 'bbb',
  currentStepIndex: 4,
  phase: 'Healthy',
};

async function version(hash: string, revision: number, image: string): Promise<void> {
  const { metadata } = await rollout();
  const labels = { app: 'web', 'rollouts-pod-template-hash': hash };
  const owner = (kind: string, apiVersion: string, name: string, uid = '') => [
    { apiVersion, kind, name, uid, controller: true },
  ];
  const set = await connection.client.create(replicaSetKind, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `web-${hash}`,
      namespace: 'default',
      labels,
      annotations: { 'rollout.argoproj.io/revision': String(revision) },
      ownerReferences: owner('Rollout', 'gantry.dev/v1alpha1', 'web', metadata.uid),
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } },
    },
  });
  await connection.client.create(podKind, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `web-${hash}-x`,
      namespace: 'default',
      labels,
      ownerReferences: owner('ReplicaSet', 'apps/v1', `web-${hash}`, set.metadata.uid),
    },
    spec: { containers: [{ name: 'main', image }] },
  });
  await connection.client.create(analysisRunKind, {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: `web-${hash}-run`,
      namespace: 'default',
      labels: { ...labels, 'rollout-type': 'Step' },
      ownerReferences: owner('Rollout', 'gantry.dev/v1alpha1', 'web', metadata.uid),
    },
    spec: {
      metrics: [
        {
          name: 'ok',
          successCondition: 'result > 0.9',
          provider: { gantry: { metric: 'success-rate', service: 'web', revision: hash } },
        },
      ],
    },
  });
}

test.serial('nothing to do is said, with a next step', async (t) => {
  await status(HEALTHY);
  const promote = await world.gantry('rollout promote web');
  t.is(
    promote.out,
    'rollout.gantry.dev/web already fully promoted\n' +
      'Bring a new version: gantry rollout set-image web CONTAINER=IMAGE\n',
  );
  t.is(promote.exitCode, 0);
  t.regex((await world.gantry('rollout abort ro/web')).out, /no update is under way\n.*rollout undo web/);
  t.regex((await world.gantry('rollout retry rollout web')).out, /not aborted/);
  t.regex((await world.gantry('rollout resume web')).out, /is not paused\n$/);
  t.is((await world.gantry('rollout promote web --force')).exitCode, 2);
  t.is((await world.gantry('rollout promote web --full --skip-all-steps')).exitCode, 2);
  t.regex((await world.gantry('rollout promote deploy/web')).err, /A Deployment has no `rollout promote`/);
  t.is((await world.gantry('rollout promote none')).exitCode, 3);
});

test.serial('promote: past a pause, a step, all of it', async (t) => {
  await status(PAUSED);
  t.regex((await world.gantry('rollout promote web')).out, /promoted: it goes on .*CanaryPauseStep/);
  t.is((await rollout()).status?.pauseConditions, undefined);
  t.is((await rollout()).status?.currentStepIndex, 1);
  t.regex((await world.gantry('rollout promote web')).out, /is not paused: it is at step 2 of 4 \(pause\)/);
  t.regex(
    (await world.gantry('rollout promote web --skip-current-step')).out,
    /skipped step 2 of 4 \(pause\)/,
  );
  t.is((await rollout()).status?.currentStepIndex, 2);
  await world.gantry('rollout promote web --skip-all-steps');
  t.is((await rollout()).status?.currentStepIndex, 4);
  t.regex((await world.gantry('rollout promote web --skip-all-steps')).out, /all 4 steps are done/);
  t.regex(
    (await world.gantry('rollout promote web --full --force')).out,
    /passed over, whether or not the stable version works/,
  );
  t.true((await rollout()).status?.promoteFull);
  t.regex((await world.gantry('rollout promote web --full')).out, /being promoted fully already/);
});

test.serial('abort and retry', async (t) => {
  await status(PAUSED);
  t.regex((await world.gantry('rollout abort web')).out, /aborted: all traffic goes back/);
  t.true((await rollout()).status?.abort);
  t.regex((await world.gantry('rollout abort web')).out, /already aborted\n.*rollout retry web/);
  t.regex((await world.gantry('rollout promote web')).out, /the update is aborted/);
  t.regex((await world.gantry('rollout retry web')).out, /retried/);
  t.false((await rollout()).status?.abort ?? false);
});

test.serial('pause, resume, restart, set-image', async (t) => {
  t.regex((await world.gantry('rollout pause web')).out, /paused: steps wait/);
  t.regex((await world.gantry('rollout pause web')).out, /already paused/);
  t.regex((await world.gantry('rollout promote web')).out, /spec\.paused/);
  t.false((await rollout()).spec.paused);
  t.regex((await world.gantry('rollout restart web')).out, /pods older than .*Z are replaced, 1 at a time/);
  t.truthy((await rollout()).spec.restartAt);
  t.regex((await world.gantry('rollout set-image web main=web:2')).out, /container main has image web:2/);
  t.is((await rollout()).spec.template?.spec.containers[0]?.image, 'web:2');
  t.regex((await world.gantry('rollout set-image web main=web:2')).out, /these images already/);
  t.regex((await world.gantry('rollout set-image web mian=web:2')).err, /did you mean "main"/);
  t.is((await world.gantry('rollout set-image web main')).exitCode, 2);
});

test.serial('history, undo: those there are, back to one', async (t) => {
  await version('aaa', 1, 'web:1');
  await version('bbb', 2, 'web:2');
  await status(HEALTHY);
  t.regex((await world.gantry('rollout history web')).out, /^1 +<none> +web:1 +web-aaa.*\n2 +stable +web:2/m);
  t.regex((await world.gantry('rollout history web --revision 1')).out, /Image: +web:1/);
  const missing = await world.gantry('rollout undo web --to-revision 7');
  t.is(missing.exitCode, 3);
  t.regex(missing.err, /no revision 7\.\nRevisions that are kept: 1, 2\./);
  t.regex((await world.gantry('rollout undo web --to-revision 2')).out, /at revision 2 already/);
  t.regex((await world.gantry('rollout undo web')).out, /rolled back to revision 1 \(web:1\)/);
  const { template } = (await rollout()).spec;
  t.is(template?.spec.containers[0]?.image, 'web:1');
  t.deepEqual(template?.metadata?.labels, { app: 'web' });
});

test.serial('status: once, with an exit code; watched until it has come to an end', async (t) => {
  await status(PAUSED);
  const shown = await world.gantry('rollout status web');
  t.is(shown.exitCode, 0);
  t.regex(shown.out, /^Phase: +Paused$/m);
  t.regex(shown.out, /^Steps: +setWeight 25 > \[pause\] > setWeight 50 > pause 10m \(2 of 4\)$/m);
  t.regex(shown.out, /web-bbb-run +AnalysisRun +Pending/);
  t.is((await world.gantry('rollout status web --timeout 1s')).exitCode, 2);
  t.is((await world.gantry('rollout status web --watch --timeout 1s')).exitCode, 7);
  const watching = world.gantry('rollout status web --watch --timeout 60s');
  await status({ ...UPDATING, phase: 'Degraded', message: 'RolloutAborted: by a user', abort: true });
  const watched = await watching;
  t.is(watched.exitCode, 1);
  t.regex(watched.out, /Degraded \(RolloutAborted: by a user\), 4 desired .*\n$/);
  t.is((await world.gantry('rollout status web')).exitCode, 1);
  await status(HEALTHY);
  t.is((await world.gantry('rollout status web --watch')).exitCode, 0);
  t.is((await world.gantry('rollout status ro/none')).exitCode, 3);
  t.regex((await world.gantry('__complete -- rollout promote w')).out, /^web\n$/);
});

test.serial('plan: what a file would do; what is left; lint; describe; get', async (t) => {
  const file = world.file('plan.yaml', FILE.replace('web:1', 'web:9'));
  const plan = await world.gantry(['rollout', 'plan', '-f', file]);
  t.regex(
    plan.out,
    /a new ReplicaSet is made for revision 3 \(web:9\)\n.*step 1 of 4: 25 %: 1 canary and 3 stable/,
  );
  await world.gantry(['apply', '-f', file, '--force-conflicts']);
  t.is((await world.gantry(['rollout', 'plan', '-f', file])).out, 'Rollout web: nothing would change\n');
  await status(HEALTHY);
  t.is((await world.gantry('rollout plan web')).out, 'Rollout web: no update is under way\n');
  await status(PAUSED);
  t.regex((await world.gantry('rollout plan ro/web')).out, / 1\. step 2 of 4: pauses until somebody/);
  t.is((await world.gantry('rollout plan')).exitCode, 2);
  t.regex((await world.gantry(['rollout', 'lint', '-f', file])).out, /^1 object: 0 errors, 0 warnings/);
  const wrong = world.file('wrong.yaml', FILE.replace('setWeight: 25', 'setWeight: 125'));
  const linted = await world.gantry(['rollout', 'lint', '-f', wrong]);
  t.is(linted.exitCode, 1);
  t.regex(
    linted.out,
    /wrong\.yaml:1: error: spec\.strategy\.canary\.steps\[0\]\.setWeight: .*between 0 and 100/,
  );
  t.regex(
    (await world.gantry('describe rollout web')).out,
    /^Versions:\n +Revision +Role +ReplicaSet +Desired +Ready\n +2 +canary +web-bbb/m,
  );
  t.regex((await world.gantry('get rollouts')).out, /^web +4 .*Paused +1\/4/m);
});
