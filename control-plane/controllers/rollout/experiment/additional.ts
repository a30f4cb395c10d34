// The shares of the traffic that templates of a running Experiment have beside the two versions. Pure.
import type { RolloutExperimentTemplate } from '@gantry/api/kinds/rollout/experiment-step';
import { stepsOf } from '@gantry/api/rollout/settings';
import type { Decision } from '../decision.ts';
import type { RolloutReason } from '../reasons.ts';
import type { Scene } from '../scene.ts';
import { additionalIn, nodesWithout, servesIn, type AdditionalShare } from '../traffic.ts';
import { currentExperiment } from './experiment-step.ts';
import { isHeld } from './hold.ts';

/** What is asked for, and what it waits for. */
export interface Additional {
  shares: readonly AdditionalShare[];
  reasons: readonly RolloutReason[];
}

const NOTHING: Additional = { shares: [], reasons: [] };
const NODES_SHOWN_MAX = 5;

/** A template gets its share once all have their pods and all proxies know them; it gives it up at once with the end. */
export function additionalOf(scene: Scene, decision: Decision): Additional {
  const experiment = currentExperiment(scene, decision);
  const { traffic, experiments } = scene.observed;
  if (experiment === undefined || traffic === undefined || scene.lane === undefined) return NOTHING;
  if (experiment.status?.phase !== 'Running' || !isHeld(experiment)) return NOTHING;
  const asked = stepsOf(scene.rollout.spec)[decision.stepIndex]?.experiment?.templates ?? [];
  const wanted = sharesOf(asked, experiment.status.templateStatuses ?? []);
  const present = new Set(additionalIn(traffic).map(({ service }) => service));
  if (wanted.every(({ service }) => present.has(service))) return { shares: wanted, reasons: [] };
  const missing = wanted.find(({ service }) => {
    const observed = experiments.services.get(service);
    return (
      observed === undefined || !servesIn(observed) || nodesWithout(observed, traffic.proxies).length > 0
    );
  });
  if (missing === undefined) return { shares: wanted, reasons: [] };
  const observed = experiments.services.get(missing.service);
  const nodes =
    observed === undefined ? [] : nodesWithout(observed, traffic.proxies).slice(0, NODES_SHOWN_MAX);
  return {
    shares: wanted.filter(({ service }) => present.has(service)),
    reasons: [{ type: 'waiting-for-endpoints', service: missing.service, nodes }],
  };
}

function sharesOf(
  asked: readonly RolloutExperimentTemplate[],
  statuses: readonly { name: string; serviceName?: string }[],
): AdditionalShare[] {
  return asked.flatMap(({ name, weight = 0 }) => {
    const service = statuses.find((status) => status.name === name)?.serviceName;
    return weight === 0 || service === undefined ? [] : [{ service, weight }];
  });
}
