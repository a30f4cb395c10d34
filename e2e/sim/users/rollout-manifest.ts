// A drawn Rollout as the objects that a user would apply: Services, flags, what analyses measure, and the Rollout itself.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { AnalysisTemplate } from '@gantry/api/kinds/analysis-template';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { BlueGreenStrategy, CanaryStrategy } from '@gantry/api/kinds/rollout/strategy';
import type { Service } from '@gantry/api/kinds/service';
import { analysisOf, checksOf } from '../plan/release-checks.ts';
import type { RolloutDraft } from '../plan/user-action.ts';
import { NAMESPACE, serviceOf, templateOf } from './manifest.ts';

/** The Services that it names. */
export function rolloutServices({ name, form }: RolloutDraft): Service[] {
  if (form === 'counted') return [];
  const names = form === 'switch' ? [name] : [name, `${name}-side`];
  return names.map((service) => serviceOf(service, name, 'plain'));
}

/** `go`, `stop` and `page`, all off. */
export function rolloutFlags({ name, flagPrefix = '' }: RolloutDraft): FeatureFlag {
  const flag = { state: 'ENABLED' as const, variants: { on: true, off: false }, defaultVariant: 'off' };
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'FeatureFlag',
    metadata: { name: `${name}-flags`, namespace: NAMESPACE },
    spec: {
      flagSpec: {
        flags: Object.fromEntries(['go', 'stop', 'page'].map((key) => [`${flagPrefix}${key}`, flag])),
      },
    },
  };
}

/** What its analyses measure; undefined where it has none. */
export function rolloutChecks({ name, checks = [] }: RolloutDraft): AnalysisTemplate | undefined {
  if (checks.length === 0) return undefined;
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: checksOf(name), namespace: NAMESPACE },
    spec: { args: [{ name: 'hash' }], metrics: checks.map((provider) => METRICS[provider]) },
  };
}

type Metric = NonNullable<AnalysisTemplate['spec']['metrics']>[number];

/** All come to an end: what nobody has asked for anything is not waited for. */
const METRICS: Readonly<Record<NonNullable<RolloutDraft['checks']>[number], Metric>> = {
  web: {
    ...{ name: 'verdict', interval: '2s', count: 2, consecutiveErrorLimit: 2 },
    ...{ successCondition: 'result > 0.9', failureCondition: 'result < 0.1' },
    provider: { web: { url: 'http://judge.test/{{args.hash}}', jsonPath: '{$.score}' } },
  },
  gantry: {
    ...{ name: 'answers', interval: '2s', count: 2, inconclusiveLimit: 2 },
    successCondition: 'result >= 0.9',
    provider: {
      gantry: { metric: 'success-rate', revision: '{{args.hash}}', notEnoughTraffic: 'Inconclusive' },
    },
  },
};

/** The Rollout. */
export function rolloutOf(draft: RolloutDraft): Rollout {
  const { name, count, dependsOn = [] } = draft;
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace: NAMESPACE, labels: { app: name } },
    spec: {
      replicas: count,
      selector: { matchLabels: { app: name } },
      progressDeadlineSeconds: 60,
      ...(dependsOn.length === 0 ? {} : { dependsOn: dependsOn.map((other) => ({ name: other })) }),
      strategy: strategyOf(draft),
      template: templateOf(draft, 'Always') as NonNullable<Rollout['spec']['template']>,
    },
  };
}

function strategyOf(draft: RolloutDraft): Rollout['spec']['strategy'] {
  const { name, form, steps, delaySeconds, hasKillSwitch, flagPrefix = '', isHeldOnFailure } = draft;
  const held = isHeldOnFailure === true ? { onFailure: 'hold' as const } : {};
  const shared = {
    ...{ ...held, scaleDownDelaySeconds: delaySeconds, abortScaleDownDelaySeconds: delaySeconds },
    ...(hasKillSwitch ? { killSwitch: { flag: `${flagPrefix}stop` } } : {}),
  };
  if (form === 'blue-green' || form === 'switch')
    return { blueGreen: { ...shared, ...blueGreenOf(draft, form) } };
  const stepwise = { steps: [...steps], ...besideSteps(draft) };
  if (form === 'counted') return { canary: { ...held, ...stepwise, maxSurge: 1, maxUnavailable: 1 } };
  return {
    canary: {
      ...{ ...shared, ...exposureOf(draft), ...stepwise },
      ...(draft.dynamicStableScale === true ? { dynamicStableScale: true } : {}),
      ...{ stableService: name, canaryService: `${name}-side` },
    },
  };
}

function blueGreenOf(
  { name, isAutomatic, analysedFrom }: RolloutDraft,
  form: 'blue-green' | 'switch',
): BlueGreenStrategy {
  const analysis = analysisOf(name);
  return {
    ...{ activeService: name, autoPromotionEnabled: isAutomatic },
    ...(form === 'switch' ? {} : { previewService: `${name}-side` }),
    ...(analysedFrom === undefined
      ? {}
      : { prePromotionAnalysis: analysis, postPromotionAnalysis: analysis }),
  };
}

function besideSteps({ name, analysedFrom }: RolloutDraft): Pick<CanaryStrategy, 'analysis'> {
  return analysedFrom === undefined ? {} : { analysis: { ...analysisOf(name), startingStep: analysedFrom } };
}

function exposureOf({ maxPercent, hasAudience }: RolloutDraft): Pick<CanaryStrategy, 'exposure'> {
  if (maxPercent === undefined && hasAudience === undefined) return {};
  const beta = { headers: [{ name: 'x-beta', value: 'yes' }] };
  return {
    exposure: {
      ...(maxPercent === undefined ? {} : { maxPercent, stickyBy: { header: 'x-user' } }),
      ...(hasAudience === undefined ? {} : { audience: [{ request: beta }] }),
    },
  };
}
