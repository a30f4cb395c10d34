// What a check of a manifest has found. Plain data.

/** How bad it is: an error keeps the Rollout from working. */
export type Level = 'error' | 'warning' | 'advice';

export interface Finding {
  level: Level;
  /** The field. */
  path: string;
  reason: string;
  /** What to do; absent where the reason says it. */
  remedy?: string;
}

/** One finding. */
export function finding(level: Level, path: string, reason: string, remedy?: string): Finding {
  return { level, path, reason, ...(remedy === undefined ? {} : { remedy }) };
}

/** `web.yaml:1: error: spec.replicas: …; remedy`. */
export function findingText(place: string, { level, path, reason, remedy }: Finding): string {
  const field = path === '' ? '' : `${path}: `;
  return `${place}: ${level}: ${field}${reason}${remedy === undefined ? '' : `; ${remedy}`}\n`;
}
