// Short notices at the edge of the page: what an action came to.
import { signal, type ReadonlySignal } from '@preact/signals';

/** One notice. */
export interface Notice {
  id: number;
  tone: 'good' | 'bad' | 'info';
  text: string;
}

/** The notices in sight. */
export interface Notices {
  list: ReadonlySignal<readonly Notice[]>;
  add(tone: Notice['tone'], text: string): void;
  dismiss(id: number): void;
}

/** How long good news stays; bad news stays until it is dismissed. */
const SHOWN_MS = 6000;
const NOTICES_MAX = 5;

/** Makes the list of notices. */
export function createNotices(schedule: (delayMs: number, run: () => void) => () => void): Notices {
  const list = signal<readonly Notice[]>([]);
  let nextId = 1;
  const dismiss = (id: number): void => {
    list.value = list.value.filter((notice) => notice.id !== id);
  };
  return {
    list,
    dismiss,
    add(tone, text) {
      const id = nextId++;
      list.value = [...list.value, { id, tone, text }].slice(-NOTICES_MAX);
      if (tone !== 'bad') schedule(SHOWN_MS, () => dismiss(id));
    },
  };
}
