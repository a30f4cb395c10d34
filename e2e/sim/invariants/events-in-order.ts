// An Event tells what has happened already, in the order in which it happened.
import type { Event } from '@gantry/api/kinds/event';
import type { Pod } from '@gantry/api/kinds/pod';
import { timeMs } from '@gantry/kit/time-text';
import { firstBroken } from './each-write.ts';
import { titleOf, uidOf } from './object-reading.ts';
import type { Invariant, WorldView, WriteRecord } from './world-view.ts';

/** What an agent says of a container, in causal order. */
const STAGES = ['Pulling', 'Pulled', 'Created', 'Started'];
const AGENT = 'gantry-agent';
const SCHEDULER_REASON = 'Scheduled';

/**
 * Events carry the clocks of those who write them, which may differ: what is compared is the order of writes, and what
 * the engines had really done by then. An Event may be lost, and is then not missed.
 */
export function createEventsInOrder(): Invariant {
  const nodeOf = new Map<string, string>();
  const attempts = new Map<string, number>();
  /** The furthest stage told of each container. */
  const told = new Map<string, number>();
  const running = new Set<string>();
  let seen: WorldView['nodes'] | undefined;

  function lookAtNodes({ nodes }: WorldView): void {
    if (nodes !== seen) noteRunning(nodes);
    seen = nodes;
    // The next attempt begins with its image, before there is a container to be seen.
    for (const id of told.keys()) if (!running.has(id)) told.delete(id);
  }

  function noteRunning(nodes: WorldView['nodes']): void {
    running.clear();
    for (const { containers } of nodes.values())
      for (const { podUid, name, attempt, running: isRunning } of containers) {
        const id = `${podUid}/${name}`;
        attempts.set(id, Math.max(attempts.get(id) ?? 0, attempt));
        if (isRunning) running.add(id);
      }
  }

  function judgeScheduled(event: Event): string | undefined {
    const uid = event.involvedObject.uid ?? '';
    const node = nodeOf.get(uid);
    if (node !== undefined && event.message?.endsWith(` to ${node}`) === true) return undefined;
    return `says "${event.message ?? ''}", but the pod is bound to ${node ?? 'no node'}`;
  }

  function judgeAgents(event: Event): string | undefined {
    const uid = event.involvedObject.uid ?? '';
    const host = event.source?.host ?? '';
    if (nodeOf.get(uid) !== host)
      return `comes from ${host}, but the pod is bound to ${nodeOf.get(uid) ?? 'no node'}`;
    const container = /\{(.+)\}$/.exec(event.involvedObject.fieldPath ?? '')?.[1];
    const stage = STAGES.indexOf(event.reason ?? '');
    if (container === undefined || stage < 0) return undefined;
    const id = `${uid}/${container}`;
    const attempt = attempts.get(id);
    if (event.reason === 'Started' && attempt === undefined)
      return `says that container ${container} started, which never ran`;
    const furthest = told.get(id) ?? -1;
    told.set(id, Math.max(furthest, stage));
    // After a restart the stages come again.
    if (furthest <= stage || (attempt ?? 0) > 0) return undefined;
    return `says "${event.reason ?? ''}" of container ${container}, after "${STAGES[furthest] ?? ''}" had been told`;
  }

  function judgeRepeated(was: Event, is: Event): string | undefined {
    if ((is.count ?? 0) < (was.count ?? 0)) return `counted ${was.count ?? 0}, and now ${is.count ?? 0}`;
    const [fromMs, toMs] = [timeMs(was.lastTimestamp) ?? 0, timeMs(is.lastTimestamp) ?? 0];
    const isSameWriter = was.reportingInstance === is.reportingInstance && was.source?.component === AGENT;
    if (isSameWriter && toMs < fromMs)
      return `went back in time, from ${was.lastTimestamp ?? ''} to ${is.lastTimestamp ?? ''}`;
    return was.firstTimestamp === is.firstTimestamp
      ? undefined
      : `changed the time at which it happened first`;
  }

  function judge({ before, after }: WriteRecord): string | undefined {
    if (after?.kind === 'Pod') {
      const { nodeName = '' } = (after as Pod).spec;
      if (nodeName !== '') nodeOf.set(uidOf(after), nodeName);
    }
    if (after?.kind !== 'Event') return undefined;
    const event = after as Event;
    const isOfPod = event.involvedObject.kind === 'Pod';
    const isScheduled = isOfPod && event.reason === SCHEDULER_REASON;
    const broken =
      (before === undefined ? undefined : judgeRepeated(before as Event, event)) ??
      (isScheduled ? judgeScheduled(event) : undefined) ??
      (isOfPod && event.source?.component === AGENT ? judgeAgents(event) : undefined);
    return broken === undefined ? undefined : `${titleOf(event)} ${broken}`;
  }

  return {
    name: 'events-in-order',
    sentence:
      'An Event tells what has happened: Scheduled only after the binding, an agent only of its own pods, Started only of what ran, and of a container first Pulled, then Created, then Started; its count and times never go back.',
    check(view) {
      lookAtNodes(view);
      return firstBroken(view, judge);
    },
  };
}
