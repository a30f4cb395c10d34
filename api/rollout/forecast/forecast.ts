// What would happen to a Rollout, as numbered steps: from its spec, what it is now, and its versions. Pure.
import type { Rollout, RolloutSpec } from '../../kinds/rollout.ts';
import type { PodTemplateSpec } from '../../kinds/pod.ts';
import { isMovedByServices, shared, stepsOf } from '../settings.ts';
import { writtenTemplate } from '../written-template.ts';
import { standingOf } from '../standing.ts';
import type { Version } from '../picture.ts';
import { blueGreenForecast } from './blue-green-forecast.ts';
import { analysisForecast, stepForecast } from './step-forecast.ts';

/** What a forecast rests on. */
export interface ForecastInputs {
  /** As it is stored; undefined when there is none. */
  before: Rollout | undefined;
  /** As it would be. */
  after: Rollout;
  /** Versions there are, latest first. */
  versions: readonly Version[];
}

/** Sentences in order; empty when nothing would change. */
export function forecast({ before, after, versions }: ForecastInputs): string[] {
  const { spec } = after;
  if (before === undefined) return firstVersion(after);
  if (isSame(before.spec, spec)) return [];
  const scaling =
    before.spec.replicas === spec.replicas
      ? []
      : [`the number of pods goes from ${before.spec.replicas ?? 1} to ${spec.replicas ?? 1}`];
  if (isSame(before.spec.template, spec.template) && isSame(before.spec.workloadRef, spec.workloadRef))
    return [...scaling, ...changedSettings(before, after)];
  const paused =
    spec.paused === true
      ? ['nothing of the new template begins while spec.paused is true (gantry rollout resume)']
      : [];
  return [...scaling, ...paused, ...newVersion(before, after, versions)];
}

/** What is left of an update that is under way; empty when none is. */
export function remaining(rollout: Rollout, versions: readonly Version[]): string[] {
  const { isUpdating, isAborted } = standingOf(rollout);
  if (!isUpdating) return [];
  const revision = versions.find(
    ({ roles }) => roles.includes('canary') || roles.includes('preview'),
  )?.revision;
  if (isAborted)
    return ['the update is aborted: all traffic stays with the stable version until it is retried or undone'];
  return updateFrom(rollout.spec, rollout.status?.currentStepIndex ?? 0, revision ?? 0);
}

function firstVersion({ spec }: Rollout): string[] {
  const pods = spec.replicas ?? 1;
  return [
    `ReplicaSet of revision 1 is made with ${pods} pod${pods === 1 ? '' : 's'} (${imagesOf(spec.template)})`,
    'the first version takes no steps: it becomes the stable one as soon as its pods are available',
  ];
}

function newVersion(before: Rollout, { spec }: Rollout, versions: readonly Version[]): string[] {
  const { template } = spec;
  const latest = Math.max(0, ...versions.map(({ revision }) => revision));
  const known = versions.find(({ replicaSet }) => isSame(writtenTemplate(replicaSet), template));
  const begun = standingOf(before).isUpdating
    ? ['the update under way is given up: its traffic goes back to the stable version first']
    : [];
  if (known?.roles.includes('stable') === true)
    return [...begun, `revision ${known.revision} is the stable version: it takes all again without steps`];
  const revision = latest + 1;
  const made =
    known === undefined
      ? `a new ReplicaSet is made for revision ${revision} (${imagesOf(template)})`
      : `ReplicaSet ${known.name} of revision ${known.revision} is used again, as revision ${revision} (${imagesOf(template)})`;
  const waits = (spec.dependsOn ?? []).map(({ name }) => name);
  return [
    ...begun,
    ...(waits.length === 0 ? [] : [`waits until these Rollouts are done: ${waits.join(', ')}`]),
    made,
    ...updateFrom(spec, 0, revision),
  ];
}

function updateFrom(spec: RolloutSpec, index: number, revision: number): string[] {
  const { killSwitch } = shared(spec);
  const way =
    spec.strategy.blueGreen === undefined
      ? canaryFrom(spec, index)
      : blueGreenForecast(spec, spec.strategy.blueGreen);
  const atAnyTime =
    killSwitch === undefined
      ? []
      : [`at any step: flag ${killSwitch.flag} takes all traffic back and aborts the update`];
  return [...way, `revision ${revision} becomes the stable version`, scaleDown(spec), ...atAnyTime];
}

function canaryFrom(spec: RolloutSpec, index: number): string[] {
  const steps = stepsOf(spec);
  const { analysis } = spec.strategy.canary ?? {};
  const from = analysis?.startingStep ?? 0;
  const count = spec.replicas ?? 1;
  return [
    ...steps.slice(index).flatMap((_, offset) => {
      const at = index + offset;
      const beside =
        analysis !== undefined && at === Math.max(from, index)
          ? [`beside the steps from here on: ${analysisForecast(spec, analysis)}`]
          : [];
      return [...beside, `step ${at + 1} of ${steps.length}: ${stepForecast(spec, at)}`];
    }),
    `the new version gets all ${count} pod${count === 1 ? '' : 's'}, then all traffic`,
  ];
}

function scaleDown(spec: RolloutSpec): string {
  if (!isMovedByServices(spec)) return 'the old version has no pods left';
  const seconds = shared(spec).scaleDownDelayMs / 1000;
  return `the old version keeps its pods for ${seconds} s (scaleDownDelaySeconds), then has none`;
}

function changedSettings(before: Rollout, after: Rollout): string[] {
  const settings = Object.keys({ ...before.spec, ...after.spec }).filter(
    (field) =>
      field !== 'replicas' &&
      !isSame(before.spec[field as keyof RolloutSpec], after.spec[field as keyof RolloutSpec]),
  );
  if (settings.length === 0) return [];
  const { isUpdating } = standingOf(before);
  const restarts = isUpdating && !isSame(stepsOf(before.spec), stepsOf(after.spec));
  const when = restarts
    ? 'the steps changed: the update under way begins anew with the first one'
    : 'no new version begins';
  return [`${settings.map((field) => `spec.${field}`).join(', ')} changes; ${when}`];
}

function imagesOf(template: PodTemplateSpec | undefined): string {
  if (template === undefined) return 'the template of the workload';
  return template.spec.containers.map(({ image }) => image ?? '').join(', ');
}

/** Equal as JSON, whatever the order of fields, and whether empty maps are written or not. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, sorted(one)] as const);
  const kept = entries.filter(([, one]) => one !== undefined && JSON.stringify(one) !== '{}');
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
