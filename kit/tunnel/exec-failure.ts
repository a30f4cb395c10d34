// A command that could not be started, as both ends of the tunnel name it. Never a program's own doing: one that
// prints such words and ends with such a code itself simply has that exit code.

/** Code of the failure, and what a shell would have ended with. */
const EXIT_CODES: Readonly<Record<string, number>> = {
  /** It is not there. */
  'command-not-found': 127,
  /** It is there, but is no program, or may not be run. */
  'command-not-runnable': 126,
};

/** The exit code that stands for a failure to start; undefined when `code` is another kind of failure. */
export function exitCodeOfExecFailure(code: string | undefined): number | undefined {
  return code === undefined ? undefined : EXIT_CODES[code];
}
