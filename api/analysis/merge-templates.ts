// Several templates as one, as Argo Rollouts merges them: lists one after the other; what contradicts is a problem.
import type { AnalysisArgument } from '../kinds/analysis/argument.ts';
import type { AnalysisTemplateSpec, DryRun, MeasurementRetention } from '../kinds/analysis/metric.ts';
import isEqual from 'fast-deep-equal';

/** All that a run takes from its templates. */
export interface MergedTemplates {
  metrics: NonNullable<AnalysisTemplateSpec['metrics']>;
  args: AnalysisArgument[];
  dryRun: DryRun[];
  measurementRetention: MeasurementRetention[];
}

/** Merges; `problems` is told each contradiction. */
export function mergeTemplates(specs: readonly AnalysisTemplateSpec[], problems: string[]): MergedTemplates {
  const merged: MergedTemplates = { metrics: [], args: [], dryRun: [], measurementRetention: [] };
  for (const spec of specs) {
    for (const metric of spec.metrics ?? []) {
      if (merged.metrics.some(({ name }) => name === metric.name))
        problems.push(`two metrics have the same name '${metric.name}'`);
      else merged.metrics.push(metric);
    }
    for (const argument of spec.args ?? []) addArgument(merged.args, argument, problems);
  }
  merged.dryRun = mergeNamed(specs.flatMap(({ dryRun = [] }) => dryRun));
  merged.measurementRetention = mergeNamed(
    specs.flatMap(({ measurementRetention = [] }) => measurementRetention),
  );
  return merged;
}

function addArgument(args: AnalysisArgument[], argument: AnalysisArgument, problems: string[]): void {
  const at = args.findIndex(({ name }) => name === argument.name);
  const known = args[at];
  if (known === undefined) args.push(argument);
  else if (isOpen(known)) args[at] = argument;
  else if (!isOpen(argument) && !isEqual(known, argument))
    problems.push(`Argument \`${argument.name}\` specified multiple times with different values`);
}

const isOpen = ({ value, valueFrom }: AnalysisArgument): boolean =>
  value === undefined && valueFrom === undefined;

/** Of each name the last. */
export function mergeNamed<T extends { metricName: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.metricName, item])).values()];
}
