// The steps of a canary, as data: each names exactly one thing to do.
import { Type, type Static } from 'typebox';
import {
  ARGO,
  described,
  flag,
  integer,
  intOrString,
  listOf,
  mapOf,
  notYet,
  oneOf,
  optional,
  struct,
  text,
} from '../../schema.ts';
import { ROLLOUT_TYPES, RolloutAnalysis } from './analysis-ref.ts';
import { RolloutExperiment } from './experiment-step.ts';

/** Anything, as it was written: what other tools put here is kept and told of, not carried out. */
export const anything = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-map-type': 'atomic',
    type: 'object',
    description,
  });

const RolloutPause = struct(`${ROLLOUT_TYPES}.RolloutPause`, 'A wait.', {
  duration: optional(
    intOrString('How long: seconds, or a time such as 10m. Until somebody promotes when absent.'),
  ),
});

const SetCanaryScale = struct(
  `${ROLLOUT_TYPES}.SetCanaryScale`,
  'How many pods the new version has, whatever its share of the traffic: exactly one of these. Only where traffic is split.',
  {
    weight: optional(integer('Percent of spec.replicas.', { minimum: 0, maximum: 100 })),
    replicas: optional(integer('A number of pods.', { minimum: 0 })),
    matchTrafficWeight: optional(flag('As many as its share of the traffic asks for, from here on.')),
  },
);
export type SetCanaryScale = Static<typeof SetCanaryScale>;

const StringMatch = struct(`${ROLLOUT_TYPES}.StringMatch`, 'A value: exactly one of these.', {
  exact: optional(text('The whole value.')),
  prefix: optional(text('How it begins.')),
  regex: optional(text('A regular expression of the whole value.')),
});
export type StringMatch = Static<typeof StringMatch>;

const HeaderRoutingMatch = struct(`${ROLLOUT_TYPES}.HeaderRoutingMatch`, 'A header.', {
  headerName: text('Its name.'),
  headerValue: described('Its value.', StringMatch),
});
export type HeaderRoutingMatch = Static<typeof HeaderRoutingMatch>;

const SetHeaderRoute = struct(
  `${ROLLOUT_TYPES}.SetHeaderRoute`,
  'Requests with these headers go to the new version, whatever its share.',
  {
    name: text('The name of the route. A step with this name and without a match ends it.'),
    match: optional(listOf('Headers, of which one has to fit.', HeaderRoutingMatch)),
  },
);
export type SetHeaderRoute = Static<typeof SetHeaderRoute>;

const MirrorMatch = struct(`${ROLLOUT_TYPES}.RouteMatch`, 'Requests for which all of it holds.', {
  method: optional(described('Their method: exact.', StringMatch)),
  path: optional(described('Their path, without the query.', StringMatch)),
  headers: optional(mapOf('Their headers, by name.', StringMatch)),
});
export type MirrorMatch = Static<typeof MirrorMatch>;

const SetMirrorRoute = struct(
  `${ROLLOUT_TYPES}.SetMirrorRoute`,
  'Requests that fit are answered by the stable version, and a copy of them goes to the new one, whose answers are thrown away.',
  {
    name: text('The name of the route. A step with this name and without a match ends it.'),
    match: optional(listOf('Which requests: those for which one of these holds.', MirrorMatch)),
    percentage: optional(
      integer('How many of them are copied, in percent; all when absent.', { minimum: 0, maximum: 100 }),
    ),
  },
);

const FlagGate = struct(`${ROLLOUT_TYPES}.FlagGate`, 'Waits until a flag of the namespace says so.', {
  flag: text('The key of the flag.'),
  variant: text('The variant that it has to have.'),
  context: optional(
    mapOf('What the flag is asked about; the targetingKey is the name of the Rollout.', text('A value.')),
  ),
});
export type FlagGate = Static<typeof FlagGate>;

const SetFlag = struct(
  `${ROLLOUT_TYPES}.SetFlag`,
  'Changes a flag of the namespace. An abort gives back what it was.',
  {
    flag: text('The key of the flag.'),
    variant: optional(text('Its new default variant.')),
    state: optional(oneOf('Whether it is decided at all.', ['ENABLED', 'DISABLED'])),
  },
);
export type SetFlag = Static<typeof SetFlag>;

export const CanaryStep = struct(
  `${ROLLOUT_TYPES}.CanaryStep`,
  'One step: exactly one of these fields.',
  {
    setWeight: optional(
      integer('The percent of the traffic that the new version has.', { minimum: 0, maximum: 100 }),
    ),
    pause: optional(described('A wait.', RolloutPause)),
    setCanaryScale: optional(described('The number of its pods.', SetCanaryScale)),
    analysis: optional(described('An analysis; the next step comes when it succeeds.', RolloutAnalysis)),
    experiment: optional(
      described('Both versions side by side; the next step comes when it succeeds.', RolloutExperiment),
    ),
    setHeaderRoute: optional(described('Requests with a header.', SetHeaderRoute)),
    setMirrorRoute: optional(described('Copies of requests.', SetMirrorRoute)),
    gate: optional(described('A flag that has to say so.', FlagGate)),
    setFlag: optional(described('A flag that is changed.', SetFlag)),
  },
  notYet(
    {
      plugin: 'There are no plugins: use analysis with a job or web metric.',
    },
    ARGO,
  ),
);
export type CanaryStep = Static<typeof CanaryStep>;

/** The names of the steps there are. */
export const STEP_FIELDS = [
  'setWeight',
  'pause',
  'setCanaryScale',
  'analysis',
  'experiment',
  'setHeaderRoute',
  'setMirrorRoute',
  'gate',
  'setFlag',
] as const satisfies readonly (keyof CanaryStep)[];
export type StepField = (typeof STEP_FIELDS)[number];
