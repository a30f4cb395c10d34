// The program of a container that is told by a behaviour what to do.
import type { Behaviour } from './behaviour.ts';
import type { HollowProcess, HollowProgram } from './hollow-program.ts';

/** Where Kubernetes mounts the termination message unless the container says otherwise. */
const MESSAGE_PATH = '/dev/termination-log';

/** The longest that a timer of Node waits. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export function behavingProgram(behaviour: Behaviour): HollowProgram {
  return async (inside) => {
    const { cpuMilli, memoryBytes, runMs, oomAfterMs, message } = behaviour;
    inside.use({ cpuMilli, memoryBytes });
    if (behaviour.log !== '') inside.write(`${behaviour.log}\n`);
    const ends: Promise<number>[] = [];
    if (behaviour.termMs !== Infinity) ends.push(untilTermed(inside, behaviour));
    if (runMs !== undefined) ends.push(after(inside, runMs).then(() => behaviour.exitCode));
    if (oomAfterMs !== undefined) void after(inside, oomAfterMs).then(() => inside.outOfMemory());
    const exitCode = await Promise.race(ends);
    if (message !== '') inside.files.write(MESSAGE_PATH, message);
    return exitCode;
  };
}

async function untilTermed(inside: HollowProcess, { termMs, termExitCode }: Behaviour): Promise<number> {
  await inside.untilTerm();
  if (termMs > 0) await inside.sleep(termMs);
  return termExitCode;
}

function after(inside: HollowProcess, ms: number): Promise<void> {
  return ms > TIMER_MAX_MS ? new Promise(() => undefined) : inside.sleep(ms);
}
