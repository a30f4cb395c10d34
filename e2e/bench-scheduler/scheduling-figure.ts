// Scheduling rates as rows of the table: beside each the floor of kube-scheduler's own benchmark. Pure.
import type { Figure } from '../bench/figure.ts';
import { percentiles } from '../bench/figure.ts';
import type { DurableMeasured } from './durable.ts';
import type { Measured } from './in-memory.ts';
import type { Shape } from './workload.ts';
import { LARGE_NODES } from './workload.ts';

/** How a shape was run. */
export interface Run {
  shape: Shape;
  nodes: number;
  pods: number;
  way: 'memory' | 'durable';
}

/** `12,345`. */
function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en-US')} pods/s`;
}

function whatOf({ shape, nodes, pods, way }: Run): string {
  const sizes = `${nodes.toLocaleString('en-US')} nodes, ${pods.toLocaleString('en-US')} pods`;
  return `${shape.title}; ${sizes}; ${way === 'memory' ? 'in memory' : 'in etcd'}`;
}

/** The row of a run. Floors and targets are for the large size. */
export function rateFigure(run: Run, { podsPerSecond, cpuMicrosPerPod, latenciesMs }: Measured): Figure {
  const { shape, nodes, way } = run;
  const isLarge = nodes === LARGE_NODES;
  const target = isLarge ? shape.targets?.[way] : undefined;
  const floor = isLarge && way === 'durable' ? shape.floor : undefined;
  const note = shape.floorNote === undefined ? '' : `, ${shape.floorNote}`;
  return {
    what: whatOf(run),
    target: target === undefined ? '' : `>= ${rate(target)}`,
    measured: `${rate(podsPerSecond)}; CPU ${Math.round(cpuMicrosPerPod)} µs a pod; one pod ${percentiles(latenciesMs, 'ms')}`,
    reference: floor === undefined ? '' : `kube-scheduler's floor: ${rate(floor)}${note}`,
    ...(floor === undefined ? {} : { ratio: podsPerSecond / floor }),
    met: podsPerSecond >= (target ?? floor ?? 0),
  };
}

/** The row about what else was measured of a durable run. */
export function thoroughFigure(run: Run, { thorough }: DurableMeasured): Figure[] {
  if (thorough === undefined) return [];
  const { eventsMeanwhile, eventsAfterSeconds, arrivingPerSecond } = thorough;
  const events = `Events: ${eventsMeanwhile} stored by the last bind, all ${run.pods} after ${eventsAfterSeconds.toFixed(1)} s`;
  return [
    {
      what: `${whatOf(run)}, 5,000 more created meanwhile by the same process`,
      target: '',
      measured: `${rate(arrivingPerSecond)}; ${events}`,
      reference: '',
      met: true,
    },
  ];
}

/** The row of a run that came to nothing. */
export function missingFigure(run: Run, why: string): Figure {
  return { what: whatOf(run), target: '', measured: `not measured: ${why}`, reference: '', met: false };
}
