// The providers of metrics behind one door.
import type { Clock } from '@gantry/kit/clock';
import { createGantryMeasure, type GantryDeps } from '../gantry/measure-gantry.ts';
import { errorMeasured, type Measure } from '../measure.ts';
import { createHttp, type Http } from './http.ts';
import { createPrometheusMeasure } from './measure-prometheus.ts';
import { createWebMeasure } from './measure-web.ts';

export interface MeasureDeps extends GantryDeps {
  clock: Clock;
  /** How addresses are asked; over the network when absent. */
  http?: Http;
}

/** Measures metrics of all providers but `job`, which the controller runs. */
export function createMeasure(deps: MeasureDeps): Measure {
  const http = deps.http ?? createHttp(deps.clock);
  const gantry = createGantryMeasure(deps);
  const prometheus = createPrometheusMeasure(http, deps.clock);
  const web = createWebMeasure(http);
  return async (request, signal) => {
    const { provider } = request.metric;
    if (provider.gantry !== undefined) return gantry(request, signal);
    if (provider.prometheus !== undefined) return prometheus(request, signal);
    if (provider.web !== undefined) return web(request, signal);
    return errorMeasured('the metric has no provider that is measured here');
  };
}
