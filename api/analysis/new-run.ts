// Makes an AnalysisRun from templates and arguments. Pure: whoever wants a run (a Rollout, an Experiment) calls this and
// creates what it returns.
import type { AnalysisRun } from '../kinds/analysis-run.ts';
import type { AnalysisArgument, AnalysisValueFrom } from '../kinds/analysis/argument.ts';
import type { AnalysisTemplate } from '../kinds/analysis-template.ts';
import type { ClusterAnalysisTemplate } from '../kinds/cluster-analysis-template.ts';
import type { DryRun, MeasurementRetention } from '../kinds/analysis/metric.ts';
import type { AnalysisRunSpec } from '../kinds/analysis-run.ts';
import type { AnyObject, ObjectMeta, OwnerReference } from '../meta.ts';
import { fieldText } from './arguments.ts';
import { runSpecIssues } from './check-analysis.ts';
import { mergeNamed, mergeTemplates } from './merge-templates.ts';

/** What a run is made from. */
export interface NewAnalysisRun {
  name: string;
  namespace: string;
  labels: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
  /** Of whoever asks for it: the run goes with it. */
  ownerReference: OwnerReference;
  /** In order, those that others name included: see `collectTemplates`. */
  templates: readonly (AnalysisTemplate | ClusterAnalysisTemplate)[];
  /** Go before what templates say; those that no template knows are left out, as in Argo Rollouts. */
  args: readonly { name: string; value?: string; valueFrom?: AnalysisValueFrom }[];
  dryRun?: readonly DryRun[];
  measurementRetention?: readonly MeasurementRetention[];
  /** Further metadata of the run, below labels and annotations. */
  metadata?: Pick<ObjectMeta, 'labels' | 'annotations'>;
  /** Where `valueFrom.fieldRef` is looked up: the Rollout. */
  fieldsOf?: AnyObject;
}

/** The run, or everything that is wrong with what it would be made from. */
export type NewAnalysisRunResult = { run: AnalysisRun } | { problems: string[] };

/** Pure. Problems are sentences for users and name the argument, metric or field. */
export function newAnalysisRun(from: NewAnalysisRun): NewAnalysisRunResult {
  const problems: string[] = [];
  const merged = mergeTemplates(
    from.templates.map(({ spec }) => spec),
    problems,
  );
  const spec: AnalysisRunSpec = { metrics: merged.metrics };
  const args = merged.args.map((argument) => resolved(argument, from, problems));
  if (args.length > 0) spec.args = args;
  const dryRun = mergeNamed([...merged.dryRun, ...(from.dryRun ?? [])]);
  if (dryRun.length > 0) spec.dryRun = dryRun;
  const retention = mergeNamed([...merged.measurementRetention, ...(from.measurementRetention ?? [])]);
  if (retention.length > 0) spec.measurementRetention = retention;
  if (problems.length === 0)
    problems.push(...runSpecIssues(spec, 'spec').map(({ path, message }) => `${path}: ${message}`));
  return problems.length > 0 ? { problems } : { run: { ...identityOf(from), spec } };
}

function identityOf(from: NewAnalysisRun): Pick<AnalysisRun, 'apiVersion' | 'kind' | 'metadata'> {
  const { name, namespace, ownerReference, metadata } = from;
  const annotations = { ...metadata?.annotations, ...from.annotations };
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name,
      namespace,
      labels: { ...metadata?.labels, ...from.labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [ownerReference],
    },
  };
}

function resolved(argument: AnalysisArgument, from: NewAnalysisRun, problems: string[]): AnalysisArgument {
  const { name } = argument;
  const given = from.args.find((other) => other.name === name);
  const source = given?.value === undefined && given?.valueFrom === undefined ? argument : given;
  if (source.value !== undefined) return { name, value: source.value };
  const { fieldRef, secretKeyRef } = source.valueFrom ?? {};
  if (secretKeyRef !== undefined) return { name, valueFrom: { secretKeyRef } };
  if (fieldRef === undefined) {
    problems.push(`args.${name} was not resolved: it has no value in the template and none was given`);
    return { name };
  }
  const value = fieldText(from.fieldsOf, fieldRef.fieldPath);
  if (value !== undefined) return { name, value };
  const owner = `${from.fieldsOf?.kind ?? from.ownerReference.kind} ${from.ownerReference.name}`;
  problems.push(`args.${name} was not resolved: ${owner} has no field ${fieldRef.fieldPath}`);
  return { name };
}
