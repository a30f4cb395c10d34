// The mark by which a pod that Services lead to is taken out of their traffic before it is stopped. It is an annotation,
// written by the control plane alone:
//
//   published           some proxy may send connections there; whoever stops the pod waits
//   withdrawing:<R>     being stopped, and out of all EndpointSlices at revision R; waits for the proxies of live nodes
//   withdrawn           no proxy of a live node sends anything there any more: it may be stopped
import type { AnyObject } from './meta.ts';

export const TRAFFIC_ANNOTATION = 'gantry.dev/traffic';

/** Where a pod stands. `none`: no Service has ever led there. */
export type TrafficMark =
  | { type: 'none' }
  | { type: 'published' }
  | { type: 'withdrawing'; revision: number }
  | { type: 'withdrawn' };

/** Reads the mark; what cannot be read is no mark. */
export function trafficMarkOf({ metadata }: Pick<AnyObject, 'metadata'>): TrafficMark {
  const text = metadata.annotations?.[TRAFFIC_ANNOTATION];
  if (text === 'published' || text === 'withdrawn') return { type: text };
  const revision = /^withdrawing:(\d{1,15})$/.exec(text ?? '')?.[1];
  return revision === undefined ? { type: 'none' } : { type: 'withdrawing', revision: Number(revision) };
}

/** The mark as the annotation has it. */
export function trafficMarkText(mark: Exclude<TrafficMark, { type: 'none' }>): string {
  return mark.type === 'withdrawing' ? `withdrawing:${mark.revision}` : mark.type;
}

/** Whether somebody may still send connections to the pod. */
export function isInTraffic(pod: Pick<AnyObject, 'metadata'>): boolean {
  const { type } = trafficMarkOf(pod);
  return type === 'published' || type === 'withdrawing';
}
