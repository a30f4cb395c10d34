// What holds for a pod's spec, alone or inside the template of a workload.
import type { Issue } from '../../issue.ts';
import { duplicate, forbiddenField, notSupported } from '../../issues.ts';
import { dnsLabelProblem, dnsSubdomainProblem, ipAddressProblem, qualifiedNameProblem } from '../../names.ts';
import { templateMetadataIssues, textIssues } from '../check-metadata.ts';
import { dnsIssues } from './check-dns.ts';
import { containersIssues } from './check-container.ts';
import { placementIssues } from './check-placement.ts';
import { volumesIssues } from './check-volume.ts';
import type { PodSpec, PodTemplateSpec } from './pod-spec.ts';

/** Issues of a pod's spec at `path`. */
export function podSpecIssues(spec: PodSpec, path: string): Issue[] {
  return [
    ...containersIssues(spec, path),
    ...volumesIssues(spec, `${path}.volumes`),
    ...placementIssues(spec, path),
    ...nameIssues(spec, path),
    ...gateIssues(spec, path),
    ...dnsIssues(spec, path),
  ];
}

function gateIssues({ schedulingGates = [], nodeName = '' }: PodSpec, path: string): Issue[] {
  const names = schedulingGates.map(({ name }) => name);
  const issues = names.flatMap((name, index) => {
    const at = `${path}.schedulingGates[${index}].name`;
    const found = textIssues(at, name, qualifiedNameProblem);
    return names.indexOf(name) < index ? [...found, duplicate(at, name)] : found;
  });
  if (names.length > 0 && nodeName !== '') {
    const why = 'cannot be set until all schedulingGates have been cleared';
    issues.push(forbiddenField(`${path}.nodeName`, why));
  }
  return issues;
}

function nameIssues(spec: PodSpec, path: string): Issue[] {
  const names = [
    ['nodeName', dnsSubdomainProblem],
    ['serviceAccountName', dnsSubdomainProblem],
    ['priorityClassName', dnsSubdomainProblem],
    ['hostname', dnsLabelProblem],
    ['subdomain', dnsLabelProblem],
  ] as const;
  return [
    ...names.flatMap(([field, rule]) => {
      const name = spec[field];
      return name === undefined || name === '' ? [] : textIssues(`${path}.${field}`, name, rule);
    }),
    ...(spec.imagePullSecrets ?? []).flatMap((secret, index) =>
      textIssues(`${path}.imagePullSecrets[${index}].name`, secret.name, dnsSubdomainProblem),
    ),
    ...(spec.hostAliases ?? []).flatMap((alias, index) => [
      ...textIssues(`${path}.hostAliases[${index}].ip`, alias.ip, ipAddressProblem),
      ...(alias.hostnames ?? []).flatMap((name, at) =>
        textIssues(`${path}.hostAliases[${index}].hostnames[${at}]`, name, dnsSubdomainProblem),
      ),
    ]),
  ];
}

/** What a workload allows in its template. */
export interface TemplateRules {
  /** Kind of the workload, for messages. */
  kind: string;
  restartPolicies: readonly string[];
  /** Whether its pods may have a deadline of their own. */
  deadline: boolean;
}

/** Template of what runs for ever. */
export const longRunning = (kind: string): TemplateRules => ({
  kind,
  restartPolicies: ['Always'],
  deadline: false,
});

/** Issues of a workload's pod template at `path`. */
export function podTemplateIssues(template: PodTemplateSpec, path: string, rules: TemplateRules): Issue[] {
  const issues = [
    ...templateMetadataIssues(template.metadata, `${path}.metadata`),
    ...podSpecIssues(template.spec, `${path}.spec`),
  ];
  const restartPolicy = template.spec.restartPolicy ?? 'Always';
  if (!rules.restartPolicies.includes(restartPolicy)) {
    issues.push(notSupported(`${path}.spec.restartPolicy`, restartPolicy, rules.restartPolicies));
  }
  if (!rules.deadline && template.spec.activeDeadlineSeconds !== undefined) {
    const why = `pods of a ${rules.kind} run for ever: leave it out, or use a Job`;
    issues.push(forbiddenField(`${path}.spec.activeDeadlineSeconds`, why));
  }
  return issues;
}
