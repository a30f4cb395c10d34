// The pods that a Job makes. Pure: names come from injected ids.
import { jobKind, type Job } from '@gantry/api/kinds/job';
import type { Container, Pod } from '@gantry/api/kinds/pod';
import type { Ids } from '@gantry/kit/random';
import { generatedPodName, podFromTemplate } from '../pod-from-template.ts';
import { INDEX_KEY, jobLabels, TRACKING_FINALIZER } from './tracking-labels.ts';

const HOSTNAME_LENGTH_MAX = 63;
const SUFFIX_LENGTH = 5;
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

/** A pod of a Job whose pods are all alike. */
export function plainPod(job: Job, ids: Ids): Pod {
  return trackedPod(job, generatedPodName(job, ids));
}

/** The pod of one index: it learns its number by annotation, label, host name and environment. */
export function indexedPod(job: Job, index: number, ids: Ids): Pod {
  const numbered = indexedName(job, index);
  const pod = trackedPod(job, `${numbered}-${ids.suffix(SUFFIX_LENGTH)}`);
  const { initContainers, containers, hostname = numbered } = pod.spec;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${numbered}-`,
      labels: { ...pod.metadata.labels, [INDEX_KEY]: String(index) },
      annotations: { ...pod.metadata.annotations, [INDEX_KEY]: String(index) },
    },
    spec: {
      ...pod.spec,
      hostname,
      containers: containers.map(withIndexVariable),
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withIndexVariable) }),
    },
  };
}

function trackedPod(job: Job, name: string): Pod {
  const pod = podFromTemplate(jobKind, job, job.spec.template, name);
  const finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
  const labels = { ...pod.metadata.labels, ...jobLabels(job) };
  return { ...pod, metadata: { ...pod.metadata, labels, finalizers } };
}

/** `<job>-<index>`, cut so that it is a host name and the pod's name still fits one. */
function indexedName(job: Job, index: number): string {
  const tail = `-${index}`;
  const room = HOSTNAME_LENGTH_MAX - SUFFIX_LENGTH - 1 - tail.length;
  return `${(job.metadata.name ?? '').slice(0, room)}${tail}`;
}

function withIndexVariable(container: Container): Container {
  const env = container.env ?? [];
  if (env.some(({ name }) => name === INDEX_VARIABLE)) return container;
  const fieldPath = `metadata.annotations['${INDEX_KEY}']`;
  return { ...container, env: [...env, { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath } } }] };
}
