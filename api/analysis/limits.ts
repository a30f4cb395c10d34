// Every bound on analyses, by name.

/** Metrics of one template or run. */
export const METRICS_MAX = 50;
/** Arguments of one template or run. */
export const ARGUMENTS_MAX = 100;
/** Templates that one run is made from, those that others name included. */
export const TEMPLATES_MAX = 50;
/** Templates that name templates: how deep. */
export const TEMPLATES_DEEP_MAX = 10;
/** Measurements of one metric that are kept unless told otherwise, as in Argo Rollouts. */
export const RETENTION_DEFAULT = 10;
/** Measurements of one metric that may be kept: all of them lie in one object. */
export const RETENTION_MAX = 200;
/** Shortest interval: each measurement is a write. */
export const INTERVAL_MIN_MS = 1_000;
/** Longest interval, delay and window. */
export const DURATION_MAX_MS = 30 * 24 * 3_600_000;
/** Largest count and limit. */
export const COUNT_MAX = 1_000_000;
/** An error is tried again after this long where the metric has no interval, as in Argo Rollouts. */
export const ERROR_RETRY_MS = 10_000;
/** Errors in a row that are tolerated unless told otherwise, as in Argo Rollouts. */
export const CONSECUTIVE_ERROR_LIMIT_DEFAULT = 4;
/** Longest condition. */
export const CONDITION_CHARS_MAX = 2_000;
/** Deepest nesting of a condition. */
export const CONDITION_DEPTH_MAX = 32;
/** Steps of one evaluation of a condition: lists multiply them. */
export const CONDITION_STEPS_MAX = 20_000;
/** Longest value, message and note that is kept of a measurement. */
export const TEXT_CHARS_MAX = 1_000;
/** Longest text once its arguments are filled in. */
export const FILLED_CHARS_MAX = 64 * 1024;
/** Findings about one analysis; more are of no use to its author. */
export const FINDINGS_MAX = 50;
