// One program at work. It ends exactly once, by itself or by being killed; what a killed program still does is nobody's.
import { sleep, type Clock } from '@gantry/kit/clock';
import { messageOf } from '@gantry/kit/operational-error';
import type { HollowProcess, HollowProgram } from './hollow-program.ts';
import { createProcessInput, type ProcessInput } from './process-input.ts';

export interface Exit {
  exitCode: number;
  oomKilled: boolean;
}

/** What the process lives in. */
export interface ProcessFrame extends Pick<
  HollowProcess,
  'argv' | 'env' | 'hostname' | 'files' | 'processes' | 'listen' | 'ask' | 'size'
> {
  clock: Clock;
  memoryBytesLimit: number | undefined;
  onOutput(output: 'out' | 'err', text: string): void;
  onExit(exit: Exit): void;
}

export interface RunningProcess {
  readonly argv: readonly string[];
  readonly input: ProcessInput;
  readonly usage: Readonly<{ cpuMilli: number; memoryBytes: number }>;
  /** Heard only by a program that listens. */
  term(): void;
  /** Ends it now. @param exit by KILL when absent. */
  kill(exit?: Exit): void;
}

const KILLED: Exit = { exitCode: 137, oomKilled: false };
const OUT_OF_MEMORY: Exit = { exitCode: 137, oomKilled: true };
/** What a program that fails in itself ends with. */
const FAULT_EXIT_CODE = 255;

export function startProcess(frame: ProcessFrame, program: HollowProgram): RunningProcess {
  return new Running(frame, program);
}

class Running implements RunningProcess {
  readonly input = createProcessInput();
  usage = { cpuMilli: 0, memoryBytes: 0 };
  readonly #frame: ProcessFrame;
  readonly #end = new AbortController();
  /** Those who wait for TERM. */
  readonly #listeners: (() => void)[] = [];

  constructor(frame: ProcessFrame, program: HollowProgram) {
    this.#frame = frame;
    void this.#run(program);
  }

  get argv(): readonly string[] {
    return this.#frame.argv;
  }

  term(): void {
    for (const tell of this.#listeners.splice(0)) tell();
  }

  kill(exit = KILLED): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort(new Error('the process was killed'));
    this.#frame.onExit(exit);
  }

  /** Begins after whoever started it has been told. */
  async #run(program: HollowProgram): Promise<void> {
    await Promise.resolve();
    if (this.#end.signal.aborted) return;
    let exitCode: number;
    try {
      exitCode = await program(this.#surroundings());
    } catch (error) {
      this.#output('err', `${messageOf(error)}\n`);
      exitCode = FAULT_EXIT_CODE;
    }
    this.kill({ exitCode, oomKilled: false });
  }

  #surroundings(): HollowProcess {
    const { clock, argv, env, hostname, files, processes, listen, ask, size } = this.#frame;
    return {
      ...{ argv, env, hostname, files, processes, listen, ask, size },
      sleep: (ms) => orNever(sleep(clock, ms, this.#end.signal)),
      untilTerm: () => new Promise((resolve) => this.#listeners.push(resolve)),
      write: (text) => this.#output('out', text),
      writeError: (text) => this.#output('err', text),
      read: () => this.input.next(),
      use: (usage) => this.#use(usage),
      outOfMemory: () => this.kill(OUT_OF_MEMORY),
    };
  }

  #output(output: 'out' | 'err', text: string): void {
    if (!this.#end.signal.aborted && text !== '') this.#frame.onOutput(output, text);
  }

  #use(usage: { cpuMilli: number; memoryBytes: number }): void {
    const { memoryBytesLimit = Infinity } = this.#frame;
    if (usage.memoryBytes > memoryBytesLimit) this.kill(OUT_OF_MEMORY);
    else this.usage = usage;
  }
}

/** A killed program waits for ever; with its last reference it is gone. */
function orNever(waiting: Promise<void>): Promise<void> {
  return waiting.catch(() => new Promise(() => undefined));
}
