// What other objects of the same files show to be wrong with a Rollout: Services that do not select its pods, templates of
// analyses that are not there, arguments without a value. Pure.
import { collectTemplates, type FindTemplate } from '@gantry/api/analysis/collect-templates';
import { mergeTemplates } from '@gantry/api/analysis/merge-templates';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout, RolloutSpec } from '@gantry/api/kinds/rollout';
import type { RolloutAnalysis } from '@gantry/api/kinds/rollout/analysis-ref';
import type { RolloutExperimentAnalysis } from '@gantry/api/kinds/rollout/experiment-step';
import type { Service } from '@gantry/api/kinds/service';
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import { stepsOf } from '@gantry/api/rollout/settings';
import { finding, type Finding } from './finding.ts';

/** Objects of the same files. */
export interface Neighbours {
  services: readonly Service[];
  featureFlags: readonly FeatureFlag[];
  findTemplate: FindTemplate;
}

/** All findings. */
export function neighbourFindings(
  { spec }: Rollout,
  { services, findTemplate }: Pick<Neighbours, 'services' | 'findTemplate'>,
): Finding[] {
  return [
    ...namedServices(spec).flatMap(([path, name]) => {
      const service = services.find(({ metadata }) => metadata.name === name);
      return service === undefined ? [] : selection(spec, service, path);
    }),
    ...namedAnalyses(spec).flatMap(([path, analysis]) => analysisFindings(analysis, path, findTemplate)),
  ];
}

function namedServices({ strategy: { canary = {}, blueGreen } }: RolloutSpec): [string, string][] {
  const at = blueGreen === undefined ? 'spec.strategy.canary' : 'spec.strategy.blueGreen';
  const named: [string, string | undefined][] = [
    [`${at}.stableService`, canary.stableService],
    [`${at}.canaryService`, canary.canaryService],
    [`${at}.activeService`, blueGreen?.activeService],
    [`${at}.previewService`, blueGreen?.previewService],
  ];
  return named.flatMap(([path, name]): [string, string][] => (name === undefined ? [] : [[path, name]]));
}

function selection({ template }: RolloutSpec, { metadata, spec }: Service, path: string): Finding[] {
  if (template === undefined) return [];
  const { [HASH_LABEL]: _, ...selector } = spec.selector ?? {};
  const labels = template.metadata?.labels ?? {};
  const missing = Object.entries(selector).filter(([key, value]) => labels[key] !== value);
  const name = metadata.name ?? '';
  if (Object.keys(selector).length === 0)
    return [finding('error', path, `Service ${name} has no selector`, 'give it labels of spec.template')];
  if (missing.length === 0) return [];
  const text = missing.map(([key, value]) => `${key}=${value}`).join(', ');
  return [
    finding(
      'error',
      path,
      `Service ${name} does not select the pods: spec.template has no label ${text}`,
      'make the selector and the labels agree',
    ),
  ];
}

function namedAnalyses(spec: RolloutSpec): [string, RolloutAnalysis][] {
  const { canary, blueGreen } = spec.strategy;
  const named: [string, RolloutAnalysis | undefined][] = [
    ...stepsOf(spec).flatMap(({ experiment }, at) =>
      (experiment?.analyses ?? []).map((one, index): [string, RolloutAnalysis] => [
        `spec.strategy.canary.steps[${at}].experiment.analyses[${index}]`,
        asAnalysis(one),
      ]),
    ),
    ...stepsOf(spec).map(({ analysis }, at): [string, RolloutAnalysis | undefined] => [
      `spec.strategy.canary.steps[${at}].analysis`,
      analysis,
    ]),
    ['spec.strategy.canary.analysis', canary?.analysis],
    ['spec.strategy.blueGreen.prePromotionAnalysis', blueGreen?.prePromotionAnalysis],
    ['spec.strategy.blueGreen.postPromotionAnalysis', blueGreen?.postPromotionAnalysis],
  ];
  return named.flatMap(([path, analysis]): [string, RolloutAnalysis][] =>
    analysis === undefined ? [] : [[path, analysis]],
  );
}

function asAnalysis({ templateName, clusterScope, args }: RolloutExperimentAnalysis): RolloutAnalysis {
  const template = { templateName, ...(clusterScope === undefined ? {} : { clusterScope }) };
  return { templates: [template], ...(args === undefined ? {} : { args }) };
}

function analysisFindings(
  { templates = [], args = [] }: RolloutAnalysis,
  path: string,
  find: FindTemplate,
): Finding[] {
  const found = collectTemplates(templates, find);
  if ('problems' in found)
    return found.problems.map((problem) =>
      finding(
        'advice',
        `${path}.templates`,
        `${problem} in these files`,
        'add it to them, or see that it is in the cluster',
      ),
    );
  const problems: string[] = [];
  const merged = mergeTemplates(
    found.templates.map((template) => template.spec),
    problems,
  );
  const given = new Set(args.map(({ name }) => name));
  const known = new Set(merged.args.map(({ name }) => name));
  const open = merged.args.filter(
    ({ name, value, valueFrom }) => value === undefined && valueFrom === undefined && !given.has(name),
  );
  return [
    ...problems.map((problem) => finding('error', `${path}.templates`, problem)),
    ...open.map(({ name }) =>
      finding(
        'error',
        `${path}.args`,
        `argument ${name} of the template has no value`,
        `add { name: ${name}, value: … }`,
      ),
    ),
    ...args
      .filter(({ name }) => !known.has(name))
      .map(({ name }) =>
        finding(
          'advice',
          `${path}.args`,
          `no template has an argument ${name}`,
          'leave it out, or mend its name',
        ),
      ),
  ];
}
