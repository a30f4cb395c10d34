// On what machine figures were measured, in one line that stands above their table.
import { cpus, totalmem } from 'node:os';

export function machineLine(loadBefore: number): string {
  const date = new Date().toISOString().slice(0, 10);
  const [{ model = 'unknown' } = {}] = cpus();
  const memory = (totalmem() / 1e9).toFixed(0);
  return `${date}, ${cpus().length} cores (${model}), ${memory} GB, Node ${process.version}, load before: ${loadBefore.toFixed(1)}`;
}
