// How flags are named on the command line.

/** A flag as it is named on the command line: by its key alone, it is that which programs are given. */
export interface FlagName {
  /** Of the FeatureFlag. */
  name?: string | undefined;
  key: string;
}

/** Reads `[NAME] KEY`. */
export function flagNameOf(first: string, second: string | undefined): FlagName {
  return second === undefined ? { key: first } : { name: first, key: second };
}
