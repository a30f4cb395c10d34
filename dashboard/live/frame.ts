// What the control plane sends over the live connection: lines, each the number of a subscription and one event. Pure.

/** One event of a subscription, as the watch endpoint writes it, or one of the connection's own. */
export interface LiveEvent {
  type: string;
  object?: unknown;
}

/** One line. */
export interface LiveLine {
  /** The subscription; 0 is the connection itself. */
  id: number;
  event: LiveEvent;
}

/** The lines of one frame. Lines that cannot be read are left out: a newer server may send more than is known here. */
export function readFrame(frame: string): LiveLine[] {
  return frame.split('\n').flatMap((line): LiveLine[] => {
    const at = line.indexOf(' ');
    const id = Number(line.slice(0, at));
    if (at <= 0 || !Number.isInteger(id)) return [];
    const event = parsed(line.slice(at + 1));
    return isEvent(event) ? [{ id, event }] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is LiveEvent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
