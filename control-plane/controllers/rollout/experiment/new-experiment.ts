// The Experiment of a step: named after the version, the step and the attempt, so that making it twice makes one, and an update
// that is tried again begins with a new one. Pure.
import { fieldText } from '@gantry/api/analysis/arguments';
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import type { ExperimentAnalysis, ExperimentTemplate } from '@gantry/api/kinds/experiment/spec';
import type { PodTemplateSpec } from '@gantry/api/kinds/pod';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import type { AnalysisRunArgument } from '@gantry/api/kinds/rollout/analysis-ref';
import type { RolloutExperiment, RolloutExperimentTemplate } from '@gantry/api/kinds/rollout/experiment-step';
import type { ServicePort } from '@gantry/api/kinds/service';
import { controllerReference } from '@gantry/api/owner-references';
import { EXPERIMENT_ROUTED, HASH_LABEL, REVISION, STEP_INDEX } from '@gantry/api/rollout/marks';
import { isSplit } from '@gantry/api/rollout/settings';
import { writtenTemplate } from '@gantry/api/rollout/written-template';
import type { Scene } from '../scene.ts';
import { ownRevision } from '../version.ts';

/** `<rollout>-<hash>-<revision>-<step>`, and the attempt where it is not the first. */
export function experimentName({ rollout, fleet, course }: Scene, stepIndex: number): string {
  const again = course.attempt === 0 ? '' : `-${course.attempt}`;
  return `${rollout.metadata.name ?? ''}-${fleet.hash}-${ownRevision(fleet)}-${stepIndex}${again}`;
}

/** The Experiment, or what is wrong with what it would be made from. */
export function newExperiment(
  scene: Scene,
  asked: RolloutExperiment,
  stepIndex: number,
): { experiment: Experiment } | { problems: string[] } {
  const { rollout, fleet } = scene;
  const { namespace } = rollout.metadata;
  const { progressDeadlineSeconds, strategy } = rollout.spec;
  const problems: string[] = [];
  const templates = asked.templates.map((template) => templateOf(scene, template, problems));
  const analyses = (asked.analyses ?? []).map(({ args = [], ...rest }): ExperimentAnalysis => {
    const resolved = args.map((arg) => ({ name: arg.name, value: valueOf(scene, arg, problems) }));
    return resolved.length === 0 ? rest : { ...rest, args: resolved };
  });
  const { scaleDownDelaySeconds } = strategy.canary ?? {};
  if (problems.length > 0) return { problems };
  const isRouted = isSplit(rollout.spec) && asked.templates.some(({ weight = 0 }) => weight > 0);
  return {
    experiment: {
      apiVersion: 'gantry.dev/v1alpha1',
      kind: experimentKind.kind,
      metadata: {
        name: experimentName(scene, stepIndex),
        ...(namespace === undefined ? {} : { namespace }),
        labels: { [HASH_LABEL]: fleet.hash, [STEP_INDEX]: String(stepIndex) },
        annotations: {
          [REVISION]: String(ownRevision(fleet)),
          ...(isRouted ? { [EXPERIMENT_ROUTED]: 'true' } : {}),
        },
        ownerReferences: [controllerReference(rolloutKind, rollout)],
      },
      spec: {
        templates,
        ...(asked.duration === undefined ? {} : { duration: asked.duration }),
        ...(analyses.length === 0 ? {} : { analyses }),
        ...(asked.dryRun === undefined ? {} : { dryRun: asked.dryRun }),
        ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
        ...(scaleDownDelaySeconds === undefined ? {} : { scaleDownDelaySeconds }),
      },
    },
  };
}

function templateOf(
  scene: Scene,
  { name, specRef, replicas = 1, weight = 0, metadata, selector, service }: RolloutExperimentTemplate,
  problems: string[],
): ExperimentTemplate {
  const { rollout, fleet } = scene;
  const { minReadySeconds } = rollout.spec;
  const template = specRef === 'canary' ? rollout.spec.template : stableTemplate(fleet);
  if (template === undefined) problems.push(`there is no ${specRef} version`);
  const ports = mainPorts(scene);
  return {
    ...{ name, replicas },
    ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    ...(selector === undefined ? {} : { selector }),
    ...(metadata === undefined ? {} : { metadata }),
    template: template ?? { spec: { containers: [] } },
    ...(service === undefined && weight === 0
      ? {}
      : { service: { ...service, ...(ports === undefined ? {} : { ports }) } }),
  };
}

function stableTemplate({ stable }: Scene['fleet']): PodTemplateSpec | undefined {
  return stable === undefined ? undefined : writtenTemplate(stable.replicaSet);
}

/** Of the Service whose traffic is split: a share of it comes at the same ports. */
function mainPorts({ observed }: Scene): ServicePort[] | undefined {
  const ports = observed.traffic?.main.service?.spec.ports;
  return ports?.map(({ nodePort: _, ...port }) => port);
}

function valueOf({ rollout, fleet }: Scene, arg: AnalysisRunArgument, problems: string[]): string {
  const { podTemplateHashValue, fieldRef } = arg.valueFrom ?? {};
  if (podTemplateHashValue !== undefined)
    return podTemplateHashValue === 'Stable' ? fleet.stableHash : fleet.hash;
  if (fieldRef === undefined) return arg.value ?? '';
  const value = fieldText(rollout, fieldRef.fieldPath);
  if (value === undefined)
    problems.push(`args.${arg.name} was not resolved: the Rollout has no field ${fieldRef.fieldPath}`);
  return value ?? '';
}
