// How a Rollout goes from one version to the next: a canary in steps, or blue and green.
import type { Static } from 'typebox';
import {
  ARGO,
  described,
  flag,
  integer,
  intOrString,
  listOf,
  notYet,
  oneOf,
  optional,
  struct,
  text,
} from '../../schema.ts';
import { SplitMatch, SplitSource } from '../traffic-split.ts';
import { ROLLOUT_TYPES, RolloutAnalysis, RolloutAnalysisBackground, RunMetadata } from './analysis-ref.ts';
import { anything, CanaryStep } from './steps.ts';

const RequiredAntiAffinity = struct(`${ROLLOUT_TYPES}.RequiredAntiAffinity`, 'Never on one node.', {});
const PreferredAntiAffinity = struct(
  `${ROLLOUT_TYPES}.PreferredAntiAffinity`,
  'Not on one node if possible.',
  {
    weight: integer('How much it counts, 1 to 100.', { minimum: 1, maximum: 100 }),
  },
);
const AntiAffinity = struct(
  `${ROLLOUT_TYPES}.AntiAffinity`,
  'Keeps pods of the new version off nodes of the old one.',
  {
    requiredDuringSchedulingIgnoredDuringExecution: optional(
      described('Never on one node.', RequiredAntiAffinity),
    ),
    preferredDuringSchedulingIgnoredDuringExecution: optional(
      described('Not on one node if possible.', PreferredAntiAffinity),
    ),
  },
);
export type AntiAffinity = Static<typeof AntiAffinity>;

const KillSwitch = struct(
  `${ROLLOUT_TYPES}.RolloutKillSwitch`,
  'A flag of the namespace that takes all traffic back at once, at any step, and aborts the update.',
  {
    flag: text('The key of the flag.'),
    variant: optional(text('The variant that takes it back; the one whose value is true when absent.')),
  },
);
export type KillSwitch = Static<typeof KillSwitch>;

const Exposure = struct(`${ROLLOUT_TYPES}.Exposure`, 'Who may reach the new version before it is promoted.', {
  audience: optional(
    listOf(
      'Requests for which one of these holds; all when absent. Others stay with the stable version.',
      SplitMatch,
    ),
  ),
  maxPercent: optional(
    integer('The greatest share of the traffic, whatever the steps say.', { minimum: 0, maximum: 100 }),
  ),
  stickyBy: optional(
    described('Each user stays on one side, by the same hash as `fractional` of a flag.', SplitSource),
  ),
  salt: optional(
    text(
      'Put before the user when hashing; the name of the Rollout when absent. The key of a flag makes both agree.',
    ),
  ),
});
export type Exposure = Static<typeof Exposure>;

/** What both strategies share. */
const sharedFields = {
  antiAffinity: optional(described('Keeps versions apart.', AntiAffinity)),
  scaleDownDelaySeconds: optional(
    integer(
      'Seconds that the old version keeps its pods after the new one has all traffic; 30 when absent.',
      {
        minimum: 0,
      },
    ),
  ),
  scaleDownDelayRevisionLimit: optional(
    integer('How many old versions may keep their pods meanwhile; any number when absent.', { minimum: 0 }),
  ),
  abortScaleDownDelaySeconds: optional(
    integer('Seconds that the new version keeps its pods after an abort; 30 when absent, 0: for good.', {
      minimum: 0,
    }),
  ),
  maxUnavailable: optional(
    intOrString('How many pods may be missing meanwhile: a number or a share, rounded down.'),
  ),
  killSwitch: optional(described('A flag that takes all traffic back.', KillSwitch)),
  onFailure: optional(
    oneOf(
      'What a failed analysis does: abort takes all traffic back; hold stays where it is until somebody decides.',
      ['abort', 'hold'],
    ),
  ),
};

export const CanaryStrategy = struct(
  `${ROLLOUT_TYPES}.CanaryStrategy`,
  'The new version is given more and more of the traffic.',
  {
    stableService: optional(
      text('The Service whose traffic is split. Its selector is kept on the stable version.'),
    ),
    canaryService: optional(text('The Service of the new version. Needs a stableService.')),
    steps: optional(listOf('What is done, one after the other.', CanaryStep)),
    maxSurge: optional(
      intOrString('How many pods there may be on top: a number or a share, rounded up; 25% when absent.'),
    ),
    analysis: optional(
      described('An analysis that goes on while the steps are taken.', RolloutAnalysisBackground),
    ),
    canaryMetadata: optional(described('Labels and annotations of canary pods.', RunMetadata)),
    stableMetadata: optional(described('Labels and annotations of stable pods.', RunMetadata)),
    dynamicStableScale: optional(
      flag(
        'Whether the stable version gives up pods as its share of the traffic shrinks. Beside an audience it keeps them: nobody knows how many requests that makes.',
      ),
    ),
    minPodsPerReplicaSet: optional(
      integer('Pods that a version with traffic has at least; 1 when absent.', { minimum: 1 }),
    ),
    exposure: optional(described('Who may reach the new version.', Exposure)),
    trafficRouting: optional(
      anything(
        'Kept for other tools. The proxies of the nodes split the traffic themselves: name stableService and canaryService.',
      ),
    ),
    ...sharedFields,
  },
  notYet({ pingPong: 'Name stableService and canaryService.' }, ARGO),
);
export type CanaryStrategy = Static<typeof CanaryStrategy>;

export const BlueGreenStrategy = struct(
  `${ROLLOUT_TYPES}.BlueGreenStrategy`,
  'The new version is made whole beside the old one; then all traffic moves at once.',
  {
    activeService: text('The Service that has the traffic.'),
    previewService: optional(
      text('The Service of the new version. With it, the switch is one step at each proxy.'),
    ),
    previewReplicaCount: optional(
      integer('Pods of the new version before it is promoted; spec.replicas when absent.', { minimum: 0 }),
    ),
    autoPromotionEnabled: optional(
      flag('Whether it is promoted as soon as it can be; else it waits for somebody. True when absent.'),
    ),
    autoPromotionSeconds: optional(
      integer(
        'Seconds that it pauses before it is promoted by itself. Of no use where autoPromotionEnabled is false.',
        { minimum: 0 },
      ),
    ),
    prePromotionAnalysis: optional(described('An analysis before the switch.', RolloutAnalysis)),
    postPromotionAnalysis: optional(
      described('An analysis after it; the traffic goes back when it fails.', RolloutAnalysis),
    ),
    activeMetadata: optional(described('Labels and annotations of active pods.', RunMetadata)),
    previewMetadata: optional(described('Labels and annotations of preview pods.', RunMetadata)),
    ...sharedFields,
  },
);
export type BlueGreenStrategy = Static<typeof BlueGreenStrategy>;

export const RolloutStrategy = struct(`${ROLLOUT_TYPES}.RolloutStrategy`, 'Exactly one of these.', {
  canary: optional(described('In steps.', CanaryStrategy)),
  blueGreen: optional(described('At once.', BlueGreenStrategy)),
});
export type RolloutStrategy = Static<typeof RolloutStrategy>;
