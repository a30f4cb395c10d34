// Deliberate faults in the way from version to version.
import type { Mutant } from './mutant.ts';
import { withRollout } from './plan-needs.ts';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import type { RolloutDraft } from '../plan/user-action.ts';

const ROLLOUT = 'control-plane/controllers/rollout';

export const ROLLOUT_MUTANTS: readonly Mutant[] = [
  {
    name: 'weight-before-capacity',
    file: `${ROLLOUT}/lane.ts`,
    find: `  if (!goal.hasCapacity) return { type: 'none', waitsFor: 'capacity' };
  if (!side.isServing || !side.isInStep) return { type: 'none', waitsFor: 'endpoints' };
`,
    replace: '',
    what: 'A new version gets its share before it has the pods for it.',
    needs: withRollout(isSplit),
  },
  {
    name: 'scale-down-before-confirmation',
    file: `${ROLLOUT}/lane.ts`,
    find: '  if (!isConfirmed) return main.hash === hash || side.hash === hash;\n',
    replace: '',
    what: 'A version loses its pods before the proxies have confirmed that they have left it.',
    needs: withRollout(),
  },
  {
    name: 'experiment-ends-before-confirmation',
    file: `${ROLLOUT}/experiment/experiment-actions.ts`,
    find: '  return lane?.isConfirmed === true && !additionalIn(traffic).some(({ service }) => names.includes(service));',
    replace: '  return !additionalIn(traffic).some(({ service }) => names.includes(service));',
    what: "An Experiment's pods go before the proxies have confirmed that they have left them.",
    needs: withRollout(isSplitByExperiment),
  },
  {
    name: 'abort-forgets-the-weight',
    file: `${ROLLOUT}/move-traffic.ts`,
    find: 'weight: scene.course.isSettled ? 0 : decision.weight,',
    replace:
      'weight: scene.course.isSettled ? 0 : decision.abort === undefined ? decision.weight : (lane.weight ?? 0),',
    what: 'An aborted version keeps the share that it had.',
    needs: withRollout(isSplit),
  },
  {
    name: 'side-turns-with-traffic',
    file: `${ROLLOUT}/lane.ts`,
    find: "  if (weight !== 0 || routes.length > 0) return { type: 'set-weight', weight: 0 };\n",
    replace: '',
    what: 'The next version takes over the share of the one before with its Service.',
    needs: withRollout(isSplit),
  },
  {
    name: 'pause-is-passed-over',
    file: `${ROLLOUT}/interpret-step.ts`,
    find: "return wait(because(next, { type: 'pausing', until: undefined }));",
    replace: 'return done(goingOn(next));',
    what: 'A canary does not wait for people.',
    needs: withRollout(waitsForPeople),
  },
  {
    name: 'exposure-is-forgotten',
    file: 'api/rollout/settings.ts',
    find: 'return Math.min(asked, exposureOf(spec)?.maxPercent ?? 100);',
    replace: 'return exposureOf(spec) === undefined ? Math.min(asked, 100) : asked;',
    what: 'Steps lead more users to the new version than may be led there.',
    needs: withRollout(({ maxPercent }) => maxPercent !== undefined),
  },
  {
    name: 'stable-gives-up-one-too-many',
    file: 'api/rollout/pods.ts',
    find: 'return isStableScaled(spec) ? podsForShare(replicas, 100 - weight, minimum) : replicas;',
    replace: 'return isStableScaled(spec) ? podsForShare(replicas, 100 - weight, minimum) - 1 : replicas;',
    what: 'With dynamicStableScale the stable version keeps one pod too few for its share.',
    needs: withRollout(({ dynamicStableScale }) => dynamicStableScale === true),
  },
  {
    name: 'flags-stay-after-abort',
    file: `${ROLLOUT}/advance-canary.ts`,
    find: 'if (start.abort !== undefined) return withFlagsRestored(scene, start);',
    replace: 'if (start.abort !== undefined) return start;',
    what: 'What steps have done to flags stays when the update is aborted.',
    needs: withRollout(hasStep('setFlag')),
  },
  {
    name: 'flag-is-changed-unnoted',
    file: `${ROLLOUT}/flag-steps.ts`,
    find: 'if (!decision.flagsBefore.some(({ flag: key }) => key === asked.flag))',
    replace: 'if (decision.flagsBefore.length < 0)',
    what: 'A step changes a flag before it is noted what the flag was.',
    needs: withRollout(hasStep('setFlag')),
  },
  {
    name: 'flags-of-the-version-before',
    file: `${ROLLOUT}/plan.ts`,
    find: 'if (clean.actions.length > 0) return clean;',
    replace: '',
    what: 'A new version takes flags that the one before it has set for its own, and then loses them.',
    needs: withRollout(({ steps: [first] }) => first?.setFlag !== undefined),
  },
  {
    name: 'failed-analysis-is-passed',
    file: `${ROLLOUT}/verdict.ts`,
    find: "if (verdict === 'Successful' ||",
    replace: "if (verdict === 'Successful' || verdict === 'Failed' ||",
    what: 'An update goes on when its analysis has failed.',
    needs: withRollout(({ checks = [] }) => checks.length > 0),
  },
  {
    name: 'open-verdict-is-passed',
    file: `${ROLLOUT}/verdict.ts`,
    find: 'if (wasLetGo(scene, key))',
    replace: 'if (isOpen || wasLetGo(scene, key))',
    what: 'Nobody is asked when an analysis is inconclusive.',
    needs: withRollout(({ checks = [] }) => checks.length > 0),
  },
  {
    name: 'kill-switch-is-forgotten',
    file: `${ROLLOUT}/beginning.ts`,
    find: 'const decision = withKillSwitch(scene, start);',
    replace: 'const decision = start;',
    what: 'An update goes on though its kill switch is thrown.',
    needs: withRollout(({ hasKillSwitch }) => hasKillSwitch),
  },
  {
    name: 'plan-order-is-forgotten',
    file: `${ROLLOUT}/plan.ts`,
    find: 'const waitsFor = fleet.current === undefined ? unfinishedDependencies(scene) : [];',
    replace: 'const waitsFor: string[] = [];',
    what: 'A version is begun before the Rollouts that come first are done.',
    needs: withRollout(({ dependsOn = [] }) => dependsOn.length > 0),
  },
  {
    name: 'dependency-as-it-was',
    file: `${ROLLOUT}/beginning.ts`,
    find: "return !(isSeen && phase === 'Healthy'",
    replace: "return !((isSeen || phase === 'Healthy') && phase === 'Healthy'",
    what: 'A Rollout that comes first counts as done though nobody has seen its new version yet.',
    needs: withRollout(({ dependsOn = [] }) => dependsOn.length > 0),
  },
  {
    name: 'plan-goes-on-after-an-abort',
    file: `${ROLLOUT}/beginning.ts`,
    find: 'if (other !== undefined)\n    return aborted(',
    replace: 'if (other !== undefined && decision.stepIndex < 0)\n    return aborted(',
    what: 'Rollouts of a plan go on when one of them was aborted.',
    needs: withRollout(({ dependsOn = [] }) => dependsOn.length > 0),
  },
];

function isSplit({ form }: RolloutDraft): boolean {
  return form !== 'counted';
}

function hasStep(field: keyof CanaryStep): (rollout: RolloutDraft) => boolean {
  return ({ steps }) => steps.some((step) => step[field] !== undefined);
}

function waitsForPeople({ form, steps }: RolloutDraft): boolean {
  const isStepwise = form === 'canary' || form === 'counted';
  return isStepwise && steps.some(({ pause }) => pause !== undefined && pause.duration === undefined);
}

function isSplitByExperiment({ form, steps }: RolloutDraft): boolean {
  return (
    form === 'canary' &&
    steps.some(({ experiment }) => experiment?.templates.some(({ weight = 0 }) => weight > 0) === true)
  );
}
