// What holds for environment variables and the references in them.
import type { Issue } from '../../issue.ts';
import { invalidValue, notSupported, required } from '../../issues.ts';
import { envNameProblem } from '../../names.ts';
import { isQuantity } from '../../quantity.ts';
import { textIssues } from '../check-metadata.ts';
import type { Container } from './container.ts';
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from './env.ts';
import { exactlyOneIssue } from './exactly-one.ts';

/** Fields of a pod that variables may hold, beside single labels and annotations. */
const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Fields of a pod that files may hold, beside single labels and annotations. */
const FILE_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.labels',
  'metadata.annotations',
];
const RESOURCES = ['limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const SUBSCRIPT = /^metadata\.(?:labels|annotations)\['[^']+'\]$/;

/** Issues of `env` and `envFrom`. */
export function envIssues(container: Container, path: string): Issue[] {
  return [
    ...(container.env ?? []).flatMap((variable, index) => variableIssues(variable, `${path}.env[${index}]`)),
    ...(container.envFrom ?? []).flatMap((source, index) =>
      envFromIssues(source, `${path}.envFrom[${index}]`),
    ),
  ];
}

function variableIssues(variable: EnvVar, path: string): Issue[] {
  const issues = textIssues(`${path}.name`, variable.name, envNameProblem);
  const { value, valueFrom } = variable;
  if (valueFrom === undefined) return issues;
  if (value !== undefined && value !== '') {
    issues.push(invalidValue(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty'));
  }
  return [...issues, ...sourceIssues(valueFrom, `${path}.valueFrom`)];
}

function sourceIssues(source: EnvVarSource, path: string): Issue[] {
  const issues = exactlyOneIssue(
    source,
    ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef'],
    path,
  );
  if (source.fieldRef !== undefined)
    issues.push(...fieldRefIssues(source.fieldRef, 'env', `${path}.fieldRef`));
  if (source.resourceFieldRef !== undefined) {
    issues.push(...resourceRefIssues(source.resourceFieldRef, `${path}.resourceFieldRef`));
  }
  for (const field of ['configMapKeyRef', 'secretKeyRef'] as const) {
    if (source[field]?.key === '') issues.push(required(`${path}.${field}.key`));
    if (source[field]?.name === '') issues.push(required(`${path}.${field}.name`));
  }
  return issues;
}

function envFromIssues(source: EnvFromSource, path: string): Issue[] {
  const issues = exactlyOneIssue(source, ['configMapRef', 'secretRef'], path);
  const name = source.configMapRef?.name ?? source.secretRef?.name;
  if (name === '')
    issues.push(required(`${path}.${source.configMapRef ? 'configMapRef' : 'secretRef'}.name`));
  if (source.prefix !== undefined && source.prefix !== '') {
    issues.push(...textIssues(`${path}.prefix`, source.prefix, envNameProblem));
  }
  return issues;
}

/** Issues of a reference to a field of the pod, from a variable or a file. */
export function fieldRefIssues(ref: ObjectFieldSelector, use: 'env' | 'file', path: string): Issue[] {
  const fields = use === 'env' ? ENV_FIELDS : FILE_FIELDS;
  if (fields.includes(ref.fieldPath) || SUBSCRIPT.test(ref.fieldPath)) return [];
  const supported = [...fields, "metadata.labels['KEY']", "metadata.annotations['KEY']"];
  return [notSupported(`${path}.fieldPath`, ref.fieldPath, supported)];
}

/** Issues of a reference to a resource amount. */
export function resourceRefIssues(ref: ResourceFieldSelector, path: string): Issue[] {
  const issues: Issue[] = [];
  if (!RESOURCES.includes(ref.resource))
    issues.push(notSupported(`${path}.resource`, ref.resource, RESOURCES));
  if (ref.divisor !== undefined && !isQuantity(ref.divisor)) {
    issues.push(
      invalidValue(`${path}.divisor`, ref.divisor, "must be a quantity such as '1', '1m' or '1Mi'"),
    );
  }
  return issues;
}
