// A CronJob starts one Job a tick, and with Forbid none beside another.
import type { CronJob } from '@gantry/api/kinds/cron-job';
import type { Job } from '@gantry/api/kinds/job';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { hasEnded, isDeleting, ownerUidOf, titleOf, uidOf } from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

const TICK = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Judged where the controller makes Jobs. */
export function createCronJobOnceATick(bounds: Pick<Bounds, 'staleMs' | 'clockSkewMs'>): Invariant {
  const objects = new ObjectsSoFar(['CronJob', 'Job']);
  const ticks = new Map<string, Set<string>>();
  /** Since when a CronJob has had its policy. */
  const policySince = new Map<string, { policy: string; atMs: number }>();
  const bornAtMs = new Map<string, number>();

  function noteCronJob({ before, after, atMs }: WriteRecord): void {
    const uid = uidOf((after ?? before) as CronJob);
    if (after === undefined) {
      for (const memory of [ticks, policySince]) memory.delete(uid);
      return;
    }
    const { concurrencyPolicy: policy = 'Allow' } = (after as CronJob).spec;
    if (policySince.get(uid)?.policy !== policy) policySince.set(uid, { policy, atMs });
  }

  function judgeStart(cronJob: CronJob, job: Job, atMs: number): string | undefined {
    const uid = uidOf(cronJob);
    const tick = job.metadata.annotations?.[TICK] ?? '';
    const known = ticks.get(uid) ?? new Set<string>();
    ticks.set(uid, known);
    if (known.has(tick)) return `${titleOf(job)} is the second Job of ${titleOf(cronJob)} for ${tick}`;
    known.add(tick);
    if (Date.parse(tick) > atMs + bounds.clockSkewMs) return `${titleOf(job)} was started before ${tick}`;
    const { policy, atMs: sinceMs } = policySince.get(uid) ?? { policy: '', atMs };
    if (policy !== 'Forbid' || sinceMs > atMs - bounds.staleMs) return undefined;
    const running = objects
      .ofOwner<Job>(uid, 'Job')
      .find((other) => other !== job && isRunning(other) && !isSurprise(other, atMs));
    return running === undefined
      ? undefined
      : `${titleOf(job)} was started while ${titleOf(running)} ran, though ${titleOf(cronJob)} forbids it`;
  }

  /** A Job that a user has just made from the CronJob by hand may not have been seen yet. */
  function isSurprise(job: Job, atMs: number): boolean {
    const isByHand = job.metadata.annotations?.[TICK] === undefined;
    return isByHand && (bornAtMs.get(uidOf(job)) ?? 0) > atMs - bounds.staleMs;
  }

  function judge(write: WriteRecord): string | undefined {
    const { before, after, by, atMs } = write;
    objects.apply(write);
    const object = after ?? before;
    if (object?.kind === 'CronJob') noteCronJob(write);
    if (object?.kind !== 'Job') return undefined;
    if (after === undefined) bornAtMs.delete(uidOf(object));
    if (before !== undefined || after === undefined) return undefined;
    bornAtMs.set(uidOf(after), atMs);
    const owner = objects.byUid(ownerUidOf(after) ?? '');
    if (
      owner?.kind !== 'CronJob' ||
      by.term === undefined ||
      after.metadata.annotations?.[TICK] === undefined
    )
      return undefined;
    return judgeStart(owner as CronJob, after as Job, atMs);
  }

  return {
    name: 'cron-job-once-a-tick',
    sentence:
      'A CronJob makes one Job for each time that is due, none before, and with policy Forbid none while another runs.',
    check: (view) => firstBroken(view, judge),
  };
}

function isRunning(job: Job): boolean {
  return !isDeleting(job) && !hasEnded(job);
}
