// The programs that the suite runs, by what they do. Each kind of runtime says in its own words how to do it.

/** The words of a command. */
export type Command = readonly string[];
/** Text for the output, or for the error output. */
export type Said = readonly (readonly ['out' | 'err', string])[];

export interface Programs {
  /** Says nothing and runs until it is killed. */
  runs: Command;
  /** Says `ready` on a line, and ends with this code when it is told to stop. */
  endsOnTerm: (code: number) => Command;
  /** Says `ready` on a line, and does not listen when it is told to stop. */
  deaf: Command;
  /** Says this, and ends with this code. */
  says: (said: Said, code?: number) => Command;
  /** Ends as one that was killed. */
  killsItself: Command;
  /** Takes memory until there is no more. */
  takesAllMemory: Command;
  /** Says `first` on a line, waits for {@link go} to be run beside it, says `last`, and ends. */
  waitsForGo: Command;
  go: Command;
  /** Says so many bytes. */
  saysMuch: (bytes: number) => Command;
  /** Says `on` on a line, again and again. */
  speaksOn: Command;
  /** Says what the variable is, says `oops` as an error, and ends with 3. */
  tellsVariable: (name: string) => Command;
  /** Reads its input to the end and says how many bytes there were. */
  countsInput: Command;
  /** Has a shell look for `no-such-program`: it says that this is not found, and ends with 127. */
  looksInVain: Command;
  /** Reads lines: `stty size` is answered by the rows and columns of its terminal, `exit N` ends it. */
  shell: Command;
  /** Says `on` on a line, and runs on; as long as it runs, {@link processes} says its mark. */
  marked: { command: Command; mark: string };
  processes: Command;
  /** Says what it reads; at the end of its input, says `over` as an error, and ends with 6. */
  echoesInput: Command;
  /** After a while, says `heard X` for each line X that it reads. */
  answersLines: Command;
  /** Says this to the first who connects to the port, and runs on. */
  serves: (port: number, text: string) => Command;
  /** Says what it is told on this port of the pod. */
  asks: (port: number) => Command;
  tellsHostname: Command;
  /** Says what is in the file. */
  shows: (path: string) => Command;
  /** Writes these files, and ends. */
  writes: (files: readonly (readonly [string, string])[]) => Command;
  /** Keeps a core busy. */
  busy: Command;
}
