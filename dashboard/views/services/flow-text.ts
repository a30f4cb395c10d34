// Figures of traffic as short texts. Pure.
import type { FlowSum } from '../../live/traffic.ts';

/** `12.3/s`. */
export function rateText(perSecond: number): string {
  return `${rounded(perSecond)}/s`;
}

/** `2.5 %`; a dash while nothing is asked. */
export function errorsText({ requestsPerSecond, errorsPerSecond }: Omit<FlowSum, 'p95Ms'>): string {
  return requestsPerSecond > 0 ? `${rounded((100 * errorsPerSecond) / requestsPerSecond)} %` : '–';
}

/** `20 ms`; a dash where nothing was measured. */
export function latencyText(ms: number | null | undefined): string {
  return ms === undefined || ms === null ? '–' : `${rounded(ms)} ms`;
}

function rounded(value: number): string {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
}
