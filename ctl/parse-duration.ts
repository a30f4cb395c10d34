// Durations as users write them: `30s`, `5m`, `1h30m`. Pure.
import { CliError, EXIT } from './command.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. A bare number is seconds. @throws CliError that names the option. */
export function parseDuration(text: string, option: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) {
    throw new CliError(`${option} must be a duration such as 30s, 5m or 1h30m, not "${text}".`, {
      exitCode: EXIT.usage,
    });
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}
