// The rules of a canary's steps, and of the analyses that a Rollout names.
import { headerNameProblem, pathProblem, regexProblem, valueProblem } from '../../gateway/match-rules.ts';
import type { Issue } from '../../issue.ts';
import { duplicate, forbiddenField, invalidValue, required, tooLong } from '../../issues.ts';
import { dnsSubdomainProblem } from '../../names.ts';
import { textIssues } from '../check-metadata.ts';
import type { RolloutAnalysis } from './analysis-ref.ts';
import { experimentStepIssues } from './check-experiment-step.ts';
import { durationProblem } from './pause-duration.ts';
import { askedAt } from '../../rollout/asked.ts';
import {
  STEP_FIELDS,
  type CanaryStep,
  type HeaderRoutingMatch,
  type MirrorMatch,
  type StringMatch,
} from './steps.ts';

/** Steps of a canary. */
export const STEPS_MAX = 100;
const TEMPLATES_MAX = 20;
const ROUTES_MAX = 8;
const MATCHES_MAX = 16;
const HEADERS_MAX = 16;
type MirrorRoute = NonNullable<CanaryStep['setMirrorRoute']>;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'] as const;

/** Issues of the steps. @param isSplit whether traffic is split, rather than pods counted. */
export function stepIssues(steps: readonly CanaryStep[], isSplit: boolean, path: string): Issue[] {
  if (steps.length > STEPS_MAX) return [tooLong(path, `must have at most ${STEPS_MAX} items`)];
  const names = new Set(
    steps.flatMap(({ setHeaderRoute, setMirrorRoute }) => [
      ...(setHeaderRoute === undefined ? [] : [`header ${setHeaderRoute.name}`]),
      ...(setMirrorRoute === undefined ? [] : [`mirror ${setMirrorRoute.name}`]),
    ]),
  );
  return [
    ...(names.size > ROUTES_MAX
      ? [invalidValue(path, names.size, `must name at most ${ROUTES_MAX} routes`)]
      : []),
    ...steps.flatMap((step, at) => [
      ...oneStepIssues(step, isSplit, `${path}[${at}]`),
      ...effectIssues(step, steps[at - 1], `${path}[${at}]`),
      ...(step.experiment === undefined
        ? []
        : experimentStepIssues(step.experiment, `${path}[${at}].experiment`, {
            isSplit,
            weight: askedAt(steps, at).weight,
          })),
    ]),
  ];
}

function oneStepIssues(step: CanaryStep, isSplit: boolean, path: string): Issue[] {
  const named = STEP_FIELDS.filter((field) => step[field] !== undefined);
  if (named.length !== 1)
    return [invalidValue(path, named.join(', '), `name exactly one of ${STEP_FIELDS.join(', ')}`)];
  const { pause, setCanaryScale, analysis, setHeaderRoute, setMirrorRoute, gate, setFlag } = step;
  return [
    ...unsplitIssues(step, isSplit, path),
    ...(pause?.duration === undefined ? [] : durationIssues(pause.duration, `${path}.pause.duration`)),
    ...(setCanaryScale === undefined ? [] : scaleIssues(setCanaryScale, `${path}.setCanaryScale`)),
    ...(analysis === undefined ? [] : analysisIssues(analysis, `${path}.analysis`)),
    ...(setHeaderRoute?.match ?? []).flatMap((match, at) =>
      headerIssues(match, `${path}.setHeaderRoute.match[${at}]`),
    ),
    ...(setMirrorRoute === undefined ? [] : mirrorIssues(setMirrorRoute, `${path}.setMirrorRoute`)),
    ...(gate === undefined ? [] : textIssues(`${path}.gate.flag`, gate.flag, valueProblem)),
    ...(setFlag !== undefined && setFlag.variant === undefined && setFlag.state === undefined
      ? [required(`${path}.setFlag`, 'name a variant or a state')]
      : []),
  ];
}

/** What can be done only where traffic is split. */
function unsplitIssues(
  { setCanaryScale, setHeaderRoute, setMirrorRoute }: CanaryStep,
  isSplit: boolean,
  path: string,
): Issue[] {
  if (isSplit) return [];
  const why = 'needs a stableService and a canaryService, whose traffic can be split';
  return [
    ...(setCanaryScale === undefined ? [] : [forbiddenField(`${path}.setCanaryScale`, why)]),
    ...(setHeaderRoute === undefined ? [] : [forbiddenField(`${path}.setHeaderRoute`, why)]),
    ...(setMirrorRoute === undefined ? [] : [forbiddenField(`${path}.setMirrorRoute`, why)]),
  ];
}

/** A step that leaves everything as it is was meant otherwise. */
function effectIssues({ setWeight }: CanaryStep, before: CanaryStep | undefined, path: string): Issue[] {
  if (setWeight === undefined || before?.setWeight !== setWeight) return [];
  return [
    invalidValue(`${path}.setWeight`, setWeight, 'has no effect: the step before sets the same weight'),
  ];
}

function durationIssues(duration: number | string, path: string): Issue[] {
  const problem = durationProblem(duration);
  return problem === undefined ? [] : [invalidValue(path, duration, problem)];
}

function scaleIssues(scale: NonNullable<CanaryStep['setCanaryScale']>, path: string): Issue[] {
  const named = Object.entries(scale).filter(([, value]) => value !== undefined && value !== false);
  if (named.length === 1) return [];
  return [
    invalidValue(path, JSON.stringify(scale), 'name exactly one of weight, replicas, matchTrafficWeight'),
  ];
}

function headerIssues({ headerName, headerValue }: HeaderRoutingMatch, path: string): Issue[] {
  return [
    ...textIssues(`${path}.headerName`, headerName, headerNameProblem),
    ...stringIssues(headerValue, `${path}.headerValue`),
  ];
}

function stringIssues(match: StringMatch, path: string, problem = valueProblem): Issue[] {
  const values = Object.entries(match);
  const [[kind, value] = ['', '']] = values;
  if (values.length === 1)
    return textIssues(`${path}.${kind}`, value, kind === 'regex' ? regexProblem : problem);
  return [invalidValue(path, JSON.stringify(match), 'name exactly one of exact, prefix, regex')];
}

/** Matches of a route that copies requests. */
function mirrorIssues({ match: matches = [], percentage }: MirrorRoute, path: string): Issue[] {
  const at = `${path}.match`;
  if (matches.length > MATCHES_MAX) return [tooLong(at, `must have at most ${MATCHES_MAX} items`)];
  if (matches.length === 0 && percentage !== undefined)
    return [
      required(at, 'for all requests `path: { prefix: / }`; to end the route leave percentage out as well'),
    ];
  return matches.flatMap((match, index) => mirrorMatchIssues(match, `${at}[${index}]`));
}

function mirrorMatchIssues({ method, path, headers = {} }: MirrorMatch, at: string): Issue[] {
  const named = Object.entries(headers);
  if (method === undefined && path === undefined && named.length === 0)
    return [required(at, 'name a method, a path or headers; a path with prefix / is every request')];
  return [
    ...(method === undefined || (METHODS as readonly string[]).includes(method.exact ?? '')
      ? []
      : [
          invalidValue(`${at}.method`, JSON.stringify(method), `must be exact, one of ${METHODS.join(', ')}`),
        ]),
    ...(path === undefined ? [] : stringIssues(path, `${at}.path`, pathProblem)),
    ...(named.length > HEADERS_MAX
      ? [tooLong(`${at}.headers`, `must have at most ${HEADERS_MAX} items`)]
      : []),
    ...named.flatMap(([name, value]) => [
      ...textIssues(`${at}.headers[${name}]`, name, headerNameProblem),
      ...stringIssues(value, `${at}.headers[${name}]`),
    ]),
  ];
}

/** Issues of an analysis: templates are named once each, arguments have a value. */
export function analysisIssues({ templates = [], args = [] }: RolloutAnalysis, path: string): Issue[] {
  const names = templates.map(({ templateName, clusterScope }) => `${clusterScope === true}/${templateName}`);
  return [
    ...(templates.length === 0 ? [required(`${path}.templates`, 'name at least one template')] : []),
    ...(templates.length > TEMPLATES_MAX
      ? [tooLong(`${path}.templates`, `must have at most ${TEMPLATES_MAX} items`)]
      : []),
    ...templates.flatMap(({ templateName }, at) => [
      ...textIssues(`${path}.templates[${at}].templateName`, templateName, dnsSubdomainProblem),
      ...(names.indexOf(names[at] ?? '') < at
        ? [duplicate(`${path}.templates[${at}].templateName`, templateName)]
        : []),
    ]),
    ...args.flatMap((arg, at) => argumentIssues(arg, `${path}.args[${at}]`)),
  ];
}

function argumentIssues(
  { name, value, valueFrom }: NonNullable<RolloutAnalysis['args']>[number],
  path: string,
): Issue[] {
  const sources = [value, valueFrom?.podTemplateHashValue, valueFrom?.fieldRef].filter(
    (one) => one !== undefined,
  );
  return [
    ...(name === '' ? [required(`${path}.name`)] : []),
    ...(sources.length === 1
      ? []
      : [
          invalidValue(
            path,
            name,
            'give it exactly one of value, valueFrom.podTemplateHashValue, valueFrom.fieldRef',
          ),
        ]),
  ];
}
