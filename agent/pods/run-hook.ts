// Runs a `postStart` or `preStop` hook once.
import type { Clock } from '@gantry/kit/clock';
import { sleep } from '@gantry/kit/clock';
import type { Answer } from '../probes/answer.ts';
import { ask, type AskDeps } from '../probes/ask.ts';
import type { Hook, HookTarget } from './step.ts';

export interface HookDeps extends AskDeps {
  clock: Clock;
}

/** The answer of the hook; a hook that is cut off by the signal has failed. */
export async function runHook(
  deps: HookDeps,
  hook: Hook,
  target: HookTarget,
  signal: AbortSignal,
): Promise<Answer> {
  if (hook.sleep === undefined) return ask(deps, hook, target, signal);
  try {
    await sleep(deps.clock, hook.sleep.seconds * 1000, signal);
    return { result: 'success', message: '' };
  } catch {
    return { result: 'failure', message: 'the sleep was cut off' };
  }
}
