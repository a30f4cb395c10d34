// What only other objects show to be wrong with a Rollout: it says so and waits, and nothing is changed meanwhile. Pure.
import { fromLabelSelectorObject, matchesLabels } from '@gantry/api/label-selector';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { partMetadataIssues } from '@gantry/api/kinds/rollout/check-part-metadata';
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import type { ObservedRollout, ObservedService, ObservedTraffic } from './observe.ts';
import { circleOf } from './plan-members.ts';

/** One sentence each, with its field. */
export function problemsOf(observed: ObservedRollout): string[] {
  const { rollout, traffic } = observed;
  return [
    ...workloadProblems(observed),
    ...metadataProblems(observed),
    ...(traffic === undefined ? [] : trafficProblems(rollout, traffic, observed.rivals)),
    ...deploymentProblems(observed),
  ];
}

function workloadProblems({ rollout, workload }: ObservedRollout): string[] {
  const { workloadRef } = rollout.spec;
  if (workloadRef === undefined || workload !== undefined) return [];
  return [`spec.workloadRef.name: there is no Deployment ${workloadRef.name} in the namespace`];
}

/** With the workload's template and selector; those of its own the API has seen to. */
function metadataProblems({ rollout, workload }: ObservedRollout): string[] {
  if (workload === undefined) return [];
  return partMetadataIssues(rollout.spec).map(({ path, message }) => `${path}: ${message}`);
}

/** Each Service by the field that names it. */
function trafficProblems(
  { spec }: Rollout,
  { main, side }: ObservedTraffic,
  rivals: ReadonlyMap<string, string>,
): string[] {
  const isCanary = spec.strategy.canary !== undefined;
  const fields = isCanary
    ? ['spec.strategy.canary.stableService', 'spec.strategy.canary.canaryService']
    : ['spec.strategy.blueGreen.activeService', 'spec.strategy.blueGreen.previewService'];
  return [main, ...(side === undefined ? [] : [side])].flatMap((service, at) => {
    const problem = serviceProblem(spec, service, rivals.get(service.name));
    return problem === undefined ? [] : [`${fields[at]}: Service ${service.name} ${problem}`];
  });
}

/** One is enough: who names another Service need not hear what is wrong with this one. */
function serviceProblem(
  { template }: Rollout['spec'],
  { service }: ObservedService,
  rival: string | undefined,
): string | undefined {
  if (service === undefined) return 'does not exist: create it, or name another one';
  if (rival !== undefined)
    return `is that of Rollout ${rival}, and a Service has one Rollout: name another one`;
  const { [HASH_LABEL]: _, ...selector } = service.spec.selector ?? {};
  if (Object.keys(selector).length === 0) return 'has no selector: give it labels of spec.template';
  const labels = template?.metadata?.labels ?? {};
  const missing = Object.entries(selector).filter(([key, value]) => labels[key] !== value);
  if (missing.length === 0) return undefined;
  const named = missing.map(([key, value]) => `${key}=${value}`).join(', ');
  return `does not select the Rollout's pods, spec.template has no label ${named}: change the Service's selector, or name another one`;
}

function deploymentProblems({ rollout, deployments }: ObservedRollout): string[] {
  const labels = rollout.spec.template?.metadata?.labels ?? {};
  const own = rollout.spec.workloadRef?.name;
  const found = deployments.find(
    ({ metadata, spec }) =>
      metadata.name !== own && matchesLabels(fromLabelSelectorObject(spec.selector), labels),
  );
  if (found === undefined) return [];
  return [
    `Deployment ${found.metadata.name ?? ''} selects the Rollout's pods as well: give spec.template and spec.selector a label of their own`,
  ];
}

/** The same of Rollouts that come first: what is wrong with them is of no matter to the stable version. */
export function dependencyProblems({ rollout, members }: ObservedRollout): string[] {
  const names = new Set(members.map(({ metadata }) => metadata.name));
  const missing = (rollout.spec.dependsOn ?? []).filter(({ name }) => !names.has(name));
  const circle = circleOf(rollout, members);
  return [
    ...missing.map(({ name }) => `spec.dependsOn: there is no Rollout ${name} in the namespace`),
    ...(circle === undefined
      ? []
      : [`spec.dependsOn goes in a circle, ${circle.join(' -> ')}: take one of them out of it`]),
  ];
}
