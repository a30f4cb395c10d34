// Every reason of every controller as its user reads it. The tables are closed: a new reason needs its row.
import test from 'ava';
import { describeAnalysisRunReason, type AnalysisRunReason } from './analysis-run/reasons.ts';
import { describe as describeCronJob, type CronJobReason } from './cron-job/reasons.ts';
import { describeDaemonSetReason, type DaemonSetReason } from './daemon-set/reasons.ts';
import { describeDeploymentReason, type DeploymentReason } from './deployment/reasons.ts';
import { describeServiceReason, type ServiceReason } from './endpoint-slice/reasons.ts';
import { describeExperimentReason, type ExperimentReason } from './experiment/reasons.ts';
import { describe as describeExpiry, type ExpiryReason } from './garbage-collection/expiry.ts';
import { describe as describeGarbage, type GarbageReason } from './garbage-collection/plan.ts';
import { describeGatewayReason, type GatewayReason } from './gateway/reasons.ts';
import { describe as describeJob, type JobReason } from './job/reasons.ts';
import { describeLoadBalancerReason, type LoadBalancerReason } from './load-balancer/reasons.ts';
import { describe as describeNamespace, type NamespaceReason } from './namespace/plan.ts';
import { describe as describeGoneNode, type GoneNodeReason } from './node-lifecycle/gone-node-pods.ts';
import { describeRangeReason, type RangeReason } from './node-ranges/reasons.ts';
import { describe as describeNode, type NodeReason } from './node-lifecycle/reasons.ts';
import { describeReplicaSetReason, type ReplicaSetReason } from './replica-set/reasons.ts';
import { describeRolloutReason, type RolloutReason } from './rollout/reasons.ts';

/** For each type its details and the sentence that they make. */
type Table<R extends { type: string }> = {
  [T in R['type']]: readonly [details: Omit<Extract<R, { type: T }>, 'type'>, sentence: string][];
};

function check<R extends { type: string }>(
  name: string,
  describe: (reason: R) => string,
  table: Table<R>,
): void {
  test(`${name}: each reason is a sentence`, (t) => {
    for (const [type, rows] of Object.entries<readonly [object, string][]>(table)) {
      for (const [details, sentence] of rows)
        t.is(describe({ type, ...details } as unknown as R), sentence, type);
    }
  });
}

check<DeploymentReason>('Deployment', describeDeploymentReason, {
  'creating-version': [
    [{ name: 'web-5d9', size: 1 }, 'creating ReplicaSet web-5d9 with 1 pod for the new version'],
  ],
  scaling: [[{ name: 'web-5d9', from: 1, to: 3 }, 'scaling ReplicaSet web-5d9 from 1 to 3']],
  'waiting-for-available': [
    [{ available: 0, total: 1 }, 'waiting for 1 of 1 new pod to become available'],
    [{ available: 1, total: 3 }, 'waiting for 2 of 3 new pods to become available'],
  ],
  'waiting-for-old-pods': [[{ remaining: 2 }, 'waiting for 2 old pods to stop']],
  'keeping-old-pods': [
    [{ pods: 1 }, '1 old pod serves until new ones are available'],
    [{ pods: 3 }, '3 old pods serve until new ones are available'],
  ],
  'waiting-for-replica-sets': [
    [{ names: ['web-5d9'] }, 'waiting for ReplicaSets to reach their size: web-5d9'],
  ],
  paused: [[{}, 'paused: scaling goes on, but a new template waits until spec.paused is false']],
  'deadline-exceeded': [
    [
      { seconds: 600 },
      'no progress for more than 600 s (progressDeadlineSeconds); it goes on when pods become available or the template changes',
    ],
  ],
  'name-taken': [
    [{ name: 'web-5d9' }, 'the name web-5d9 is taken by another ReplicaSet; another name is tried'],
  ],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
  'being-deleted': [[{}, 'being deleted: it is neither scaled nor updated']],
});

check<ReplicaSetReason>('ReplicaSet', describeReplicaSetReason, {
  'scaling-up': [[{ by: 2, to: 3 }, 'creating 2 of 3 pods']],
  'scaling-down': [[{ by: 1, to: 2 }, 'deleting 1 pod, 2 to remain']],
  'waiting-for-ready-pods': [[{ ready: 1, total: 3 }, 'waiting for 2 of 3 pods to become ready']],
  'waiting-for-min-ready-seconds': [
    [
      { available: 1, total: 3, minReadySeconds: 30 },
      'waiting until 2 of 3 pods have been ready for 30 s (minReadySeconds)',
    ],
  ],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
  'being-deleted': [[{}, 'being deleted: no pods are made or removed']],
});

check<DaemonSetReason>('DaemonSet', describeDaemonSetReason, {
  'no-node-fits': [
    [{ nodes: 0 }, 'there are no nodes yet; each that joins gets a pod'],
    [{ nodes: 3 }, "none of 3 nodes answers to the template's node selector, affinity and tolerations"],
  ],
  'creating-pods': [
    [{ nodes: ['n1'] }, 'creating a pod on n1'],
    [
      { nodes: ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'] },
      'creating a pod on n1, n2, n3, n4, n5, and 2 more',
    ],
  ],
  'deleting-pods': [[{ names: ['each-1'], why: 'its node is gone' }, 'deleting each-1: its node is gone']],
  'failed-pod-backs-off': [[{ name: 'each-1', forMs: 7200 }, 'pod each-1 has failed; it is replaced in 8 s']],
  'waiting-for-available': [
    [{ available: 1, total: 3 }, 'waiting for 2 of 3 nodes to have an available pod'],
  ],
  'waiting-for-update': [[{ updated: 1, total: 3 }, 'the new version runs on 1 of 3 nodes']],
  'updated-on-delete': [
    [{ outdated: 1 }, '1 old pod stays until you delete it (updateStrategy OnDelete)'],
    [{ outdated: 2 }, '2 old pods stay until you delete them (updateStrategy OnDelete)'],
  ],
  'name-taken': [
    [{ name: 'each-1' }, 'the name each-1 is taken by another ControllerRevision; another name is tried'],
  ],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
  'being-deleted': [[{}, 'being deleted: no pods are made or removed']],
});

check<JobReason>('Job', describeJob, {
  starting: [[{ pods: 2 }, 'starting 2 pods']],
  stopping: [[{ pods: 1 }, 'stopping 1 pod that the Job no longer needs']],
  'backing-off': [
    [{ forMs: 9500, pods: 1 }, 'starting 1 pod in 10 s: after failures new pods wait longer and longer'],
  ],
  counting: [[{ pods: 1 }, 'noting the end of 1 pod']],
  running: [[{ pods: 1 }, 'waiting for 1 pod to end']],
  suspended: [[{}, 'suspended: no pods are started until spec.suspend is false']],
  'being-deleted': [[{}, 'being deleted: no pods are started']],
  ending: [
    [
      { message: 'Job was active longer than specified deadline', pods: 0 },
      'Job was active longer than specified deadline',
    ],
    [
      { message: 'Job was active longer than specified deadline', pods: 2 },
      'Job was active longer than specified deadline; 2 pods still to end',
    ],
  ],
  'kept-until-expiry': [[{ forMs: 60_000 }, 'finished; deleted in 60 s (ttlSecondsAfterFinished)']],
  expired: [[{}, 'deleted: ttlSecondsAfterFinished is over']],
});

const DUE = '2026-01-01T00:05:00Z';

check<CronJobReason>('CronJob', describeCronJob, {
  starting: [[{ job: 'tick-1', due: DUE }, `starting Job tick-1, due ${DUE}`]],
  waiting: [[{ until: DUE }, `the next Job is due ${DUE}`]],
  'never-due': [[{}, 'the schedule names no time within the next ten years']],
  suspended: [[{}, 'suspended: no Jobs are made until spec.suspend is false']],
  'being-deleted': [[{}, 'being deleted: no Jobs are made']],
  'too-late': [
    [{ due: DUE }, `the Job due ${DUE} was left out: it could not be started within startingDeadlineSeconds`],
  ],
  'still-running': [
    [{ jobs: ['tick-1'] }, 'no Job is started before tick-1 has ended (concurrencyPolicy Forbid)'],
  ],
  replacing: [[{ jobs: ['tick-1'] }, 'ending tick-1 for the new Job (concurrencyPolicy Replace)']],
  'many-missed': [
    [
      {},
      'many starts were missed; only the latest is made up for (startingDeadlineSeconds limits how old it may be)',
    ],
  ],
  'unknown-time-zone': [
    [
      { timeZone: 'Mars' },
      'the time zone "Mars" is not known: no Jobs are made until spec.timeZone is corrected',
    ],
  ],
  'unreadable-schedule': [
    [{ schedule: 'x' }, 'the schedule "x" cannot be read: no Jobs are made until spec.schedule is corrected'],
  ],
});

check<NodeReason>('Node', describeNode, {
  lost: [
    [{ silentMs: 12_000 }, 'no heartbeat for 12 s: the node counts as lost until its agent is heard again'],
  ],
  'all-silent': [
    [
      { silentMs: 12_000 },
      'no node has been heard for 12 s: the control plane itself may have been away or cut off, so pods stay where they are',
    ],
  ],
  'none-ready': [[{}, 'no node of the cluster is ready: pods have nowhere to go, and stay where they are']],
  'zone-disrupted': [
    [{ zone: ':a', away: 3, of: 5 }, '3 of 5 nodes of zone a are away: nobody is evicted'],
    [{ zone: '', away: 4, of: 5 }, '4 of 5 nodes without a zone are away: nobody is evicted'],
  ],
  'awaiting-turn': [
    [
      { zone: 'eu:a', inMs: 6_500 },
      "the nodes of zone eu:a that are away lose their pods one after the other: this one's turn comes in 7 s",
    ],
  ],
  'not-ready': [[{}, 'the agent reports that the node is not ready: its conditions say why']],
  'awaiting-report': [[{}, 'waiting for the agent to report how the node is']],
  evicting: [[{ pods: 1 }, 'sending away 1 pod whose toleration has run out']],
  'evicting-soon': [
    [{ pods: 2, inMs: 8000 }, '2 pods will be sent away, the first in 8 s, unless the node recovers'],
  ],
});

check<GoneNodeReason>('pod of a node that is gone', describeGoneNode, {
  'node-gone': [[{ node: 'n1' }, 'removed, since node n1 is gone']],
  'node-missing': [
    [{ node: 'n1', inMs: 39_500 }, 'node n1 is missing; the pod is removed in 40 s unless it comes back'],
  ],
});

check<NamespaceReason>('Namespace', describeNamespace, {
  'deleting-contents': [[{ objects: 1 }, 'deleting 1 object in the namespace']],
  'waiting-for-contents': [
    [
      { remaining: '2 Pods, 1 ConfigMap', finalizers: [] },
      'waiting until these are gone: 2 Pods, 1 ConfigMap',
    ],
    [
      { remaining: '1 ConfigMap', finalizers: ['example.com/hold'] },
      'waiting until these are gone: 1 ConfigMap; some are kept until whoever set their finalizers removes them: example.com/hold',
    ],
  ],
  empty: [[{}, 'nothing is left in the namespace']],
});

check<GarbageReason>('garbage collection', describeGarbage, {
  'owners-gone': [[{ owners: 'ReplicaSet web-5d9' }, 'deleted, since ReplicaSet web-5d9 is gone']],
  'owner-waits': [
    [
      { owners: 'ReplicaSet web-5d9' },
      'deleted, since ReplicaSet web-5d9 is being deleted and waits for this object',
    ],
  ],
  'some-owners-gone': [[{ owners: 'ConfigMap a' }, 'no longer belongs to ConfigMap a']],
  'setting-dependents-free': [
    [{ dependents: 1 }, 'letting go of 1 object that stays (propagationPolicy Orphan)'],
    [{ dependents: 2 }, 'letting go of 2 objects that stay (propagationPolicy Orphan)'],
  ],
  'waiting-for-dependents': [
    [
      { dependents: 3, names: ['Pod a', 'Pod b'] },
      'waiting until what belongs to it is gone first: Pod a, Pod b, and 1 more',
    ],
  ],
  'held-by-finalizers': [
    [
      { finalizers: ['example.com/hold'] },
      'kept until whoever set its finalizer example.com/hold is done and removes it',
    ],
    [
      { finalizers: ['a.io/x', 'b.io/y'] },
      'kept until whoever set its finalizers a.io/x, b.io/y is done and removes them',
    ],
  ],
  'dependents-gone': [[{}, 'nothing that belongs to it keeps it any longer']],
});

check<ExpiryReason>('expiry', describeExpiry, {
  'events-expired': [[{ events: 1 }, 'removing 1 Event older than an hour']],
  'too-many-finished-pods': [
    [{ pods: 2 }, 'removing the 2 oldest finished pods: 1000 are kept in a namespace'],
  ],
});

check<ServiceReason>('Service', describeServiceReason, {
  'no-selector': [[{}, 'it has no selector: whoever made it keeps its EndpointSlices']],
  'external-name': [[{}, 'it stands for another name: it has no endpoints']],
  'no-pods': [[{ selector: 'app=web' }, 'no pod of the namespace has the labels app=web']],
  'pods-left-out': [
    [
      { cause: 'not-ready', count: 1, names: ['web-1'] },
      '1 pod gets no new connections because it is not ready: web-1',
    ],
    [
      { cause: 'no-address', count: 5, names: ['a', 'b', 'c'] },
      '5 pods get no new connections because they have no address yet: a, b, c and 2 more',
    ],
    [
      { cause: 'being-stopped', count: 1, names: ['a'] },
      '1 pod gets no new connections because it is being stopped: a',
    ],
    [
      { cause: 'finished', count: 2, names: ['a', 'b'] },
      '2 pods get no new connections because they have ended: a, b',
    ],
  ],
  'port-not-found': [
    [{ port: 'http', count: 1, names: ['a'] }, 'no container of 1 pod has a port named "http": a'],
  ],
  'writing-slices': [[{ count: 2 }, 'writing 2 EndpointSlices']],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
  'being-deleted': [[{}, 'being deleted: its EndpointSlices go with it']],
});

check<RangeReason>('Node range', describeRangeReason, {
  'giving-range': [[{ range: '10.244.1.0/24' }, 'giving it the range of pod addresses 10.244.1.0/24']],
  'no-range-left': [
    [
      { cluster: '10.244.0.0/16', total: 256 },
      'all 256 ranges of pod addresses in 10.244.0.0/16 are taken: delete nodes that are gone, or start the control planes with a larger --cluster-cidr or a longer --node-cidr-mask-size',
    ],
  ],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
});

check<GatewayReason>('Gateway', describeGatewayReason, {
  'not-served': [
    [
      { part: 'listener "udp"', message: 'protocol UDP is not served' },
      'listener "udp" is not served: protocol UDP is not served',
    ],
  ],
  unresolved: [
    [
      { message: 'there is no Service shop/web' },
      'not all that it names can be used: there is no Service shop/web',
    ],
  ],
  'no-node-serves': [
    [{}, 'no node that is Ready has a service proxy in step: there is no address to reach it at'],
  ],
  'not-ours': [[{}, 'it names no Gateway of ours and no Service: Gantry does nothing with it']],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
});

check<ExperimentReason>('Experiment', describeExperimentReason, {
  creating: [
    [
      { template: 'canary', name: 'ab-canary-x', size: 1 },
      'creating ReplicaSet ab-canary-x with 1 pod for template canary',
    ],
  ],
  'name-taken': [
    [
      { path: 'spec.templates[0].service.name', kind: 'Service', name: 'web' },
      'spec.templates[0].service.name: Service web is there already and belongs to somebody else: delete it, or name another one',
    ],
  ],
  'waiting-for-available': [
    [
      { template: 'canary', available: 1, total: 3 },
      'waiting for 2 of 3 pods of template canary to become available',
    ],
  ],
  'running-until': [[{ until: 'noon' }, 'all templates are available: it goes on until noon']],
  'running-until-terminated': [[{}, 'all templates are available: it goes on until spec.terminate is true']],
  analysing: [
    [{ analysis: 'good', run: 'ab-good', message: '' }, 'waiting for AnalysisRun ab-good of analysis good'],
    [
      { analysis: 'good', run: 'ab-good', message: '3 of 10 requests' },
      'waiting for AnalysisRun ab-good of analysis good: 3 of 10 requests',
    ],
  ],
  'analysis-impossible': [
    [{ analysis: 'good', problem: 'no template' }, 'analysis good cannot begin: no template'],
  ],
  ended: [
    [{ phase: 'Successful', message: '' }, 'it is Successful'],
    [{ phase: 'Failed', message: 'too slow' }, 'it is Failed: too slow'],
  ],
  'keeping-pods': [[{ until: 'noon' }, 'its pods stay until noon (scaleDownDelaySeconds)']],
  'waiting-for-release': [
    [{ rollout: 'web' }, 'its pods stay until no proxy leads to them: Rollout web says when'],
  ],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
  'being-deleted': [[{}, 'being deleted: nothing is made any more']],
});

check<AnalysisRunReason>('AnalysisRun', describeAnalysisRunReason, {
  beginning: [[{}, 'beginning to measure']],
  unresolvable: [[{ message: 'no count' }, 'it cannot be measured: no count']],
  delayed: [[{ metric: 'up', inMs: 1_500 }, 'metric up is measured first in 2 s (initialDelay)']],
  measuring: [
    [{ metric: 'up', taken: 2, of: 5 }, 'metric up is being measured: 2 of 5 measurements taken'],
    [{ metric: 'up', taken: 2 }, 'metric up is being measured: 2 of any number of measurements taken'],
  ],
  'waiting-for-traffic': [
    [
      { metric: 'up', message: 'not enough traffic: 3 of 10 requests' },
      'metric up waits: not enough traffic: 3 of 10 requests',
    ],
  ],
  'error-tried-again': [
    [
      { metric: 'up', errors: 2, tolerated: 4, message: 'refused' },
      'metric up could not be measured 2 times in a row, 4 are tolerated: refused',
    ],
  ],
  'starting-job': [[{ metric: 'up', job: 'up-1' }, 'starting Job up-1 for metric up']],
  'job-running': [[{ metric: 'up', job: 'up-1' }, 'metric up waits for Job up-1 to end']],
  'ending-job': [[{ metric: 'up', job: 'up-1' }, 'ending Job up-1 of metric up: the run ends']],
  'metric-ended': [[{ metric: 'up', phase: 'Successful' }, 'metric up is Successful']],
  'kept-for': [[{ forMs: 9_100 }, 'it has ended and is deleted in 10 s (ttlStrategy)']],
  deleting: [[{}, 'deleting it: it has ended and its ttlStrategy is over']],
  'being-deleted': [[{}, 'being deleted: nothing is measured']],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
});

check<RolloutReason>('Rollout', describeRolloutReason, {
  'invalid-spec': [[{ problem: 'Service web does not exist' }, 'Service web does not exist']],
  'creating-version': [
    [{ name: 'web-5d9', size: 1 }, 'creating ReplicaSet web-5d9 with 1 pod for the new version'],
  ],
  scaling: [[{ name: 'web-5d9', from: 1, to: 3 }, 'scaling ReplicaSet web-5d9 from 1 to 3']],
  'waiting-for-available': [[{ available: 1, total: 3 }, 'waiting for 2 of 3 new pods to become available']],
  'waiting-for-proxies': [
    [
      { weight: 10, count: 2, nodes: ['n1', 'n2'] },
      'waiting for the proxies of 2 nodes to confirm weight 10: n1, n2',
    ],
  ],
  'waiting-for-endpoints': [
    [{ service: 'web', nodes: [] }, 'waiting until the proxies know the pods of Service web'],
    [{ service: 'web', nodes: ['n1'] }, 'waiting until the proxies know the pods of Service web: n1'],
  ],
  'waiting-for-stable-pods': [
    [{}, 'waiting until the stable version has the pods for its share of the traffic'],
  ],
  step: [[{ index: 0, count: 4, step: 'setWeight 10' }, 'step 1 of 4: setWeight 10']],
  pausing: [
    [{ until: undefined }, 'paused by a step: it goes on when somebody promotes it (gantry rollout promote)'],
    [{ until: '2026-01-01T00:00:10Z' }, 'paused by a step until 2026-01-01T00:00:10Z'],
  ],
  'waiting-for-promotion': [
    [
      { why: 'the new version is ready' },
      'the new version is ready: it goes on when somebody promotes it (gantry rollout promote) or aborts it',
    ],
  ],
  'promoting-later': [
    [
      { at: '2026-01-01T00:00:30Z' },
      'the new version is ready: it is promoted at 2026-01-01T00:00:30Z, or when somebody promotes it (gantry rollout promote)',
    ],
  ],
  analysing: [
    [{ run: 'web-5d9-2', message: '' }, 'waiting for AnalysisRun web-5d9-2'],
    [
      { run: 'web-5d9-2', message: '3 of 10 requests' },
      'waiting for AnalysisRun web-5d9-2: 3 of 10 requests',
    ],
  ],
  'analysis-impossible': [
    [
      { problem: 'there is no AnalysisTemplate a' },
      'the analysis cannot begin: there is no AnalysisTemplate a',
    ],
  ],
  experimenting: [
    [{ experiment: 'web-5d9-2-1', message: '' }, 'waiting for Experiment web-5d9-2-1'],
    [{ experiment: 'web-5d9-2-1', message: 'Running' }, 'waiting for Experiment web-5d9-2-1: it is Running'],
  ],
  'experiment-impossible': [
    [{ problem: 'there is no stable version' }, 'the experiment cannot begin: there is no stable version'],
  ],
  'gate-closed': [[{ flag: 'go', variant: 'on', found: 'off' }, 'waiting for flag go to be on; it is off']],
  'gate-unknown': [
    [
      { flag: 'go', variant: 'on', problem: 'there is no flag "go"' },
      'waiting for flag go to be on: there is no flag "go"; put it right, or pass the step over (gantry rollout promote --skip-current-step)',
    ],
  ],
  'flag-unknown': [[{ flag: 'go', problem: 'no such flag' }, 'flag go cannot be changed: no such flag']],
  'kill-switch-unknown': [
    [{ flag: 'stop', problem: 'no such flag' }, 'the kill switch stop does not work: no such flag'],
  ],
  'waiting-for-rollouts': [[{ names: ['back'] }, 'waiting for Rollouts that come first: back']],
  paused: [[{}, 'paused: scaling goes on, but steps and a new template wait until spec.paused is false']],
  aborted: [
    [
      { switch: undefined },
      "aborted: all traffic is the stable version's; gantry rollout retry tries the update again",
    ],
    [
      { switch: 'stop' },
      "aborted: all traffic is the stable version's; a retry is aborted again while flag stop is on (gantry flag eval stop)",
    ],
    [
      { switch: undefined, by: 'base' },
      "aborted: all traffic is the stable version's; gantry rollout retry base tries both again",
    ],
  ],
  'deadline-exceeded': [[{ seconds: 600 }, 'no progress for more than 600 s (progressDeadlineSeconds)']],
  restarting: [[{ pods: 1 }, '1 pod older than spec.restartAt is still to be replaced']],
  'name-taken': [
    [{ name: 'web-5d9' }, 'the name web-5d9 is taken by another ReplicaSet; another name is tried'],
  ],
  'changes-refused': [[{ message: 'no quota' }, 'the last attempt failed: no quota']],
  'being-deleted': [[{}, 'being deleted: it is neither scaled nor updated']],
});

check<LoadBalancerReason>('Service of type LoadBalancer', describeLoadBalancerReason, {
  'port-unavailable': [
    [
      { message: 'spec.ports[0].port: 80 is the node port of Service shop/db' },
      'not served at the addresses of the nodes: spec.ports[0].port: 80 is the node port of Service shop/db',
    ],
  ],
  'no-node-serves': [
    [{}, 'no node that is Ready has a service proxy in step: there is no address to reach it at'],
  ],
  'changes-refused': [[{ message: 'too large' }, 'the last attempt failed: too large']],
});
