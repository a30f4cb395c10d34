// How a container ended, in Kubernetes' words.
import type { ContainerStateTerminated } from '@gantry/api/kinds/pod';
import { timeText } from '@gantry/kit/time-text';
import type { ContainerState } from '../runtime/runtime.ts';

import type { Failure } from './observed.ts';

/** Exit code of a process that was killed by signal 9. */
export const KILLED_EXIT_CODE = 137;
/** Exit code that Docker gives to a container whose command could not be run, where it gives none. */
const CANNOT_RUN_EXIT_CODE = 128;

/** The terminated state of a container that has ended or could not be started. */
export function terminatedState(ended: ContainerState, message: string): ContainerStateTerminated {
  const words = ended.error ?? message;
  const exitCode = ended.exitCode ?? (ended.error === undefined ? 0 : CANNOT_RUN_EXIT_CODE);
  return {
    exitCode,
    ...(ended.signal === undefined ? {} : { signal: ended.signal }),
    reason: exitReason(ended, exitCode),
    ...(words === '' ? {} : { message: words }),
    startedAt: timeText(ended.startedAtMs ?? ended.createdAtMs),
    finishedAt: timeText(ended.finishedAtMs ?? ended.createdAtMs),
    containerID: containerIdText(ended.id),
  };
}

/** The state of a container that the engine could not start and has kept nothing of. */
export function cannotRunState(failure: Failure): ContainerStateTerminated {
  const at = timeText(failure.atMs);
  return {
    exitCode: CANNOT_RUN_EXIT_CODE,
    reason: 'ContainerCannotRun',
    message: failure.message,
    startedAt: at,
    finishedAt: at,
  };
}

/** The state of a container that had been started and is nowhere to be found. */
export function lostState(containerID: string | undefined, nowMs: number): ContainerStateTerminated {
  return {
    exitCode: KILLED_EXIT_CODE,
    reason: 'ContainerStatusUnknown',
    message: 'The container was removed from the engine behind the back of the agent.',
    finishedAt: timeText(nowMs),
    ...(containerID === undefined ? {} : { containerID }),
  };
}

/** `docker://<id>`. */
export function containerIdText(id: string): string {
  return `docker://${id}`;
}

function exitReason(ended: ContainerState, exitCode: number): string {
  if (ended.error !== undefined && ended.startedAtMs === undefined) return 'ContainerCannotRun';
  if (ended.oomKilled) return 'OOMKilled';
  return exitCode === 0 ? 'Completed' : 'Error';
}
