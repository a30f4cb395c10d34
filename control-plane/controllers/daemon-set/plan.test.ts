import test from 'ava';
import { controllerRevisionKind } from '@gantry/api/kinds/controller-revision';
import { daemonSetKind } from '@gantry/api/kinds/daemon-set';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind } from '@gantry/api/kinds/pod';
import { keyOf } from '@gantry/api/meta';
import { matchesNodeAffinity } from '@gantry/api/node-affinity';
import type { ActionFailure } from '../../engine/controller.ts';
import { describeReason } from '../../engine/reason-text.ts';
import { passIn, type ToyPass } from '../../engine/settle.ts';
import { finished, podsOf, running } from '../../engine/toy-pods.ts';
import { later, readerOf, withDeletion, withObject, type World } from '../../engine/toy-world.ts';
import { contentHash } from '../content-hash.ts';
import { aPod, aTemplate } from '../toy-workloads.ts';
import { FAILURES, REVISION_HASH } from './daemon-pod.ts';
import {
  activePods,
  agentsAct,
  aNode,
  controller,
  daemonSetIn,
  edited,
  layout,
  rolledOut,
  WEB,
  withImage,
  withNode,
  worldOf,
} from './toy-daemons.ts';

function pass(world: World, failure?: ActionFailure): ToyPass {
  const done = passIn(world, controller, WEB, failure === undefined ? {} : { failure });
  if (done === undefined) throw new Error('there is no DaemonSet web');
  return done;
}

const sentences = ({ plan }: ToyPass): string[] =>
  plan.reasons.map((reason) => describeReason(controller, reason));
const revisionsIn = (world: World) =>
  readerOf(world)
    .list(controllerRevisionKind)
    .map(({ revision, data }) => [revision, imageIn(data)]);
const imageIn = (data: unknown): string =>
  (data as { spec: { template: { spec: { containers: { image: string }[] } } } }).spec.template.spec
    .containers[0]?.image ?? '';
const noSchedule = { key: 'dedicated', value: 'db', effect: 'NoSchedule' as const };
const noExecute = { key: 'dedicated', value: 'db', effect: 'NoExecute' as const };

test('every node gets one pod, bound to it by affinity and tolerating its failings', (t) => {
  const { world } = pass(worldOf(3));
  const pods = podsOf(world);
  t.is(pods.length, 3);
  t.deepEqual(layout(world), ['n0 web:1!', 'n1 web:1!', 'n2 web:1!']);
  for (const pod of pods) {
    t.is(pod.spec.nodeName, undefined, 'the scheduler places it');
    t.is(
      readerOf(world)
        .list(nodeKind)
        .filter((node) => matchesNodeAffinity(pod.spec, node)).length,
      1,
    );
    t.deepEqual(pod.metadata.labels, { app: 'web', [REVISION_HASH]: contentHash(aTemplate()) });
    t.deepEqual(
      pod.spec.tolerations?.map(({ key, effect }) => `${key}:${effect}`),
      [
        'node.kubernetes.io/not-ready:NoExecute',
        'node.kubernetes.io/unreachable:NoExecute',
        'node.kubernetes.io/disk-pressure:NoSchedule',
        'node.kubernetes.io/memory-pressure:NoSchedule',
        'node.kubernetes.io/pid-pressure:NoSchedule',
        'node.kubernetes.io/unschedulable:NoSchedule',
      ],
    );
  }
});

test('its own required affinity is replaced, preferences and other tolerations stay', (t) => {
  const spec = {
    ...aTemplate().spec,
    hostNetwork: true,
    tolerations: [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
      { key: 'mine', operator: 'Exists' },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'Exists' }] }],
        },
        preferredDuringSchedulingIgnoredDuringExecution: [],
      },
    },
  } as ReturnType<typeof aTemplate>['spec'];
  const labelled = withNode(worldOf(2, { template: { ...aTemplate(), spec } }), 'n1', (node) => ({
    ...node,
    metadata: { ...node.metadata, labels: { zone: 'a' } },
  }));
  const [pod, ...others] = podsOf(pass(labelled).world);
  t.deepEqual(others, [], 'only n1 answers to the affinity');
  t.deepEqual(pod?.spec.affinity?.nodeAffinity, {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }],
    },
    preferredDuringSchedulingIgnoredDuringExecution: [],
  });
  const told = pod?.spec.tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds]);
  t.deepEqual(told?.[0], ['mine', undefined]);
  t.is(told?.filter(([key]) => key === 'node.kubernetes.io/not-ready').length, 1);
  t.deepEqual(told?.at(-1), ['node.kubernetes.io/network-unavailable', undefined]);
});

test('a taint keeps new pods away, and only NoExecute drives running ones off', (t) => {
  const running3 = rolledOut(worldOf(3));
  const tainted = withNode(running3, 'n1', (node) => ({ ...node, spec: { taints: [noSchedule] } }));
  t.deepEqual(layout(rolledOut(tainted)), ['n0 web:1', 'n1 web:1', 'n2 web:1']);
  t.like(daemonSetIn(rolledOut(tainted)).status, { desiredNumberScheduled: 2, numberMisscheduled: 1 });
  const driven = rolledOut(withNode(tainted, 'n1', (node) => ({ ...node, spec: { taints: [noExecute] } })));
  t.deepEqual(layout(driven), ['n0 web:1', 'n2 web:1']);
  t.is(daemonSetIn(driven).status?.numberMisscheduled, 0);
  const back = rolledOut(withNode(driven, 'n1', (node) => ({ ...node, spec: {} })));
  t.deepEqual(layout(back), ['n0 web:1', 'n1 web:1', 'n2 web:1']);
});

test('a cordoned, unreachable node keeps and gets its daemon', (t) => {
  const taints = [
    { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' as const },
    { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' as const },
  ];
  const cordoned = withNode(worldOf(1), 'n0', (node) => ({ ...node, spec: { unschedulable: true, taints } }));
  t.deepEqual(layout(rolledOut(cordoned)), ['n0 web:1']);
});

test('nodes that come later get a pod; unscheduled pods of nodes that are gone go', (t) => {
  const started = pass(worldOf(2)).world;
  const joined = pass(withObject(started, nodeKind, aNode('n2'))).world;
  t.is(layout(joined).length, 3);
  const left = pass(withDeletion(joined, nodeKind, { namespace: '', name: 'n2' }));
  t.deepEqual(layout(left.world), ['n0 web:1!', 'n1 web:1!']);
  t.regex(sentences(left)[0] ?? '', /^deleting web-\w+: its node is gone$/);
});

test('of two pods on a node the scheduled, older one stays', (t) => {
  const world = rolledOut(worldOf(1));
  const [first] = podsOf(world);
  const twin = aPod('twin', {
    metadata: { labels: { ...first?.metadata.labels }, creationTimestamp: '2026-02-01T00:00:00Z' },
    spec: { nodeName: 'n0' },
  });
  const settled = rolledOut(withObject(world, podKind, twin));
  t.deepEqual(
    activePods(settled).map(({ metadata }) => metadata.name),
    [first?.metadata.name],
  );
});

test('a failed pod is replaced, each time later, and the row of failures is not forgotten', (t) => {
  let world = rolledOut(worldOf(1));
  const delays: (number | undefined)[] = [];
  for (let failures = 0; failures < 4; failures += 1) {
    const [pod] = activePods(world);
    if (pod === undefined) throw new Error('a pod was expected');
    t.is(pod.metadata.annotations?.[FAILURES], failures === 0 ? undefined : String(failures));
    const failed = pass(finished(world, pod, 'Failed'));
    delays.push(failed.plan.recheckAfterMs);
    world = agentsAct(pass(later(failed.world, failed.plan.recheckAfterMs ?? 0)).world);
  }
  t.deepEqual(delays, [undefined, 1000, 2000, 4000]);
  t.is(podsOf(world).length, 1);
  t.true(world.events.some(({ reason, severity }) => reason === 'FailedDaemonPod' && severity === 'Warning'));
  const [old] = activePods(world);
  const longAfter = later(world, 3_600_000);
  const last = pass(finished(longAfter, old ?? aPod('x'), 'Failed'));
  t.is(activePods(last.world)[0]?.metadata.annotations?.[FAILURES], '1', 'a long life starts anew');
});

test('a pod that has succeeded is removed and made again', (t) => {
  const world = rolledOut(worldOf(1));
  const settled = rolledOut(finished(world, podsOf(world)[0] ?? aPod('x'), 'Succeeded'));
  t.deepEqual(layout(settled), ['n0 web:1']);
  t.is(podsOf(settled).length, 1);
});

test('status tells what kubectl rollout status reads', (t) => {
  const world = rolledOut(worldOf(3, { minReadySeconds: 10 }), (given) => agentsAct(given, 0));
  const pods = podsOf(world);
  const two = running(running(world, pods[0] ?? aPod('x'), true), pods[1] ?? aPod('x'), true);
  t.like(daemonSetIn(pass(two).world).status, {
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberReady: 2,
    numberAvailable: undefined,
    numberUnavailable: 3,
    numberMisscheduled: 0,
    observedGeneration: 1,
  });
  t.is(pass(two).plan.recheckAfterMs, 10_000);
  t.like(daemonSetIn(pass(later(two, 10_000)).world).status, { numberAvailable: 2, numberUnavailable: 1 });
});

test('a new version spreads node by node, one missing at most', (t) => {
  const start = withImage(rolledOut(worldOf(3)), 'web:2');
  const first = agentsAct(pass(start).world, 0);
  t.is(layout(first).length, 2);
  const stuck = rolledOut(start, (world) => agentsAct(world, Infinity, ['web:2']));
  t.is(layout(stuck).filter((line) => line.endsWith('web:2!')).length, 1);
  t.is(layout(stuck).filter((line) => line.endsWith('web:1')).length, 2);
  t.true(sentences(pass(stuck)).includes('the new version runs on 1 of 3 nodes'));
  t.deepEqual(layout(rolledOut(stuck)), ['n0 web:2', 'n1 web:2', 'n2 web:2']);
});

test('old pods that serve nobody are replaced whatever the limit', (t) => {
  const broken = rolledOut(worldOf(3), (world) => agentsAct(world, 0));
  const { world } = pass(withImage(broken, 'web:2'));
  t.deepEqual(layout(world), []);
});

test('with a surge the new pod is available before the old one goes', (t) => {
  const surge = { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
  const start = withImage(rolledOut(worldOf(2, surge)), 'web:2');
  const started = pass(start).world;
  t.deepEqual(layout(started), ['n0 web:1', 'n0 web:2!', 'n1 web:1']);
  t.deepEqual(
    pass(started).changes.filter(({ type }) => type !== 'write-status'),
    [],
    'it waits',
  );
  t.deepEqual(layout(pass(agentsAct(started)).world), ['n0 web:2', 'n1 web:1']);
  t.deepEqual(layout(rolledOut(started)), ['n0 web:2', 'n1 web:2']);
});

test('with a surge, of several old pods the one that serves stays, whichever is older', (t) => {
  const surge = { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
  const start = rolledOut(worldOf(1, surge));
  for (const name of ['aaa', 'zzz']) {
    const idle = aPod(name, {
      metadata: { labels: { app: 'web', [REVISION_HASH]: 'older' } },
      spec: { nodeName: 'n0' },
    });
    const world = pass(withObject(withImage(start, 'web:2'), podKind, idle)).world;
    t.true(layout(world).includes('n0 web:1'), name);
  }
});

test('OnDelete replaces nothing by itself', (t) => {
  const start = withImage(rolledOut(worldOf(2, { updateStrategy: { type: 'OnDelete' } })), 'web:2');
  const settled = rolledOut(start);
  t.deepEqual(layout(settled), ['n0 web:1', 'n1 web:1']);
  t.true(
    sentences(pass(settled)).includes('2 old pods stay until you delete them (updateStrategy OnDelete)'),
  );
  const [pod] = podsOf(settled);
  const deleted = withDeletion(settled, podKind, keyOf(pod ?? aPod('x')), { gracePeriodSeconds: 0 });
  t.is(layout(rolledOut(deleted)).filter((line) => line.endsWith('web:2')).length, 1);
});

test('versions are kept as patches, numbered, and an undo makes the old one the newest', (t) => {
  const second = rolledOut(withImage(rolledOut(worldOf(1)), 'web:2'));
  t.deepEqual(revisionsIn(second).sort(), [
    [1, 'web:1'],
    [2, 'web:2'],
  ]);
  const [revision] = readerOf(second).list(controllerRevisionKind);
  t.is((revision?.data?.['spec'] as { template: { $patch: string } }).template.$patch, 'replace');
  t.is(revision?.metadata.ownerReferences?.[0]?.kind, 'DaemonSet');
  t.is(revision?.metadata.labels?.['app'], 'web');
  const undone = rolledOut(withImage(second, 'web:1'));
  t.deepEqual(revisionsIn(undone).sort(), [
    [2, 'web:2'],
    [3, 'web:1'],
  ]);
});

test('versions beyond the limit are forgotten, but none that has pods', (t) => {
  let world = rolledOut(worldOf(1, { revisionHistoryLimit: 1 }));
  for (const image of ['web:2', 'web:3', 'web:4']) world = rolledOut(withImage(world, image));
  t.deepEqual(revisionsIn(world).sort(), [
    [3, 'web:3'],
    [4, 'web:4'],
  ]);
  const held = pass(
    withImage(
      edited(world, (spec) => ({ ...spec, revisionHistoryLimit: 0 })),
      'web:5',
    ),
  ).world;
  t.true(revisionsIn(held).some(([, image]) => image === 'web:4'));
});

test('a taken name leads to another hash, counted in the status', (t) => {
  const taken = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: `web-${contentHash(aTemplate())}`, namespace: 'default' },
    revision: 1,
  };
  const first = pass(withObject(worldOf(1), controllerRevisionKind, taken));
  t.is(daemonSetIn(first.world).status?.collisionCount, 1);
  t.deepEqual(podsOf(first.world), []);
  t.is(layout(rolledOut(first.world)).length, 1);
});

test('a refusal and a selector that no node answers to are told', (t) => {
  const failure = {
    type: 'create' as const,
    definition: podKind,
    name: 'x',
    code: 'Forbidden',
    message: 'quota',
  };
  t.is(sentences(pass(worldOf(1), failure))[0], 'the last attempt failed: quota');
  const nowhere = worldOf(2, {
    template: { ...aTemplate(), spec: { ...aTemplate().spec, nodeSelector: { a: 'b' } } },
  });
  t.deepEqual(sentences(pass(nowhere)), [
    "none of 2 nodes answers to the template's node selector, affinity and tolerations",
  ]);
});

test('a DaemonSet on its way out only reports', (t) => {
  const world = withDeletion(worldOf(2, {}), daemonSetKind, WEB, { propagationPolicy: 'Foreground' });
  const done = pass(world);
  t.deepEqual(
    done.changes.map(({ type }) => type),
    ['write-status'],
  );
});

test('a heartbeat of a node wakes nobody, a label does', (t) => {
  const trigger = controller.triggers.find(({ definition }) => definition === nodeKind);
  const node = aNode('n0');
  t.true(trigger?.ignores?.({ ...node, status: { conditions: [] } }, node));
  t.false(trigger?.ignores?.(aNode('n0', { labels: { a: 'b' } }), node));
});
