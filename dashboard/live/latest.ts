// Figures that arrive as they change, such as traffic: only the latest counts.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { LiveConnection } from './connection.ts';

/** Looks at a path of figures; `end` when no longer. */
export function lookAtLatest<T>(
  connection: Pick<LiveConnection, 'open'>,
  path: string,
): { value: ReadonlySignal<T | undefined>; end: () => void } {
  const value = signal<T | undefined>(undefined);
  const end = connection.open(path, ({ type, object }) => {
    if (type !== 'RESTARTED' && type !== 'ERROR' && object !== undefined) value.value = object as T;
  });
  return { value, end };
}
