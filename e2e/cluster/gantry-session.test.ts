// `gantry` on a real cluster, in what needs one: rollouts that end, a drain, logs of several pods. What becomes of
// workloads is told by e2e/scenarios.
import test from 'ava';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { nodeKind } from '@gantry/api/kinds/node';
import { daemonSetOf } from '../scenarios/manifests.ts';
import { waitFor } from './local-world.ts';
import { container, deploymentOf, IMAGE, NEXT_IMAGE, openStage, type Stage } from './stage.ts';

let stage: Stage;

test.before(async () => {
  stage = await openStage({ agents: ['n1', 'n2'] });
});

test.after.always(async () => {
  await stage?.close();
});

async function rolledOut(namespace: string): Promise<void> {
  const status = await stage.gantry(['-n', namespace, 'rollout', 'status', 'deployment/web']);
  if (status.code !== 0) throw new Error(status.err);
  if (!/successfully rolled out/.test(status.out)) throw new Error(status.out);
}

async function placesOf(namespace: string, app: string): Promise<(string | undefined)[]> {
  const places = (await stage.pods(namespace, `app=${app}`)).map(({ spec }) => spec.nodeName);
  return [...new Set(places)].toSorted();
}

test.serial(
  'rollout status waits, rollout undo goes back; drain says what it leaves, and empties a node',
  async (t) => {
    const namespace = await stage.namespace('session');
    await stage.apply(namespace, deploymentOf('web', 4), daemonSetOf('each'));
    await rolledOut(namespace);
    const image = { containers: [container(undefined, { image: NEXT_IMAGE })] };
    await stage.apply(namespace, deploymentOf('web', 4, {}, image));
    await rolledOut(namespace);
    const undone = await stage.gantry(['-n', namespace, 'rollout', 'undo', 'deployment/web']);
    t.is(undone.code, 0, undone.err);
    await rolledOut(namespace);
    const back = await stage.client.get<Deployment>(deploymentKind, { namespace, name: 'web' });
    t.is(back.spec.template.spec.containers[0]?.image, IMAGE);

    const refused = await stage.gantry(['drain', 'n2']);
    t.is(refused.code, 1);
    t.regex(refused.err, /is of a DaemonSet: add --ignore-daemonsets/);
    const drained = await stage.gantry(['drain', 'n2', '--ignore-daemonsets']);
    t.is(drained.code, 0, drained.err);
    t.regex(drained.out, /node\/n2 drained/);
    await rolledOut(namespace);
    t.deepEqual(await placesOf(namespace, 'web'), ['n1']);
    t.deepEqual(await placesOf(namespace, 'each'), ['n1', 'n2']);
    t.is((await stage.gantry(['uncordon', 'n2'])).code, 0);
    const node = await stage.client.get(nodeKind, { namespace: '', name: 'n2' });
    t.not(node.spec?.unschedulable, true);

    t.is((await stage.gantry(['delete', 'namespace', namespace])).code, 0);
    await waitFor('the namespace gone', async () => {
      return (await stage.gantry(['get', 'namespace', namespace])).code === 3;
    });
  },
);

test.serial('wait waits for a Job, and logs shows all of its pods', async (t) => {
  const namespace = await stage.namespace('job');
  const template = {
    spec: { restartPolicy: 'Never', containers: [container('echo index $JOB_COMPLETION_INDEX')] },
  };
  await stage.apply(namespace, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'sum' },
    spec: { completions: 4, parallelism: 2, completionMode: 'Indexed', template },
  });
  const waited = await stage.gantry(['-n', namespace, 'wait', 'job/sum', '--for', 'condition=Complete']);
  t.is(waited.code, 0, waited.err);
  const logs = await stage.gantry(['-n', namespace, 'logs', '-l', 'job-name=sum']);
  t.deepEqual([...logs.out.matchAll(/index (\d)/g)].map(([, index]) => index).toSorted(), [
    '0',
    '1',
    '2',
    '3',
  ]);
});
