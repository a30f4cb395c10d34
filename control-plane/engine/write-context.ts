// In whose name the engine writes, and the condition under which it may: being the leader.
import type { WriteContext } from '../resources/resources.ts';
import type { Condition } from '../store/store.ts';

/** The leader's fence: conditions that hold only as long as this process leads. */
export type Fence = () => readonly Condition[];

/** The context of one component's writes. */
export function writeContextOf(at: {
  component: string;
  fence: Fence;
  requestId: string;
  signal: AbortSignal | undefined;
}): WriteContext {
  return {
    user: { name: `system:controller:${at.component}`, groups: ['system:masters'] },
    fieldManager: at.component,
    fieldValidation: 'Ignore',
    dryRun: false,
    fence: at.fence(),
    requestId: at.requestId,
    warn: () => undefined,
    ...(at.signal === undefined ? {} : { signal: at.signal }),
  };
}
