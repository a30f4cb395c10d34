// Ranges of addresses that a Service of type LoadBalancer lets in. Pure, and without Node's modules: browsers read it too.

const RANGE = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;
const BYTE_MAX = 255;
const BITS_MAX = 32;

/** `10.0.0.0/8` of a user's text; undefined when it is no range of IPv4. */
export function sourceRange(text: string): string | undefined {
  const [, ...parts] = RANGE.exec(text.trim()) ?? [];
  const numbers = parts.map(Number);
  const bits = numbers.pop();
  if (bits === undefined || bits > BITS_MAX || numbers.some((byte) => byte > BYTE_MAX)) return undefined;
  return `${numbers.join('.')}/${bits}`;
}
