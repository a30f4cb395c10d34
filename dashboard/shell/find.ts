// What a search finds: views and objects whose name holds all the words, best first. Pure.

/** Something that can be gone to. */
export interface Findable {
  kind: string;
  namespace?: string;
  name: string;
  href: string;
}

/** Results shown at a time. */
export const FOUND_MAX = 30;

/** Every word must be in kind, namespace or name; names that begin with it come first, then the shorter ones. */
export function find(all: Iterable<Findable>, text: string): Findable[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const found: { entry: Findable; rank: number }[] = [];
  for (const entry of all) {
    const name = entry.name.toLowerCase();
    const whole = `${entry.kind.toLowerCase()} ${entry.namespace ?? ''} ${name}`;
    if (!words.every((word) => whole.includes(word))) continue;
    const begins = words.some((word) => name.startsWith(word));
    const holds = words.some((word) => name.includes(word));
    found.push({ entry, rank: (begins ? 0 : holds ? 1000 : 2000) + name.length });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, FOUND_MAX)
    .map(({ entry }) => entry);
}
