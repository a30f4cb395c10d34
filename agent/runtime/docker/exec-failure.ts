// Why a command could not be started in a container, out of the engine's long sentence. Pure.
import { EngineError } from './engine-error.ts';

/** Layers that say only that something below them failed. */
const WRAPPING =
  /^(?:OCI runtime exec failed|exec failed|(?:\S+\.go:\d+: )?(?:unable to start container process|starting container process caused)): /;
/** Old engines quote the reason. */
const QUOTED = /^(?:\S+\.go:\d+: )?starting container process caused "(.*)"$/;
/** What containerd adds to errors that it has no number for. */
const NO_NUMBER = /: unknown$/;
const NOT_FOUND = /executable file not found|no such file or directory/i;
const NOT_RUNNABLE =
  /permission denied|exec format error|is a directory|not a directory|operation not permitted/i;

/**
 * `command-not-found`, `command-not-runnable`, or `engine-failed` when it is not the command's fault. The message is
 * one line: `exec: "foo": executable file not found in $PATH`.
 */
export function execFailure(text: string, cause?: unknown): EngineError {
  let reason = text.trim().replace(/\s+/g, ' ').replace(NO_NUMBER, '');
  while (WRAPPING.test(reason)) reason = reason.replace(WRAPPING, '');
  reason = (QUOTED.exec(reason)?.[1] ?? reason).replaceAll('\\"', '"');
  return new EngineError(codeOfReason(reason), reason, { cause });
}

function codeOfReason(reason: string): string {
  if (!/^exec\b/.test(reason)) return 'engine-failed';
  if (NOT_FOUND.test(reason)) return 'command-not-found';
  return NOT_RUNNABLE.test(reason) ? 'command-not-runnable' : 'engine-failed';
}
