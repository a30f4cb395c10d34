// Runs each Experiment: its pods, its analyses, its end.
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { clusterAnalysisTemplateKind } from '@gantry/api/kinds/cluster-analysis-template';
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { serviceKind } from '@gantry/api/kinds/service';
import { isEndPhase } from '@gantry/api/analysis/run-phase';
import { keyOf, type AnyObject, type ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import type { Controller, Trigger } from '../../engine/controller.ts';
import { ownedTrigger, ownTrigger } from '../../engine/triggers.ts';
import { observeExperiment, type ObservedExperiment } from './observe.ts';
import { planExperiment } from './plan.ts';
import { describeExperimentReason } from './reasons.ts';
import { serviceName } from './template-names.ts';

/** The Experiment controller. Pods wake it through the status of their ReplicaSet. */
export function experimentController(): Controller<ObservedExperiment> {
  return {
    name: 'experiment',
    definition: experimentKind,
    triggers: [
      ownTrigger(experimentKind),
      ownedTrigger(replicaSetKind, experimentKind),
      ownedTrigger(analysisRunKind, experimentKind),
      serviceTrigger,
      { definition: analysisTemplateKind, keys: ({ metadata }, cache) => open(cache, metadata.namespace) },
      { definition: clusterAnalysisTemplateKind, keys: (_template, cache) => open(cache) },
    ],
    observe: observeExperiment,
    plan: planExperiment,
    primary: ({ experiment }) => experiment,
    describe: describeExperimentReason,
  };
}

/** Also one of somebody else, whose name an Experiment waits for. */
const serviceTrigger: Trigger = {
  definition: serviceKind,
  keys: (service, cache) => [
    ...ownedTrigger(serviceKind, experimentKind).keys(service, cache),
    ...cache
      .list(experimentKind, service.metadata.namespace)
      .filter((experiment) => isOpen(experiment) && namesService(experiment, service))
      .map(keyOf),
  ],
};

function namesService({ metadata, spec }: Experiment, service: AnyObject): boolean {
  return spec.templates.some((template) => serviceName(metadata.name, template) === service.metadata.name);
}

function open(cache: CacheReader, namespace?: string): ObjectKey[] {
  return cache.list(experimentKind, namespace).filter(isOpen).map(keyOf);
}

const isOpen = ({ status }: Experiment): boolean => !isEndPhase(status?.phase);
