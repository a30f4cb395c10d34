// The templates of an Experiment as they stand: what is there of each, and what it has as figures. Pure.
import { PROGRESS_DEADLINE_SECONDS } from '@gantry/api/experiment/limits';
import type { ExperimentTemplate } from '@gantry/api/kinds/experiment/spec';
import type { TemplateStatus } from '@gantry/api/kinds/experiment/status';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Service } from '@gantry/api/kinds/service';
import { EXPERIMENT_TEMPLATE, HASH_LABEL } from '@gantry/api/rollout/marks';
import { timeMs } from '@gantry/kit/time-text';
import { memberOf } from '../deployment/fleet.ts';
import { nextAvailableInMs } from '../pod-condition.ts';
import type { ObservedExperiment } from './observe.ts';
import { replicaSetName, serviceName, templateHash } from './template-names.ts';

/** One template. */
export interface Standing {
  template: ExperimentTemplate;
  /** Its place in the spec. */
  path: string;
  hash: string;
  /** What its ReplicaSet is called, also before there is one. */
  name: string;
  replicaSet: ReplicaSet | undefined;
  /** What its Service is called; undefined where there is to be none. */
  serviceName: string | undefined;
  service: Service | undefined;
  figures: { active: number; ready: number; available: number };
  isAvailable: boolean;
  /** As it was told last. */
  before: TemplateStatus | undefined;
  /** When time alone makes a pod available. */
  availableInMs: number | undefined;
}

/** All templates, in their order. */
export function standingsOf(observed: ObservedExperiment, nowMs: number): Standing[] {
  const { experiment, replicaSets, services, podsOf } = observed;
  return experiment.spec.templates.map((template, at) => {
    const replicaSet = replicaSets.find((one) => isOf(one, template));
    const pods = podsOf.get(replicaSet?.metadata.uid ?? '') ?? [];
    const member = replicaSet === undefined ? undefined : memberOf(replicaSet, pods, nowMs);
    const { active = 0, ready = 0, available = 0 } = member ?? {};
    const { replicas = 1, minReadySeconds = 0 } = template;
    return {
      template,
      path: `spec.templates[${at}]`,
      hash: replicaSet?.metadata.labels?.[HASH_LABEL] ?? templateHash(experiment.metadata.name, template),
      name: replicaSet?.metadata.name ?? replicaSetName(experiment.metadata.name, template),
      replicaSet,
      serviceName: serviceName(experiment.metadata.name, template),
      service: services.find((one) => isOf(one, template)),
      figures: { active, ready, available },
      isAvailable: replicaSet !== undefined && available >= replicas,
      before: experiment.status?.templateStatuses?.find(({ name }) => name === template.name),
      availableInMs: nextAvailableInMs(pods, minReadySeconds, nowMs),
    };
  });
}

/** When the time is over in which a template has to become available; undefined while it is. */
export function deadlineMs({ isAvailable, before }: Standing, seconds = PROGRESS_DEADLINE_SECONDS) {
  const sinceMs = before?.status === 'Progressing' ? timeMs(before.lastTransitionTime) : undefined;
  return isAvailable || sinceMs === undefined ? undefined : sinceMs + seconds * 1000;
}

function isOf({ metadata }: ReplicaSet | Service, { name }: ExperimentTemplate): boolean {
  return metadata.annotations?.[EXPERIMENT_TEMPLATE] === name;
}
