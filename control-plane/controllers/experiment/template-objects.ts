// The ReplicaSet and the Service of an Experiment's template. Pure.
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import { servicePorts } from '@gantry/api/kinds/experiment/service-ports';
import type { ExperimentTemplate } from '@gantry/api/kinds/experiment/spec';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { controllerReference } from '@gantry/api/owner-references';
import { EXPERIMENT_NAME, EXPERIMENT_TEMPLATE, HASH_LABEL } from '@gantry/api/rollout/marks';
import { replicaSetName, templateHash } from './template-names.ts';

/** The ReplicaSet that runs the template's pods; its label keeps them apart from all others. */
export function templateReplicaSet(experiment: Experiment, template: ExperimentTemplate): ReplicaSet {
  const { name = '' } = experiment.metadata;
  const hash = templateHash(name, template);
  const given = { ...template.template.metadata?.labels, ...template.metadata?.labels };
  const labels = { ...given, [HASH_LABEL]: hash };
  const annotations = { ...template.template.metadata?.annotations, ...template.metadata?.annotations };
  const selector = template.selector ?? { matchLabels: withoutHash(given) };
  return {
    apiVersion: 'apps/v1',
    kind: replicaSetKind.kind,
    metadata: {
      ...identityOf(experiment, replicaSetName(name, template)),
      labels,
      annotations: { [EXPERIMENT_NAME]: name, [EXPERIMENT_TEMPLATE]: template.name },
    },
    spec: {
      replicas: template.replicas ?? 1,
      ...(template.minReadySeconds === undefined ? {} : { minReadySeconds: template.minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: {
        ...template.template,
        metadata: { ...template.template.metadata, labels, ...(hasAny(annotations) ? { annotations } : {}) },
      },
    },
  };
}

/** The Service that leads to the pods of a template alone. */
export function templateService(experiment: Experiment, template: ExperimentTemplate, name: string): Service {
  const { spec } = templateReplicaSet(experiment, template);
  return {
    apiVersion: 'v1',
    kind: serviceKind.kind,
    metadata: {
      ...identityOf(experiment, name),
      annotations: {
        [EXPERIMENT_NAME]: experiment.metadata.name ?? '',
        [EXPERIMENT_TEMPLATE]: template.name,
      },
    },
    spec: {
      selector: { ...spec.selector.matchLabels },
      ports: servicePorts(template),
    },
  };
}

function identityOf(
  experiment: Experiment,
  name: string,
): Pick<ReplicaSet['metadata'], 'name' | 'namespace'> {
  const { namespace } = experiment.metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...{ ownerReferences: [controllerReference(experimentKind, experiment)] },
  };
}

function withoutHash({ [HASH_LABEL]: _, ...labels }: Record<string, string>): Record<string, string> {
  return labels;
}

function hasAny(entries: object): boolean {
  return Object.keys(entries).length > 0;
}
