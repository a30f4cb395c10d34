// Numbers with their noun or unit, for sentences.

/** `1 pod`, `2 pods`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `3 s`: rounded up, so that nothing is due before it is said to be. */
export function secondsText(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
