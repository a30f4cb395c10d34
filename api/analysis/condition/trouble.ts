// What keeps a condition from being true or false.

/** Why a condition says nothing: `inconclusive` when there is nothing to decide on, `error` when it cannot be asked. */
export class ConditionTrouble extends Error {
  readonly kind: 'error' | 'inconclusive';

  constructor(kind: 'error' | 'inconclusive', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The condition cannot be asked of this value. */
export const wrong = (message: string): ConditionTrouble => new ConditionTrouble('error', message);
/** The value is none that could be compared. */
export const undecided = (message: string): ConditionTrouble => new ConditionTrouble('inconclusive', message);

const SHOWN_MAX = 60;

/** A value as messages show it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nil';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
