// The rules of an Experiment by itself: all findings at once, each with its field path. Pure.
import isEqual from 'fast-deep-equal';
import { TEMPLATES_MAX } from '../../experiment/limits.ts';
import type { Issue } from '../../issue.ts';
import { duplicate, immutable, invalidValue, required, tooLong } from '../../issues.ts';
import { dnsLabelProblem, letterLabelProblem } from '../../names.ts';
import { templateMetadataIssues, textIssues } from '../check-metadata.ts';
import { workloadSelectorIssues } from '../check-selector.ts';
import { longRunning, podTemplateIssues } from '../pod/check-pod-spec.ts';
import { durationProblem } from '../rollout/pause-duration.ts';
import { serviceSpecIssues } from '../service/check-service.ts';
import { analysesIssues } from './check-analyses.ts';
import { servicePorts } from './service-ports.ts';
import type { ExperimentSpec, ExperimentTemplate } from './spec.ts';

/** Issues of a new Experiment's spec. */
export function experimentSpecIssues(spec: ExperimentSpec): Issue[] {
  const { templates, analyses = [], duration } = spec;
  return [
    ...templateListIssues(templates, 'spec.templates'),
    ...durationIssues(duration, 'spec.duration'),
    ...templates.flatMap((template, at) => templateIssues(template, `spec.templates[${at}]`)),
    ...analysesIssues(analyses, 'spec.analyses', {
      templates: templates.map(({ name }) => name),
      hasDuration: duration !== undefined,
    }),
  ];
}

/** What runs and what judges it is settled when it is made. */
export function experimentUpdateIssues(spec: ExperimentSpec, old: ExperimentSpec): Issue[] {
  const remedy = 'an Experiment is not changed, set `terminate` and make another';
  const fields = ['templates', 'analyses', 'dryRun'] as const;
  return fields
    .filter((field) => !isEqual(spec[field], old[field]))
    .map((field) => immutable(`spec.${field}`, spec[field], remedy));
}

/** Issues of the names of templates and of their Services, of an Experiment and of a step alike. */
export function templateListIssues(
  templates: readonly Pick<ExperimentTemplate, 'name' | 'service'>[],
  path: string,
): Issue[] {
  const names = templates.map(({ name }) => name);
  const services = templates.map(({ service }) => service?.name);
  return [
    ...(templates.length === 0 ? [required(path, 'name at least one template')] : []),
    ...(templates.length > TEMPLATES_MAX ? [tooLong(path, `must have at most ${TEMPLATES_MAX} items`)] : []),
    ...names.flatMap((name, at) => [
      ...textIssues(`${path}[${at}].name`, name, dnsLabelProblem),
      ...(names.indexOf(name) < at ? [duplicate(`${path}[${at}].name`, name)] : []),
    ]),
    ...services.flatMap((name, at) => {
      if (name === undefined) return [];
      const field = `${path}[${at}].service.name`;
      return [
        ...textIssues(field, name, letterLabelProblem),
        ...(services.indexOf(name) < at ? [duplicate(field, name)] : []),
      ];
    }),
  ];
}

/** Issues of a duration. */
export function durationIssues(duration: number | string | undefined, path: string): Issue[] {
  const problem = duration === undefined ? undefined : durationProblem(duration);
  return problem === undefined ? [] : [invalidValue(path, duration, problem)];
}

function templateIssues(given: ExperimentTemplate, path: string): Issue[] {
  const { metadata, template, selector } = given;
  const labels = { ...template.metadata?.labels, ...metadata?.labels };
  const merged = { ...template, metadata: { ...template.metadata, labels } };
  return [
    ...podTemplateIssues(template, `${path}.template`, longRunning('Experiment')),
    ...templateMetadataIssues(metadata, `${path}.metadata`),
    ...(selector === undefined
      ? Object.keys(labels).length > 0
        ? []
        : [required(`${path}.template.metadata.labels`, 'by which its pods are found')]
      : workloadSelectorIssues({ selector, template: merged }, 'Experiment').map((issue) => ({
          ...issue,
          path: issue.path.replace(/^spec/, path),
        }))),
    ...serviceIssues(given, path),
  ];
}

function serviceIssues(template: ExperimentTemplate, path: string): Issue[] {
  if (template.service === undefined) return [];
  const ports = servicePorts(template);
  if (ports.length === 0)
    return [required(`${path}.service.ports`, 'the containers of the template declare no ports')];
  return serviceSpecIssues({ ports }).map((issue) => ({
    ...issue,
    path: issue.path.replace(/^spec/, `${path}.service`),
  }));
}
