// Follows names of templates, and those that templates name, to the templates themselves. Pure.
import type { AnalysisTemplate } from '../kinds/analysis-template.ts';
import type { AnalysisTemplateRef } from '../kinds/analysis/metric.ts';
import type { ClusterAnalysisTemplate } from '../kinds/cluster-analysis-template.ts';
import { TEMPLATES_DEEP_MAX, TEMPLATES_MAX } from './limits.ts';

type Template = AnalysisTemplate | ClusterAnalysisTemplate;

/** Finds a template of the run's namespace, or of the cluster; undefined when there is none. */
export type FindTemplate = (ref: AnalysisTemplateRef) => Template | undefined;

/** The templates in order, each once; or what is wrong. */
export function collectTemplates(
  refs: readonly AnalysisTemplateRef[],
  find: FindTemplate,
): { templates: readonly Template[] } | { problems: string[] } {
  const found = new Map<string, Template>();
  const problems: string[] = [];
  const follow = (ref: AnalysisTemplateRef, way: readonly string[]): void => {
    const name = `${ref.clusterScope === true ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'} '${ref.templateName}'`;
    if (way.includes(name))
      problems.push(`templates name each other in a circle: ${[...way, name].join(' -> ')}`);
    if (way.length >= TEMPLATES_DEEP_MAX)
      problems.push(`templates name each other over ${TEMPLATES_DEEP_MAX} levels deep`);
    if (found.size > TEMPLATES_MAX) problems.push(`there are over ${TEMPLATES_MAX} templates`);
    if (problems.length > 0 || found.has(name)) return;
    const template = find(ref);
    if (template === undefined) {
      problems.push(`${name} not found`);
      return;
    }
    found.set(name, template);
    for (const inner of template.spec.templates ?? []) follow(inner, [...way, name]);
  };
  for (const ref of refs) follow(ref, []);
  return problems.length > 0 ? { problems } : { templates: [...found.values()] };
}
