// Flags that steps change are those of the update: noted before, in force behind the step, given back when it is taken back.
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { keyOf, keyText } from '@gantry/api/meta';
import type { Bounds } from '../bounds.ts';
import { firstBroken } from '../each-write.ts';
import { titleOf } from '../object-reading.ts';
import { createQuietTimer } from '../settled.ts';
import type { Invariant, WorldView, WriteRecord } from '../world-view.ts';
import { changedFlags, isSetByController } from './flag-owner.ts';
import { isUnderWay, placedRollouts, stepsIn } from './update-course.ts';

/** What a flag was before steps changed it, by `namespace/object#flag`; what users do to it makes it theirs. */
export function createFlagsGivenBack(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const notes = new Notes(bounds.staleMs);
  const originals = new Map<string, string>();
  const isTime = createQuietTimer();

  function judge({ before, after, atMs }: WriteRecord): string | undefined {
    if (after?.kind === 'Rollout') {
      notes.take(before as Rollout | undefined, after as Rollout, atMs);
      if (becameStable(before as Rollout | undefined, after as Rollout)) kept(after as Rollout);
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
    if (isUnderWay(rollout)) return wrongUnderWay(rollout, view);
    for (const { setFlag } of stepsIn(rollout)) {
      for (const [key, original] of originals)
        if (key.startsWith(`${rollout.metadata.namespace ?? ''}/`) && flagIn(key) === setFlag?.flag)
          return `has no update, and ${key} is not ${original}, as it was before a step changed it`;
    }
    return undefined;
  }

  return {
    name: 'flags-given-back',
    sentence:
      'A flag is changed by a step only once what it was is noted; it stays so behind the step, and is given back when the update is taken back.',
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
function wrongUnderWay(rollout: Rollout, view: WorldView): string | undefined {
  const { currentStepIndex = 0, promoteFull } = rollout.status ?? {};
  if (promoteFull === true) return undefined;
  const asked = new Map<string, string>();
  for (const { setFlag } of stepsIn(rollout).slice(0, currentStepIndex))
    if (setFlag?.variant !== undefined) asked.set(setFlag.flag, setFlag.variant);
  for (const object of view.objects('FeatureFlag').values()) {
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
