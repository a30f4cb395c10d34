// "Always say why" as a user reads it, on a real cluster: an image that cannot be pulled, a pod that fits nowhere, an
// object that a finalizer keeps, a namespace that is not empty.
import test from 'ava';
import { waitFor } from '../cluster/local-world.ts';
import { container, deploymentOf, openStage, podOf, type Stage } from '../cluster/stage.ts';

/** Nothing listens there: the engine asks nobody outside. */
const NO_IMAGE = '127.0.0.1:1/nobody/nothing:1';
const HOLD = 'example.com/hold';

let stage: Stage;
let namespace: string;

test.before(async () => {
  stage = await openStage();
  namespace = await stage.namespace('why');
});

test.after.always(async () => {
  await stage?.close();
});

const gantry = (line: string) => stage.gantry(['-n', namespace, ...line.split(' ')]);

/** The section of a description, its line breaks kept. */
function whyIn(text: string): string {
  return /^Why: +([^]*?)^\S/m.exec(text)?.[1] ?? '';
}

async function describedUntil(what: string, wanted: RegExp): Promise<string> {
  let why = '';
  await waitFor(`the reasons of ${what}`, async () => {
    const { out } = await gantry(`describe ${what}`);
    why = whyIn(out);
    if (!wanted.test(why)) throw new Error(out);
    return true;
  });
  return why;
}

test.serial('a Deployment whose image cannot be pulled', async (t) => {
  const app = container(undefined, { image: NO_IMAGE, imagePullPolicy: 'Always' });
  await stage.make(namespace, deploymentOf('web', 2, {}, { containers: [app] }));
  const why = await describedUntil('deploy/web', /image pull back-off/);
  t.regex(why, /^waiting for 2 of 2 new pods to become available$/m);
  t.regex(
    why,
    /^ +2 pods of web-\w+ are not ready: image pull back-off \(container app: the image "127\.0\.0\.1:1\/nobody\/nothing:1" cannot be pulled: .+; tried again at growing intervals\)$/m,
  );
  const [pod] = await stage.pods(namespace, 'app=web');
  t.regex(
    whyIn((await gantry(`describe pod ${pod?.metadata.name}`)).out),
    /^container app: the image .+ cannot be pulled: /,
  );

  const status = await gantry('rollout status deploy/web --no-watch');
  t.regex(
    status.out,
    /0 of 2 new replicas are available; waiting: 2 pods of web-\w+ not ready \(image pull back-off\)\n$/,
  );
  const followed = await gantry('rollout status deploy/web --timeout 2s');
  t.is(followed.code, 7);
  t.regex(followed.out, /; waiting: 2 pods of web-\w+ not ready \(/);
  t.regex(followed.err, /Timed out after 2 s waiting for the rollout: .*not ready \(/);
  const waited = await gantry('wait deploy/web --for condition=Available --timeout 1s');
  t.is(waited.code, 7);
  t.regex(
    waited.err,
    /to be Available=True: waiting for 2 of 2 new pods to become available; 2 pods of web-/,
  );
});

test.serial('a Pod that fits nowhere', async (t) => {
  const resources = { requests: { memory: '100Ti' } };
  await stage.make(namespace, podOf('vast', { containers: [container(undefined, { resources })] }));
  const why = await describedUntil('pod/vast', /no node fits/);
  t.is(
    why,
    'no node fits: 0/1 nodes are available: 1 Insufficient memory; tried again when a node or another pod changes\n',
  );
});

test.serial('what a deletion waits for: a finalizer, the contents of a namespace', async (t) => {
  const held = await stage.namespace('held');
  await stage.make(held, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kept', finalizers: [HOLD] },
  });
  const deleted = await stage.gantry(['-n', held, 'delete', 'configmap', 'kept', '--timeout', '6s']);
  t.is(deleted.code, 7);
  const kept = /: kept until whoever set its finalizer example\.com\/hold is done and removes it/;
  t.regex(deleted.err, new RegExp(`^Still waiting for configmap "kept" to be gone${kept.source}\n`));
  t.regex(
    deleted.err,
    new RegExp(`Timed out after 6 s waiting for configmap "kept" to be gone .*${kept.source}\\.`),
  );
  await stage.gantry(['delete', 'namespace', 'held', '--no-wait']);
  const why = await describedUntil('namespace/held', /waiting until/);
  t.is(
    why,
    'waiting until these are gone: 1 ConfigMap; some are kept until whoever set their finalizers removes them: example.com/hold\n',
  );
  await stage.gantry([
    '-n',
    held,
    'patch',
    'configmap',
    'kept',
    '--type',
    'merge',
    '-p',
    '{"metadata":{"finalizers":null}}',
  ]);
  t.is((await stage.gantry(['wait', 'namespace/held', '--for', 'delete', '--timeout', '30s'])).code, 0);
});

test.serial('a Deployment that is rolled out has nothing to say', async (t) => {
  await stage.make(namespace, deploymentOf('fine', 1));
  t.is((await gantry('rollout status deploy/fine --timeout 60s')).code, 0);
  await waitFor('no reasons', async () => whyIn((await gantry('describe deploy/fine')).out) === '');
  t.pass();
});
