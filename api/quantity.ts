// Kubernetes quantities: `100m`, `1.5`, `64Mi`, `2e3`. Counted exactly, as whole billionths in a bigint, so that
// comparing and adding never suffers from binary fractions; finer digits round up, as Kubernetes does.

type Format = 'decimal' | 'binary' | 'exponent';

interface Parsed {
  nanos: bigint;
  format: Format;
}

const NANOS = 1_000_000_000n;
/** Kubernetes caps at the largest signed 64-bit whole number. */
const NANOS_MAX = (2n ** 63n - 1n) * NANOS;
/** No meaningful quantity is longer; keeps hostile input from costing time. */
const TEXT_MAX = 64;
/** Beyond this every mantissa of {@link TEXT_MAX} digits has overflowed or vanished. */
const EXPONENT_MAX = 99;

const GRAMMAR = /^([+-]?)(\d+\.?\d*|\.\d+)(?:(Ki|Mi|Gi|Ti|Pi|Ei)|(n|u|m|k|M|G|T|P|E)|[eE]([+-]?\d+))?$/;
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL_EXPONENTS: Readonly<Record<string, number>> = {
  ...{ n: -9, u: -6, m: -3 },
  ...{ k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 },
};
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

/** @returns the value in base units (cores, bytes, pieces); undefined when the text is no quantity. */
export function parseQuantity(text: string | number): number | undefined {
  const parsed = parse(text);
  return parsed === undefined ? undefined : Number(parsed.nanos) / 1e9;
}

/** Whether the text is a quantity. */
export function isQuantity(text: string | number): boolean {
  return parse(text) !== undefined;
}

/** @returns negative, zero or positive; undefined when either is no quantity. */
export function compareQuantities(a: string | number, b: string | number): number | undefined {
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined) return undefined;
  return left.nanos < right.nanos ? -1 : left.nanos > right.nanos ? 1 : 0;
}

/** Thousandths of a core, rounded up. 0 for what is no quantity: validation has refused that before. */
export function cpuMilliOf(text: string | number | undefined): number {
  return text === undefined ? 0 : Number(ceilDivide(parse(text)?.nanos ?? 0n, NANOS / 1000n));
}

/** Whole bytes (or pieces), rounded up. 0 for what is no quantity. */
export function bytesOf(text: string | number | undefined): number {
  return text === undefined ? 0 : Number(ceilDivide(parse(text)?.nanos ?? 0n, NANOS));
}

/** `1500` -> `1500m`, `2000` -> `2`. */
export function formatCpu(milli: number): string {
  return formatDecimal(BigInt(Math.ceil(milli)) * (NANOS / 1000n), decimalSuffix);
}

/** `67108864` -> `64Mi`; what is no multiple of 1024 stays a plain number. */
export function formatBytes(bytes: number): string {
  return formatBinary(BigInt(Math.ceil(bytes)) * NANOS);
}

/** The one spelling of a value, as Kubernetes stores it: `0.5` -> `500m`, `1024Mi` -> `1Gi`; undefined when no quantity. */
export function canonicalQuantity(text: string | number): string | undefined {
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  if (parsed.format === 'binary') return formatBinary(parsed.nanos);
  const suffix = parsed.format === 'exponent' ? exponentSuffix : decimalSuffix;
  return formatDecimal(parsed.nanos, suffix);
}

function parse(input: string | number): Parsed | undefined {
  const text = String(input);
  if (text.length > TEXT_MAX) return undefined;
  const match = GRAMMAR.exec(text);
  if (match === null) return undefined;
  const [, sign = '', mantissa = '', binary, decimal, exponent] = match;
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = BigInt(`${whole}${fraction}`);
  const power = powerOfTen(decimal, exponent) - fraction.length + 9;
  const factor = binary === undefined ? 1n : 1024n ** BigInt(BINARY.indexOf(binary));
  const size = scale(digits * factor, power);
  const capped = size > NANOS_MAX ? NANOS_MAX : size;
  const format: Format = binary !== undefined ? 'binary' : exponent !== undefined ? 'exponent' : 'decimal';
  return { nanos: sign === '-' ? -capped : capped, format };
}

function powerOfTen(suffix: string | undefined, exponent: string | undefined): number {
  if (suffix !== undefined) return DECIMAL_EXPONENTS[suffix] ?? 0;
  return Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, Number(exponent ?? 0)));
}

function scale(value: bigint, power: number): bigint {
  return power >= 0 ? value * 10n ** BigInt(power) : ceilDivide(value, 10n ** BigInt(-power));
}

function ceilDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value > 0n && value % divisor !== 0n ? quotient + 1n : quotient;
}

function formatDecimal(nanos: bigint, suffix: (power: number) => string): string {
  if (nanos === 0n) return '0';
  let value = nanos;
  let power = -9;
  while (power < 18 && value % 1000n === 0n) {
    value /= 1000n;
    power += 3;
  }
  return `${value}${suffix(power)}`;
}

function decimalSuffix(power: number): string {
  return DECIMAL_SUFFIXES[power / 3 + 3] ?? '';
}

function exponentSuffix(power: number): string {
  return power === 0 ? '' : `e${power}`;
}

/** Below 1024 a binary quantity is written as a decimal one, which may hold fractions. */
function formatBinary(nanos: bigint): string {
  const limit = 1024n * NANOS;
  if (nanos > -limit && nanos < limit) return formatDecimal(nanos, decimalSuffix);
  let value = ceilDivide(nanos, NANOS);
  let step = 0;
  while (step < BINARY.length - 1 && value % 1024n === 0n) {
    value /= 1024n;
    step += 1;
  }
  return `${value}${BINARY[step] ?? ''}`;
}
