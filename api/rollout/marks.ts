// Labels and annotations of Rollouts, in the words of Argo Rollouts, so that its tools read them.

/** Label by which the pods of each version are told apart; Services of a Rollout select by it. */
export const HASH_LABEL = 'rollouts-pod-template-hash';
/** Number of the version, on ReplicaSets and on the Rollout. */
export const REVISION = 'rollout.argoproj.io/revision';
/** Numbers that the version had before an undo gave it a new one. */
export const REVISION_HISTORY = 'rollout.argoproj.io/revision-history';
/** The Rollout's size when the ReplicaSet was last sized. */
export const DESIRED_REPLICAS = 'rollout.argoproj.io/desired-replicas';
/** On a ReplicaSet without traffic: until when it keeps its pods. */
export const SCALE_DOWN_DEADLINE = 'scale-down-deadline';
/** On a Service: the Rollout that keeps its selector. */
export const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';
/** On an AnalysisRun: what it is for. */
export const RUN_TYPE = 'rollout-type';
/** On an AnalysisRun of a step: which. */
export const STEP_INDEX = 'step-index';
/** Affinity that the controller has added to a template, so that it is told from the user's. */
export const ADDED_AFFINITY = 'gantry.dev/added-affinity';
/** On what an Experiment makes: which. */
export const EXPERIMENT_NAME = 'experiment.argoproj.io/name';
/** On what an Experiment makes: of which template. */
export const EXPERIMENT_TEMPLATE = 'experiment.argoproj.io/template-name';
/** On an Experiment of a Rollout: proxies may lead to its pods, which therefore stay. */
export const EXPERIMENT_ROUTED = 'gantry.dev/experiment-routed';
