// What is observed of a Rollout, in the field names of Argo Rollouts, and `reasons`.
import type { Static } from 'typebox';
import { described, flag, integer, listOf, oneOf, optional, struct, text, time } from '../../schema.ts';
import { ROLLOUT_TYPES } from './analysis-ref.ts';

const PauseCondition = struct(`${ROLLOUT_TYPES}.PauseCondition`, 'Why it is paused.', {
  reason: text(
    'CanaryPauseStep, BlueGreenPause, InconclusiveAnalysisRun, InconclusiveExperiment, FailureHold.',
  ),
  startTime: time('Since when.'),
});
export type PauseCondition = Static<typeof PauseCondition>;

const RunStatus = struct(`${ROLLOUT_TYPES}.RolloutAnalysisRunStatus`, 'An analysis under way.', {
  name: text('Name of the AnalysisRun.'),
  status: optional(text('Its phase.')),
  message: optional(text('Why.')),
});
export type RolloutRunStatus = Static<typeof RunStatus>;

const WeightDestination = struct(`${ROLLOUT_TYPES}.WeightDestination`, 'A share of the traffic.', {
  weight: integer('In percent.'),
  serviceName: optional(text('The Service.')),
  podTemplateHash: optional(text('The version.')),
});

const TrafficWeights = struct(`${ROLLOUT_TYPES}.TrafficWeights`, 'How the traffic is split.', {
  canary: described('The share of the new version.', WeightDestination),
  stable: described('The share of the stable version.', WeightDestination),
  additional: optional(
    listOf("The shares of an Experiment's templates, taken from the stable version's.", WeightDestination),
  ),
  verified: optional(flag('Whether the proxies of all live nodes have confirmed it.')),
  asked: optional(integer('The percent that the steps ask for.')),
});
export type TrafficWeights = Static<typeof TrafficWeights>;

const CanaryStatus = struct(`${ROLLOUT_TYPES}.CanaryStatus`, 'Of a canary.', {
  weights: optional(described('How the traffic is split.', TrafficWeights)),
  currentStepAnalysisRunStatus: optional(described('Of the step.', RunStatus)),
  currentBackgroundAnalysisRunStatus: optional(described('In the background.', RunStatus)),
  currentExperiment: optional(text('The Experiment of the step.')),
});
export type CanaryStatus = Static<typeof CanaryStatus>;

const BlueGreenStatus = struct(`${ROLLOUT_TYPES}.BlueGreenStatus`, 'Of blue and green.', {
  activeSelector: optional(text('The version that has the traffic.')),
  previewSelector: optional(text('The version that the preview Service leads to.')),
  scaleUpPreviewCheckPoint: optional(flag('Whether the new version has been let grow to its full size.')),
  prePromotionAnalysisRunStatus: optional(described('Before the switch.', RunStatus)),
  postPromotionAnalysisRunStatus: optional(described('After it.', RunStatus)),
});
export type BlueGreenStatus = Static<typeof BlueGreenStatus>;

const RolloutCondition = struct(`${ROLLOUT_TYPES}.RolloutCondition`, 'One observed fact about a Rollout.', {
  type: text('Which fact: Available, Progressing, Paused, Healthy, Completed, InvalidSpec, ReplicaFailure.'),
  status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
  reason: optional(text('One word for programs: why.')),
  message: optional(text('A sentence for people: why.')),
  lastUpdateTime: optional(time('When it was last written.')),
  lastTransitionTime: optional(time('When `status` last changed.')),
});
export type RolloutCondition = Static<typeof RolloutCondition>;

const FlagBefore = struct(`${ROLLOUT_TYPES}.FlagBefore`, 'A flag that a step has changed, as it was.', {
  object: text('The FeatureFlag.'),
  flag: text('The key.'),
  variant: optional(text('The default variant that it had.')),
  state: optional(text('The state that it had.')),
});
export type FlagBefore = Static<typeof FlagBefore>;

export const RolloutStatus = struct(`${ROLLOUT_TYPES}.RolloutStatus`, 'What is observed of a Rollout.', {
  observedGeneration: optional(text('Generation that this describes.')),
  phase: optional(oneOf('In one word.', ['Healthy', 'Degraded', 'Progressing', 'Paused'])),
  message: optional(text('Why it is in this phase.')),
  reasons: optional(listOf('Why it does what it does, or waits; in sentences.', text('A sentence.'))),
  replicas: optional(integer('Pods that there are.')),
  updatedReplicas: optional(integer('Of them, those of the current template.')),
  readyReplicas: optional(integer('Of them, those that are ready.')),
  availableReplicas: optional(integer('Of them, those ready for minReadySeconds.')),
  HPAReplicas: optional(integer('Pods, as autoscalers count them.')),
  collisionCount: optional(integer('How often the hash of the template met that of another one.')),
  selector: optional(text('The label selector as text.')),
  currentPodHash: optional(text('The hash of the current template.')),
  currentStepHash: optional(text('The hash of the steps.')),
  currentStepIndex: optional(integer('The step that is under way; the number of steps when all are done.')),
  stableRS: optional(text('The hash of the stable version.')),
  pauseConditions: optional(listOf('Why it is paused.', PauseCondition)),
  controllerPause: optional(flag('Whether the controller has paused it, rather than a user.')),
  abort: optional(flag('Whether the update is aborted.')),
  abortedAt: optional(time('When it was.')),
  abortedBy: optional(text('The Rollout of the same plan whose abort it follows.')),
  abortMessage: optional(text('Why it was.')),
  attempt: optional(integer('How often the update of this version has been begun anew.')),
  pausedFor: optional(text('What controllerPause is about: a reason, and the step where it is one.')),
  passedOverRuns: optional(
    listOf(
      'AnalysisRuns and Experiments that did not succeed and were passed over by people.',
      text('A name.'),
    ),
  ),
  promoteFull: optional(flag('Whether steps, pauses and analyses are to be passed over.')),
  restartedAt: optional(time('Up to which spec.restartAt pods have been restarted.')),
  workloadObservedGeneration: optional(text('Generation of the workload that workloadRef names.')),
  canary: optional(described('Of a canary.', CanaryStatus)),
  blueGreen: optional(described('Of blue and green.', BlueGreenStatus)),
  flagsBefore: optional(listOf('Flags that steps have changed, as they were.', FlagBefore)),
  conditions: optional(
    listOf('Observed facts.', RolloutCondition, { patchMergeKey: 'type', listMapKeys: ['type'] }),
  ),
});
export type RolloutStatus = Static<typeof RolloutStatus>;
