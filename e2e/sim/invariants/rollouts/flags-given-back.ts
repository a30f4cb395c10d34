// Flags that steps change are those of the update: noted before, in force behind the step, given back when it is taken back.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import { keyOf, keyText, type AnyObject } from '@gantry/api/meta';
import type { Bounds } from '../bounds.ts';
import { firstBroken } from '../each-write.ts';
import { titleOf } from '../object-reading.ts';
import { ObjectsSoFar } from '../objects-so-far.ts';
import { createQuietTimer } from '../settled.ts';
import type { Invariant, WorldView, WriteRecord } from '../world-view.ts';
import { changedFlags, isSetByController } from './flag-owner.ts';
import { isUnderWay, placedRollouts, stepsIn } from './update-course.ts';

/** What a flag was before steps changed it, by `namespace/object#flag`; what users do to it makes it theirs. */
export function createFlagsGivenBack(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const notes = new Notes(bounds.staleMs);
  const originals = new Map<string, string>();
  const objects = new ObjectsSoFar(['FeatureFlag']);
  const isTime = createQuietTimer();

  function judge(write: WriteRecord): string | undefined {
    const { before, after, atMs } = write;
    objects.apply(write);
    if (after?.kind === 'Rollout') {
      notes.take(before as Rollout | undefined, after as Rollout, atMs);
      if (becameStable(before as Rollout | undefined, after as Rollout)) kept(after as Rollout);
      const broken = wentOn(before as Rollout | undefined, after as Rollout)
        ? unlikeItsSteps(after as Rollout, objects.all())
        : undefined;
      return broken === undefined ? undefined : `${titleOf(after)} ${broken}`;
    }
    if (before?.kind !== 'FeatureFlag' || after === undefined) return undefined;
    for (const { flag, was, is } of changedFlags(before as FeatureFlag, after as FeatureFlag)) {
      const key = `${keyText(keyOf(after))}#${flag}`;
      if (!isSetByController(after as FeatureFlag, flag)) {
        originals.delete(key);
        continue;
      }
      const noted = notes.of(key, atMs);
      if (noted.length === 0)
        return `${titleOf(after)}: ${flag} was changed from ${was.defaultVariant} to ${is.defaultVariant}, and no Rollout has noted what it was`;
      if (noted.includes(is.defaultVariant)) originals.delete(key);
      else if (!originals.has(key)) originals.set(key, was.defaultVariant ?? '');
    }
    return undefined;
  }

  /** With a version that became the stable one its flags stay. */
  function kept(rollout: Rollout): void {
    const names = new Set(stepsIn(rollout).map(({ setFlag }) => setFlag?.flag));
    for (const key of originals.keys())
      if (key.startsWith(`${rollout.metadata.namespace ?? ''}/`) && names.has(flagIn(key)))
        originals.delete(key);
  }

  function wrongWith(rollout: Rollout, view: WorldView): string | undefined {
    if (isUnderWay(rollout))
      return unlikeItsSteps(rollout, view.objects('FeatureFlag').values()) ?? aheadOfItsStep(rollout);
    const found = leftOf(rollout, stepsIn(rollout));
    return found === undefined ? undefined : `has no update, and ${found}`;
  }

  /** No step that has still to come has set its flag. */
  function aheadOfItsStep(rollout: Rollout): string | undefined {
    const { currentStepIndex = 0, promoteFull } = rollout.status ?? {};
    if (promoteFull === true) return undefined;
    const until = stepsIn(rollout).slice(0, currentStepIndex + 1);
    const isReached = ({ setFlag }: CanaryStep): boolean =>
      until.some((step) => step.setFlag?.flag === setFlag?.flag);
    const found = leftOf(
      rollout,
      stepsIn(rollout).filter((step) => !isReached(step)),
    );
    return found === undefined ? undefined : `is at step ${currentStepIndex}, and ${found}`;
  }

  /** A flag of these steps that is not as it was before steps changed it. */
  function leftOf(rollout: Rollout, steps: readonly CanaryStep[]): string | undefined {
    for (const { setFlag } of steps) {
      for (const [key, original] of originals)
        if (key.startsWith(`${rollout.metadata.namespace ?? ''}/`) && flagIn(key) === setFlag?.flag)
          return `${key} is not ${original}, as it was before a step changed it`;
    }
    return undefined;
  }

  return {
    name: 'flags-given-back',
    sentence:
      'A flag is changed by a step only once what it was is noted, and by none ahead of it; it stays so behind the step, and is given back when the update is taken back.',
    check(view) {
      const broken = firstBroken(view, judge);
      if (broken !== undefined || !isTime(view)) return broken;
      for (const rollout of placedRollouts(view)) {
        const found = wrongWith(rollout, view);
        if (found !== undefined) return `${titleOf(rollout)} ${found}`;
      }
      return undefined;
    },
  };
}

/** Behind a step its flag is as the step says, unless users have set it since. */
function unlikeItsSteps(rollout: Rollout, featureFlags: Iterable<AnyObject>): string | undefined {
  const { currentStepIndex = 0, promoteFull } = rollout.status ?? {};
  if (promoteFull === true) return undefined;
  const asked = new Map<string, string>();
  for (const { setFlag } of stepsIn(rollout).slice(0, currentStepIndex))
    if (setFlag?.variant !== undefined) asked.set(setFlag.flag, setFlag.variant);
  for (const object of featureFlags) {
    if (object.metadata.namespace !== rollout.metadata.namespace) continue;
    const owner = object as FeatureFlag;
    for (const [flag, variant] of asked) {
      const { defaultVariant = variant } = owner.spec.flagSpec.flags[flag] ?? {};
      if (defaultVariant !== variant && isSetByController(owner, flag))
        return `is at step ${currentStepIndex}, behind the one that sets ${flag} to ${variant}, and it is ${defaultVariant}`;
    }
  }
  return undefined;
}

/** An update under way has come to a later step, or has begun at one. */
function wentOn(before: Rollout | undefined, after: Rollout): boolean {
  if (!isUnderWay(after)) return false;
  const { currentPodHash, currentStepIndex = 0 } = before?.status ?? {};
  const from = currentPodHash === after.status?.currentPodHash ? currentStepIndex : 0;
  return (after.status?.currentStepIndex ?? 0) > from;
}

/** What Rollouts have noted of flags, by any state that held within the window. */
class Notes {
  readonly #windowMs: number;
  #notes: { key: string; variant: string | undefined; rollout: string; untilMs: number }[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  take(before: Rollout | undefined, after: Rollout, atMs: number): void {
    if (before?.status?.flagsBefore === undefined && after.status?.flagsBefore === undefined) return;
    const rollout = keyText(keyOf(after));
    this.#notes = this.#notes.filter(({ untilMs }) => untilMs >= atMs - this.#windowMs);
    for (const note of this.#notes)
      if (note.rollout === rollout && note.untilMs === Infinity) note.untilMs = atMs;
    for (const { object, flag, variant } of after.status?.flagsBefore ?? [])
      this.#notes.push({
        key: `${keyText({ ...keyOf(after), name: object })}#${flag}`,
        ...{ variant, rollout, untilMs: Infinity },
      });
  }

  of(key: string, atMs: number): (string | undefined)[] {
    return this.#notes
      .filter((note) => note.key === key && note.untilMs >= atMs - this.#windowMs)
      .map(({ variant }) => variant);
  }
}

function becameStable(before: Rollout | undefined, after: Rollout): boolean {
  return before !== undefined && before.status?.stableRS !== after.status?.stableRS;
}

function flagIn(key: string): string {
  return key.slice(key.indexOf('#') + 1);
}
