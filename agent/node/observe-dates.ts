// Reads the server's clock off the answers that come anyway.
import type { Transport } from '@gantry/api/client';
import type { Clock } from '@gantry/kit/clock';
import { narrowDrift, UNKNOWN_DRIFT, type DriftBounds } from './clock-drift.ts';

export interface DateObserver {
  /** The same transport, watched. */
  transport: Transport;
  bounds(): DriftBounds;
}

export function observeDates(transport: Transport, clock: Clock): DateObserver {
  let bounds = UNKNOWN_DRIFT;
  return {
    bounds: () => bounds,
    async transport(request) {
      const sentMs = clock.nowMs();
      const response = await transport(request);
      const dateMs = Date.parse(response.headers['date'] ?? '');
      if (!Number.isNaN(dateMs)) bounds = narrowDrift(bounds, { sentMs, receivedMs: clock.nowMs(), dateMs });
      return response;
    },
  };
}
