// Amounts of CPU and memory with as many digits as people compare. Pure.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1.5 GiB`, `64 MiB`. */
export function memoryText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${rounded(value)} ${UNITS[unit] ?? ''}`;
}

/** `250m`, `1.5`: cores as in manifests. */
export function cpuText(milli: number): string {
  return Math.abs(milli) < 1000 ? `${Math.round(milli)}m` : String(rounded(milli / 1000));
}

const rounded = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
