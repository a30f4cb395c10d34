// Every bound on flags, by name.

/** Flags of one FeatureFlag. */
export const FLAGS_MAX = 500;
/** Variants of one flag. */
export const VARIANTS_MAX = 100;
/** Longest key of a flag. */
export const KEY_CHARS_MAX = 253;
/** Text of all flags of one FeatureFlag, as JSON. */
export const SPEC_CHARS_MAX = 512 * 1024;
/** Deepest nesting of targeting, rules that are referred to included. */
export const TARGETING_DEPTH_MAX = 32;
/** Values of one flag's targeting, rules that are referred to included: each is looked at in each evaluation. */
export const TARGETING_VALUES_MAX = 2_000;
/** Iterations (map, filter, reduce, all, none, some) within one another: each multiplies the time by a list's length. */
export const ITERATIONS_DEEP_MAX = 2;
/** Largest sum of the weights of one `fractional`, as flagd has it. */
export const WEIGHTS_SUM_MAX = 2 ** 31 - 1;
/** Prerequisites of one flag. */
export const PREREQUISITES_MAX = 10;
/** Changes to come of one flag. */
export const SCHEDULE_MAX = 50;
/** Findings about one FeatureFlag; more are of no use to its author. */
export const FINDINGS_MAX = 50;

/** Largest body of an evaluation. */
export const CONTEXT_BYTES_MAX = 64 * 1024;
/** Values of its context, all levels together: targeting may go through lists within lists. */
export const CONTEXT_VALUES_MAX = 1_000;
/** Deepest nesting of a context. */
export const CONTEXT_DEPTH_MAX = 64;

/** How long a change waits for others, so that whoever listens is told of them together. */
export const STREAM_GATHER_MS = 5;
/** Longest silence of a stream: proxies between, and clients, notice by it that the other side is gone. */
export const STREAM_HEARTBEAT_MS = 15_000;
/** How soon a client whose stream has ended asks again. */
export const STREAM_RETRY_MS = 1_000;
/** Bytes that are held back for a client that does not read; then its stream ends. */
export const STREAM_BUFFER_BYTES_MAX = 64 * 1024;
