// Deliberate faults in the way from version to version.
import type { Mutant } from './mutant.ts';

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
  },
  {
    name: 'scale-down-before-confirmation',
    file: `${ROLLOUT}/lane.ts`,
    find: '  if (!isConfirmed) return main.hash === hash || side.hash === hash;\n',
    replace: '',
    what: 'A version loses its pods before the proxies have confirmed that they have left it.',
  },
  {
    name: 'experiment-ends-before-confirmation',
    file: `${ROLLOUT}/experiment/experiment-actions.ts`,
    find: '  return lane?.isConfirmed === true && !additionalIn(traffic).some(({ service }) => names.includes(service));',
    replace: '  return !additionalIn(traffic).some(({ service }) => names.includes(service));',
    what: "An Experiment's pods go before the proxies have confirmed that they have left them.",
  },
  {
    name: 'abort-forgets-the-weight',
    file: `${ROLLOUT}/move-traffic.ts`,
    find: 'weight: scene.course.isSettled ? 0 : decision.weight,',
    replace:
      'weight: scene.course.isSettled ? 0 : decision.abort === undefined ? decision.weight : (lane.weight ?? 0),',
    what: 'An aborted version keeps the share that it had.',
  },
  {
    name: 'side-turns-with-traffic',
    file: `${ROLLOUT}/lane.ts`,
    find: "  if (weight !== 0 || routes.length > 0) return { type: 'set-weight', weight: 0 };\n",
    replace: '',
    what: 'The next version takes over the share of the one before with its Service.',
  },
  {
    name: 'pause-is-passed-over',
    file: `${ROLLOUT}/interpret-step.ts`,
    find: "return wait(because(next, { type: 'pausing', until: undefined }));",
    replace: 'return done(goingOn(next));',
    what: 'A canary does not wait for people.',
  },
  {
    name: 'exposure-is-forgotten',
    file: 'api/rollout/settings.ts',
    find: 'return Math.min(asked, exposureOf(spec)?.maxPercent ?? 100);',
    replace: 'return exposureOf(spec) === undefined ? Math.min(asked, 100) : asked;',
    what: 'Steps lead more users to the new version than may be led there.',
  },
];
