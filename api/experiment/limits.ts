// Every bound on Experiments, by name.

/** Templates of one Experiment. */
export const TEMPLATES_MAX = 10;
/** Analyses of one Experiment. */
export const ANALYSES_MAX = 20;
/** Pods stay so long after the end unless told otherwise, as in Argo Rollouts. */
export const SCALE_DOWN_DELAY_SECONDS = 30;
/** All templates have to be available within so long unless told otherwise, as in Argo Rollouts. */
export const PROGRESS_DEADLINE_SECONDS = 600;
