// A Rollout `web` with its versions, pods and a run, for tests of what is shown of it.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { Experiment } from '@gantry/api/kinds/experiment';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Rollout, RolloutStatus } from '@gantry/api/kinds/rollout';
import { EXPERIMENT_TEMPLATE, HASH_LABEL, REVISION, RUN_TYPE } from '@gantry/api/rollout/marks';
import type { Picture } from '@gantry/api/rollout/picture';

const NOW_MS = Date.parse('2026-01-01T00:10:00Z');
const CREATED = '2026-01-01T00:00:00Z';
const LATER = '2026-01-01T00:09:00Z';

/** The strategy of most tests: traffic is split. */
export const CANARY: Rollout['spec']['strategy'] = {
  canary: {
    stableService: 'web',
    canaryService: 'web-canary',
    steps: [
      { setWeight: 25 },
      { pause: {} },
      { analysis: { templates: [{ templateName: 'ok' }] } },
      { setWeight: 50 },
      { pause: { duration: '10m' } },
    ],
  },
};

/** The Rollout; its status has been seen. */
export function aRollout(
  status: RolloutStatus = {},
  spec: Partial<Rollout['spec']> = {},
  image = 'web:2',
): Rollout {
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'default', uid: 'web', generation: 1, creationTimestamp: CREATED },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'web' } },
      template: aTemplate(image),
      strategy: CANARY,
      ...spec,
    },
    status: { observedGeneration: '1', ...status },
  };
}

/** A template of one container. */
export function aTemplate(image: string): NonNullable<Rollout['spec']['template']> {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } };
}

/** Status of an update to `web:2` at its second step. */
export const PAUSED: RolloutStatus = {
  phase: 'Paused',
  message: 'CanaryPauseStep',
  stableRS: 'aaa',
  currentPodHash: 'bbb',
  currentStepIndex: 1,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: LATER }],
  replicas: 5,
  updatedReplicas: 1,
  readyReplicas: 5,
  availableReplicas: 5,
  canary: {
    weights: { canary: { weight: 25 }, stable: { weight: 75 }, verified: true },
  },
  reasons: ['paused by a step: it goes on when somebody promotes it (gantry rollout promote)'],
};

/** The Rollout, revision 1 of `web:1`, revision 2 of `web:2`, one pod each, a run of the second. */
export function aPicture(rollout: Rollout): Picture {
  return {
    rollout,
    replicaSets: [aVersion('aaa', 1, 'web:1', 4), aVersion('bbb', 2, 'web:2', 1)],
    pods: [aPod('aaa', 'web:1'), aPod('bbb', 'web:2')],
    runs: [aRun('bbb')],
    experiments: [],
    nowMs: NOW_MS,
  };
}

/** With an Experiment of the second version: one side, one run. */
export function withTrial(picture: Picture): Picture {
  const name = 'web-bbb-2-1';
  const owner = { apiVersion: 'gantry.dev/v1alpha1', kind: 'Experiment', name, uid: 'trial' };
  const experiment: Experiment = {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Experiment',
    metadata: {
      ...{ name, namespace: 'default', uid: 'trial', creationTimestamp: LATER },
      labels: { [HASH_LABEL]: 'bbb' },
      ownerReferences: [{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', name: 'web', uid: 'web' }],
    },
    spec: { templates: [] },
    status: { phase: 'Running' },
  };
  const side = aVersion('ccc', 0, 'web:1', 1);
  const run = aRun('bbb');
  return {
    ...picture,
    experiments: [experiment],
    replicaSets: [
      ...picture.replicaSets,
      {
        ...side,
        metadata: {
          ...side.metadata,
          name: `${name}-baseline-ccc`,
          annotations: { [EXPERIMENT_TEMPLATE]: 'baseline' },
          ownerReferences: [owner],
        },
      },
    ],
    runs: [
      ...picture.runs,
      { ...run, metadata: { ...run.metadata, name: `${name}-good`, ownerReferences: [owner] } },
    ],
  };
}

function aVersion(hash: string, revision: number, image: string, replicas: number): ReplicaSet {
  const labels = { app: 'web', [HASH_LABEL]: hash };
  const template = aTemplate(image);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...{ name: `web-${hash}`, namespace: 'default', uid: hash, labels, creationTimestamp: CREATED },
      annotations: { [REVISION]: String(revision) },
      ownerReferences: [{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', name: 'web', uid: 'web' }],
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { labels } },
    },
    status: { replicas, readyReplicas: replicas },
  };
}

function aPod(hash: string, image: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name: `web-${hash}-x`, namespace: 'default', uid: `${hash}-x`, creationTimestamp: LATER },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${hash}`, uid: hash }],
    },
    spec: { containers: [{ name: 'main', image }], nodeName: 'n1' },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          ...{ name: 'main', image, imageID: '', ready: true, restartCount: 0, started: true },
          state: { running: { startedAt: LATER } },
        },
      ],
    },
  };
}

function aRun(hash: string): AnalysisRun {
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      ...{ name: `web-${hash}-2-2`, namespace: 'default', creationTimestamp: LATER },
      labels: { [HASH_LABEL]: hash, [RUN_TYPE]: 'Step' },
      ownerReferences: [{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', name: 'web', uid: 'web' }],
    },
    spec: { metrics: [] },
    status: {
      phase: 'Running',
      metricResults: [
        {
          ...{ name: 'ok', phase: 'Running', count: 2, successful: 2 },
          measurements: [
            { phase: 'Successful', value: '0.99' },
            { phase: 'Successful', value: '0.98' },
          ],
        },
      ],
    },
  };
}
