// Jobs and what happens to their pods, for tests.
import { jobKind, type Job, type JobSpec, type JobStatus } from '@gantry/api/kinds/job';
import { podKind, type Pod, type PodStatus } from '@gantry/api/kinds/pod';
import { keyOf } from '@gantry/api/meta';
import { controllerReference } from '@gantry/api/owner-references';
import {
  emptyWorld,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  type World,
} from '../../engine/toy-world.ts';
import { INDEX_KEY, TRACKING_FINALIZER } from './tracking-labels.ts';

export const JOB_KEY = { namespace: 'default', name: 'work' };
export const START_MS = Date.parse('2026-01-01T00:00:00Z');

export function aJob(spec: Partial<JobSpec> = {}, status?: JobStatus): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'default', uid: 'job-uid' },
    spec: {
      template: { spec: { containers: [{ name: 'main', image: 'work:1' }], restartPolicy: 'Never' } },
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  };
}

export interface JobPodParts {
  phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  tracked?: boolean;
  deleting?: boolean;
  index?: number;
  /** Seconds after START_MS at which its container ended. */
  endedAtSeconds?: number;
  restarts?: number;
  ready?: boolean;
}

export function aJobPod(name: string, parts: JobPodParts = {}): Pod {
  const { phase = 'Running', tracked = true, deleting = false, index, restarts = 0 } = parts;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ownerReferences: [controllerReference(jobKind, aJob())],
      ...(tracked ? { finalizers: [TRACKING_FINALIZER] } : {}),
      ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 } : {}),
      ...(index === undefined ? {} : { annotations: { [INDEX_KEY]: String(index) } }),
    },
    spec: { containers: [{ name: 'main', image: 'work:1' }], nodeName: 'n1' },
    status: podStatus(phase, parts, restarts),
  };
}

function podStatus(phase: string, parts: JobPodParts, restartCount: number): PodStatus {
  const finishedAt = new Date(START_MS + (parts.endedAtSeconds ?? 0) * 1000).toISOString();
  const exitCode = phase === 'Failed' ? 1 : 0;
  const ended = phase === 'Succeeded' || phase === 'Failed';
  return {
    phase: phase as NonNullable<PodStatus['phase']>,
    conditions: [{ type: 'Ready', status: parts.ready === true ? 'True' : 'False' }],
    containerStatuses: [
      {
        name: 'main',
        image: 'work:1',
        imageID: '',
        ready: parts.ready ?? false,
        restartCount,
        state: ended ? { terminated: { exitCode, finishedAt } } : { running: {} },
      },
    ],
  };
}

export function worldWith(job: Job): World {
  return withObject(emptyWorld(START_MS), jobKind, job);
}

/** The world with one more pod, marked as deleted where it says so. */
export function withJobPod(world: World, pod: Pod): World {
  const next = withObject(world, podKind, pod);
  return pod.metadata.deletionTimestamp === undefined ? next : withDeletion(next, podKind, keyOf(pod));
}

export function jobIn(world: World): Job | undefined {
  return readerOf(world).get(jobKind, JOB_KEY);
}

export function podsIn(world: World): readonly Pod[] {
  return readerOf(world).list(podKind);
}

/** The agent reports how a pod has ended. */
export function withEnd(world: World, pod: Pod, phase: 'Succeeded' | 'Failed'): World {
  const endedAtSeconds = (world.nowMs - START_MS) / 1000;
  const status = podStatus(phase, { phase, endedAtSeconds }, 0);
  return withChange(world, podKind, keyOf(pod), (current) => ({ ...current, status }), 'status');
}

/** The agent has stopped all that was to be stopped. */
export function withStopped(world: World): World {
  return podsIn(world)
    .filter((pod) => pod.metadata.deletionTimestamp !== undefined)
    .reduce((next, pod) => {
      const gone = readerOf(next).get(podKind, keyOf(pod)) === undefined;
      return gone ? next : withDeletion(next, podKind, keyOf(pod), { gracePeriodSeconds: 0 });
    }, world);
}
