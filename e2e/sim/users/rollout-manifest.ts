// A drawn Rollout as the objects that a user would apply: Services, flags, and the Rollout itself.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Service } from '@gantry/api/kinds/service';
import type { RolloutDraft } from '../plan/user-action.ts';
import { NAMESPACE, serviceOf, templateOf } from './manifest.ts';

/** The Services that it names. */
export function rolloutServices({ name, form }: RolloutDraft): Service[] {
  if (form === 'counted') return [];
  const names = form === 'switch' ? [name] : [name, `${name}-side`];
  return names.map((service) => serviceOf(service, name, 'plain'));
}

/** `go`, `stop` and `page`, all off. */
export function rolloutFlags({ name }: Pick<RolloutDraft, 'name'>): FeatureFlag {
  const flag = { state: 'ENABLED' as const, variants: { on: true, off: false }, defaultVariant: 'off' };
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'FeatureFlag',
    metadata: { name: `${name}-flags`, namespace: NAMESPACE },
    spec: { flagSpec: { flags: { go: flag, stop: flag, page: flag } } },
  };
}

/** The Rollout. */
export function rolloutOf(draft: RolloutDraft): Rollout {
  const { name, count } = draft;
  return {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace: NAMESPACE, labels: { app: name } },
    spec: {
      replicas: count,
      selector: { matchLabels: { app: name } },
      progressDeadlineSeconds: 60,
      strategy: strategyOf(draft),
      template: templateOf(draft, 'Always') as NonNullable<Rollout['spec']['template']>,
    },
  };
}

function strategyOf(draft: RolloutDraft): Rollout['spec']['strategy'] {
  const { name, form, steps, delaySeconds, isAutomatic, maxPercent } = draft;
  const shared = {
    scaleDownDelaySeconds: delaySeconds,
    abortScaleDownDelaySeconds: delaySeconds,
    ...(draft.hasKillSwitch ? { killSwitch: { flag: 'stop' } } : {}),
  };
  if (form === 'blue-green' || form === 'switch') {
    const preview = form === 'switch' ? {} : { previewService: `${name}-side` };
    return {
      blueGreen: { ...shared, activeService: name, ...preview, autoPromotionEnabled: isAutomatic },
    };
  }
  if (form === 'counted') return { canary: { steps: [...steps], maxSurge: 1, maxUnavailable: 1 } };
  const exposure =
    maxPercent === undefined ? {} : { exposure: { maxPercent, stickyBy: { header: 'x-user' } } };
  return {
    canary: {
      ...{ ...shared, ...exposure, steps: [...steps] },
      ...{ stableService: name, canaryService: `${name}-side` },
    },
  };
}
