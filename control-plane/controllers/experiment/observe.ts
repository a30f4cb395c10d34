// What an Experiment's plan rests on: what it has made, whose the names are that it would give, and the templates of its
// analyses. Picked from the cache; nothing is decided here.
import { collectTemplates } from '@gantry/api/analysis/collect-templates';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { clusterAnalysisTemplateKind } from '@gantry/api/kinds/cluster-analysis-template';
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import type { FoundTemplates } from '../rollout/analysis/observe.ts';
import { runName } from './runs.ts';
import { replicaSetName, serviceName } from './template-names.ts';

export interface ObservedExperiment {
  experiment: Experiment;
  /** Own ones, in any order. */
  replicaSets: readonly ReplicaSet[];
  services: readonly Service[];
  runs: readonly AnalysisRun[];
  /** Pods of each ReplicaSet, by its uid. */
  podsOf: ReadonlyMap<string, readonly Pod[]>;
  /** Objects that have a name which it would give, its own among them: `Service web-canary`. */
  takenNames: ReadonlySet<string>;
  /** Templates of each analysis, by its name. */
  templatesOf: ReadonlyMap<string, FoundTemplates>;
}

/** Reads the cache; undefined when there is no such Experiment. */
export function observeExperiment(cache: CacheReader, key: ObjectKey): ObservedExperiment | undefined {
  const experiment = cache.get(experimentKind, key);
  if (experiment === undefined) return undefined;
  const { uid = '' } = experiment.metadata;
  const replicaSets = cache.byIndex(replicaSetKind, 'owner', uid);
  return Object.freeze({
    ...{ experiment, replicaSets },
    services: cache.byIndex(serviceKind, 'owner', uid),
    runs: cache.byIndex(analysisRunKind, 'owner', uid),
    podsOf: new Map(
      replicaSets.map(({ metadata }) => [
        metadata.uid ?? '',
        cache.byIndex(podKind, 'owner', metadata.uid ?? ''),
      ]),
    ),
    takenNames: takenNames(cache, experiment),
    templatesOf: templatesOf(cache, experiment),
  });
}

function takenNames(cache: CacheReader, { metadata, spec }: Experiment): ReadonlySet<string> {
  const { namespace = '' } = metadata;
  const given: [KindDefinition<AnyObject>, string | undefined][] = [
    ...spec.templates.flatMap((template): [KindDefinition<AnyObject>, string | undefined][] => [
      [replicaSetKind, replicaSetName(metadata.name, template)],
      [serviceKind, serviceName(metadata.name, template)],
    ]),
    ...(spec.analyses ?? []).map(({ name }): [KindDefinition<AnyObject>, string] => [
      analysisRunKind,
      runName(metadata.name, name),
    ]),
  ];
  return new Set(
    given.flatMap(([definition, name]) =>
      name !== undefined && cache.get(definition, { namespace, name }) !== undefined
        ? [`${definition.kind} ${name}`]
        : [],
    ),
  );
}

function templatesOf(
  cache: CacheReader,
  { metadata, spec }: Experiment,
): ReadonlyMap<string, FoundTemplates> {
  const { namespace = '' } = metadata;
  return new Map(
    (spec.analyses ?? []).map(({ name, templateName, clusterScope = false }) => [
      name,
      collectTemplates([{ templateName, clusterScope }], (ref) =>
        ref.clusterScope === true
          ? cache.get(clusterAnalysisTemplateKind, { namespace: '', name: ref.templateName })
          : cache.get(analysisTemplateKind, { namespace, name: ref.templateName }),
      ),
    ]),
  );
}
