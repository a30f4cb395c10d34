// The rules of a Rollout: what is refused when one is written, each with its field. What depends on other objects is
// for its controller to find: it says so in the condition InvalidSpec and waits.
import type { Issue } from '../../issue.ts';
import { duplicate, forbiddenField, invalidValue, required } from '../../issues.ts';
import { textIssues } from '../check-metadata.ts';
import { workloadSelectorIssues } from '../check-selector.ts';
import { longRunning, podTemplateIssues } from '../pod/check-pod-spec.ts';
import { isNought, paceIssues } from '../rollout-pace.ts';
import { dnsSubdomainProblem } from '../../names.ts';
import type { RolloutSpec } from '../rollout.ts';
import { partMetadataIssues } from './check-part-metadata.ts';
import { exposureIssues } from './check-exposure.ts';
import { analysisIssues, stepIssues } from './check-steps.ts';
import type { BlueGreenStrategy, CanaryStrategy } from './strategy.ts';

/** Rollouts that one may depend on. */
export const DEPENDENCIES_MAX = 16;

/** Issues of a Rollout's spec. @param name of the Rollout. */
export function rolloutSpecIssues(spec: RolloutSpec, name = ''): Issue[] {
  return [
    ...templateIssues(spec),
    ...strategyIssues(spec),
    ...partMetadataIssues(spec),
    ...deadlineIssues(spec),
    ...dependencyIssues(spec.dependsOn ?? [], name),
  ];
}

function templateIssues({ template, selector, workloadRef }: RolloutSpec): Issue[] {
  if (workloadRef !== undefined) return workloadIssues(workloadRef, template !== undefined);
  if (template === undefined) return [required('spec.template', 'or name a Deployment in workloadRef')];
  if (selector === undefined) return [required('spec.selector')];
  return [
    ...workloadSelectorIssues({ selector, template }, 'Rollout'),
    ...podTemplateIssues(template, 'spec.template', longRunning('Rollout')),
  ];
}

function workloadIssues(
  { apiVersion = 'apps/v1', kind = 'Deployment', name }: NonNullable<RolloutSpec['workloadRef']>,
  hasTemplate: boolean,
): Issue[] {
  const path = 'spec.workloadRef';
  return [
    ...(hasTemplate
      ? [forbiddenField('spec.template', 'the template is that of workloadRef: leave one out')]
      : []),
    ...(apiVersion === 'apps/v1' && kind === 'Deployment'
      ? []
      : [invalidValue(`${path}.kind`, `${apiVersion} ${kind}`, 'must be a Deployment of apps/v1')]),
    ...textIssues(`${path}.name`, name, dnsSubdomainProblem),
  ];
}

function strategyIssues({ strategy, replicas = 1 }: RolloutSpec): Issue[] {
  const { canary, blueGreen } = strategy;
  if (canary === undefined && blueGreen === undefined)
    return [required('spec.strategy', 'name canary or blueGreen')];
  if (canary !== undefined && blueGreen !== undefined)
    return [invalidValue('spec.strategy', 'canary, blueGreen', 'name only one of them')];
  return canary === undefined ? blueGreenIssues(blueGreen, replicas) : canaryIssues(canary);
}

function canaryIssues(canary: CanaryStrategy): Issue[] {
  const path = 'spec.strategy.canary';
  const { stableService, canaryService, steps = [], analysis, exposure, maxSurge, maxUnavailable } = canary;
  const isSplit = stableService !== undefined && canaryService !== undefined;
  const issues = [
    ...paceIssues(maxUnavailable, `${path}.maxUnavailable`, 100),
    ...paceIssues(maxSurge, `${path}.maxSurge`, Infinity),
    ...serviceIssues(`${path}.stableService`, stableService, `${path}.canaryService`, canaryService),
    ...stepIssues(steps, isSplit, `${path}.steps`),
  ];
  if (isNought(maxUnavailable) && isNought(maxSurge))
    issues.push(
      invalidValue(
        `${path}.maxUnavailable`,
        maxUnavailable,
        'may not be 0 when `maxSurge` is 0: no pod could ever be replaced',
      ),
    );
  if (analysis !== undefined) {
    issues.push(...analysisIssues(analysis, `${path}.analysis`));
    const { startingStep = 0 } = analysis;
    if (startingStep > 0 && startingStep >= steps.length)
      issues.push(
        invalidValue(
          `${path}.analysis.startingStep`,
          startingStep,
          `names no step: there ${steps.length === 1 ? 'is 1 step' : `are ${steps.length} steps`}, and the first one is 0`,
        ),
      );
  }
  if (!isSplit) issues.push(...unsplitIssues(canary, path));
  else if (exposure !== undefined) issues.push(...exposureIssues(exposure, `${path}.exposure`));
  return issues;
}

/** What makes sense only where traffic is split. */
function unsplitIssues(
  { stableService, canaryService, exposure, dynamicStableScale }: CanaryStrategy,
  path: string,
): Issue[] {
  const why = 'needs a stableService and a canaryService, whose traffic can be split';
  return [
    ...(canaryService !== undefined && stableService === undefined
      ? [required(`${path}.stableService`, 'its traffic is what is split')]
      : []),
    ...(stableService !== undefined && canaryService === undefined
      ? [required(`${path}.canaryService`, 'it leads to the new version')]
      : []),
    ...(exposure === undefined ? [] : [forbiddenField(`${path}.exposure`, why)]),
    ...(dynamicStableScale === true ? [forbiddenField(`${path}.dynamicStableScale`, why)] : []),
  ];
}

function blueGreenIssues(blueGreen: BlueGreenStrategy | undefined, replicas: number): Issue[] {
  if (blueGreen === undefined) return [];
  const path = 'spec.strategy.blueGreen';
  const { activeService, previewService, prePromotionAnalysis, postPromotionAnalysis } = blueGreen;
  const { maxUnavailable, previewReplicaCount = 0 } = blueGreen;
  return [
    ...paceIssues(maxUnavailable, `${path}.maxUnavailable`, 100),
    ...serviceIssues(`${path}.activeService`, activeService, `${path}.previewService`, previewService),
    ...(prePromotionAnalysis === undefined
      ? []
      : analysisIssues(prePromotionAnalysis, `${path}.prePromotionAnalysis`)),
    ...(postPromotionAnalysis === undefined
      ? []
      : analysisIssues(postPromotionAnalysis, `${path}.postPromotionAnalysis`)),
    ...(previewReplicaCount > replicas
      ? [
          invalidValue(
            `${path}.previewReplicaCount`,
            previewReplicaCount,
            'must not be greater than spec.replicas',
          ),
        ]
      : []),
  ];
}

function serviceIssues(pathA: string, a: string | undefined, pathB: string, b: string | undefined): Issue[] {
  return [
    ...(a === undefined ? [] : textIssues(pathA, a, dnsSubdomainProblem)),
    ...(b === undefined ? [] : textIssues(pathB, b, dnsSubdomainProblem)),
    ...(b !== undefined && a === b
      ? [invalidValue(pathB, b, `must be another Service than ${pathA.split('.').at(-1)}`)]
      : []),
  ];
}

function deadlineIssues({ minReadySeconds = 0, progressDeadlineSeconds = 600 }: RolloutSpec): Issue[] {
  if (progressDeadlineSeconds > minReadySeconds) return [];
  return [
    invalidValue(
      'spec.progressDeadlineSeconds',
      progressDeadlineSeconds,
      'must be greater than minReadySeconds',
    ),
  ];
}

function dependencyIssues(dependsOn: readonly { name: string }[], own: string): Issue[] {
  const path = 'spec.dependsOn';
  const names = dependsOn.map(({ name }) => name);
  return [
    ...(names.length > DEPENDENCIES_MAX
      ? [invalidValue(path, names.length, `must have at most ${DEPENDENCIES_MAX} items`)]
      : []),
    ...names.flatMap((name, at) => [
      ...textIssues(`${path}[${at}].name`, name, dnsSubdomainProblem),
      ...(names.indexOf(name) < at ? [duplicate(`${path}[${at}].name`, name)] : []),
      ...(name === own
        ? [invalidValue(`${path}[${at}].name`, name, 'a Rollout cannot wait for itself')]
        : []),
    ]),
  ];
}
