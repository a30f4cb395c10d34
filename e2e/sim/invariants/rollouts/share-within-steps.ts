// No version gets more of the traffic than its steps have come to and its exposure allows.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { AnyObject } from '@gantry/api/meta';
import type { Bounds } from '../bounds.ts';
import { judgingWrites } from '../each-write.ts';
import { titleOf, uidOf } from '../object-reading.ts';
import { ObjectsSoFar } from '../objects-so-far.ts';
import type { Invariant, WriteRecord } from '../world-view.ts';
import { rolloutOf, besideOf, sideShare, versionOf } from './rollout-reading.ts';
import { shareAllowed } from './share-allowed.ts';

const PARTS = [
  ['weight', 'the traffic'],
  ['ofOthers', 'the traffic beyond the audience'],
] as const;

/** Judged by any state of the Rollout that held while the controller may have looked; shares that fall are always right. */
export function createShareWithinSteps(bounds: Pick<Bounds, 'staleMs' | 'clockSkewMs'>): Invariant {
  const objects = new ObjectsSoFar(['Rollout', 'Service', 'TrafficSplit']);
  const recent = new Map<string, { rollout: Rollout; untilMs: number }[]>();

  function note(rollout: Rollout, atMs: number): void {
    const uid = uidOf(rollout);
    const known = (recent.get(uid) ?? []).filter(({ untilMs }) => untilMs >= atMs - bounds.staleMs);
    const last = known.at(-1);
    if (last !== undefined) last.untilMs = atMs;
    recent.set(uid, [...known, { rollout, untilMs: Infinity }]);
  }

  function statesOf(rollout: AnyObject, atMs: number): Rollout[] {
    const known = recent.get(uidOf(rollout)) ?? [];
    return known.filter(({ untilMs }) => untilMs >= atMs - bounds.staleMs).map((state) => state.rollout);
  }

  /** A full promotion that people ask for once an abort was seen lifts it. One that followed another Rollout's ends with that. */
  function isLifted(rollout: Rollout, atMs: number): boolean {
    const { promoteFull, abortedAt, abortedBy } = rollout.status ?? {};
    if (promoteFull === true && abortedAt !== undefined) return true;
    if (abortedBy === undefined) return false;
    const other = besideOf(rollout, abortedBy, objects.all(), 'Rollout');
    return other === undefined || statesOf(other, atMs).some(({ status }) => status?.abort !== true);
  }

  function judge(write: WriteRecord): string | undefined {
    const { before, after, atMs } = write;
    objects.apply(write);
    if (after?.kind === 'Rollout') note(after as Rollout, atMs);
    if (after?.kind !== 'TrafficSplit') return undefined;
    const share = sideShare(after as TrafficSplit);
    const { weight = 0, ofOthers = 0 } = (before && sideShare(before as TrafficSplit)) ?? {};
    const owner = rolloutOf(after, objects);
    if (share === undefined || owner === undefined) return undefined;
    const growsBy = { weight: share.weight - weight, ofOthers: share.ofOthers - ofOthers };
    if (growsBy.weight <= 0 && growsBy.ofOthers <= 0) return undefined;
    const version = versionOf(besideOf(after, share.side, objects.all()));
    const states = statesOf(owner, atMs);
    if (states.some(({ status }) => status?.stableRS === version)) return undefined;
    const nowMs = atMs + bounds.clockSkewMs;
    const allowed = states.map((state) => shareAllowed(state, version, weight, nowMs, isLifted(state, atMs)));
    for (const [part, text] of PARTS) {
      const most = Math.max(...allowed.map((one) => one[part]));
      if (growsBy[part] > 0 && share[part] > most)
        return `${titleOf(after)} gives version ${version} ${share[part]} % of ${text}, where steps and exposure allow ${most} %`;
    }
    return undefined;
  }

  return judgingWrites(
    'share-within-steps',
    'A version gets no more of the traffic than the steps of its Rollout have come to and its exposure allows.',
    judge,
  );
}
