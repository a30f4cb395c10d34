// The rules of the analyses of an Experiment, and of those of an `experiment` step. Pure.
import { ANALYSES_MAX } from '../../experiment/limits.ts';
import { referenceProblems } from '../../experiment/references.ts';
import type { Issue } from '../../issue.ts';
import { duplicate, invalidValue, required, tooLong } from '../../issues.ts';
import { dnsLabelProblem, dnsSubdomainProblem } from '../../names.ts';
import { textIssues } from '../check-metadata.ts';

/** An analysis of an Experiment or of a step. */
export interface JudgingAnalysis {
  name: string;
  templateName: string;
  args?: readonly {
    name: string;
    value?: string;
    valueFrom?: { fieldRef?: unknown; podTemplateHashValue?: unknown };
  }[];
}

/** What values may refer to. */
export interface Referable {
  /** Names of the templates. */
  templates: readonly string[];
  hasDuration: boolean;
}

/** Issues of the analyses at `path`. */
export function analysesIssues(
  analyses: readonly JudgingAnalysis[],
  path: string,
  referable: Referable,
): Issue[] {
  const names = analyses.map(({ name }) => name);
  return [
    ...(analyses.length > ANALYSES_MAX ? [tooLong(path, `must have at most ${ANALYSES_MAX} items`)] : []),
    ...analyses.flatMap(({ name, templateName, args = [] }, at) => [
      ...textIssues(`${path}[${at}].name`, name, dnsLabelProblem),
      ...(names.indexOf(name) < at ? [duplicate(`${path}[${at}].name`, name)] : []),
      ...textIssues(`${path}[${at}].templateName`, templateName, dnsSubdomainProblem),
      ...args.flatMap((_, index) => argumentIssues(args, index, `${path}[${at}].args[${index}]`, referable)),
    ]),
  ];
}

function argumentIssues(
  args: NonNullable<JudgingAnalysis['args']>,
  index: number,
  path: string,
  { templates, hasDuration }: Referable,
): Issue[] {
  const { name = '', value, valueFrom } = args[index] ?? {};
  const sources = [value, valueFrom?.podTemplateHashValue, valueFrom?.fieldRef].filter(
    (source) => source !== undefined,
  );
  return [
    ...(name === '' ? [required(`${path}.name`)] : []),
    ...(args.findIndex((other) => other.name === name) < index ? [duplicate(`${path}.name`, name)] : []),
    ...(sources.length === 1
      ? []
      : [invalidValue(path, name, 'give it exactly one of value and a source in valueFrom')]),
    ...referenceProblems(value ?? '', templates, hasDuration).map((problem) =>
      invalidValue(`${path}.value`, value, problem),
    ),
  ];
}
