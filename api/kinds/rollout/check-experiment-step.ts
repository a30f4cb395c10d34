// The rules of an `experiment` step. Pure.
import type { Issue } from '../../issue.ts';
import { forbiddenField, invalidValue, required } from '../../issues.ts';
import { templateMetadataIssues } from '../check-metadata.ts';
import { labelSelectorIssues } from '../check-selector.ts';
import { analysesIssues } from '../experiment/check-analyses.ts';
import { durationIssues, templateListIssues } from '../experiment/check-experiment.ts';
import type { RolloutExperiment } from './experiment-step.ts';

/** Where the step stands. */
export interface StepPlace {
  /** Whether traffic is split, rather than pods counted. */
  isSplit: boolean;
  /** The new version's percent of the traffic there. */
  weight: number;
}

/** Issues of the step at `path`. */
export function experimentStepIssues(
  { templates, duration, analyses = [] }: RolloutExperiment,
  path: string,
  place: StepPlace,
): Issue[] {
  return [
    ...templateListIssues(templates, `${path}.templates`),
    ...templates.flatMap(({ metadata, selector }, at) => [
      ...templateMetadataIssues(metadata, `${path}.templates[${at}].metadata`),
      ...labelSelectorIssues(selector, `${path}.templates[${at}].selector`),
    ]),
    ...weightIssues(templates, `${path}.templates`, place),
    ...durationIssues(duration, `${path}.duration`),
    ...(duration === undefined && analyses.length === 0
      ? [required(`${path}.duration`, 'without it and without analyses it would never end')]
      : []),
    ...analysesIssues(analyses, `${path}.analyses`, {
      templates: templates.map(({ name }) => name),
      hasDuration: duration !== undefined,
    }),
  ];
}

function weightIssues(
  templates: RolloutExperiment['templates'],
  path: string,
  { isSplit, weight: canary }: StepPlace,
): Issue[] {
  const weights = templates.map(({ weight = 0 }) => weight);
  if (!isSplit)
    return templates.flatMap(({ weight }, at) =>
      weight === undefined
        ? []
        : [
            forbiddenField(
              `${path}[${at}].weight`,
              'needs a stableService and a canaryService, whose traffic can be split',
            ),
          ],
    );
  const total = weights.reduce((sum, weight) => sum + weight, canary);
  if (total <= 100) return [];
  const why = `with the canary's ${canary} they come to ${total}, and must not be above 100`;
  return [invalidValue(path, weights.join(', '), `the weights are too much: ${why}`)];
}
