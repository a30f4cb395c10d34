// The whole picture of a Rollout as text, and its state in one line. Pure.
import type { Rollout } from '@gantry/api/kinds/rollout';
import { renderFields, type Field } from '../../describe/layout.ts';
import { versionsOf, versionText, type Picture } from '@gantry/api/rollout/picture';
import { standingOf } from '@gantry/api/rollout/standing';
import { presentStepText, stepLine } from '@gantry/api/rollout/step-line';
import { exposureText, strategyText, weightText } from '@gantry/api/rollout/traffic-text';
import { treeText } from './tree.ts';

/** Reasons in the line of a change. */
const REASONS_MAX = 2;

/** What `gantry rollout status` prints. */
export function pictureText(picture: Picture): string {
  const { rollout } = picture;
  const { metadata } = rollout;
  const fields: Field[] = [
    ['Name', metadata.name ?? ''],
    ['Namespace', metadata.namespace],
    ...standingFields(picture),
    ['Waits', reasonsOf(rollout)],
  ];
  return `${renderFields(fields)}\n${treeText(picture)}`;
}

/** Phase, strategy, steps, weights, replicas and images: also what `describe` says of a Rollout. */
export function standingFields(picture: Picture): Field[] {
  const { rollout } = picture;
  const { phase, message } = standingOf(rollout);
  return [
    ['Phase', phase],
    ['Message', message === '' ? undefined : message],
    ['Strategy', strategyText(rollout)],
    ['Steps', stepLine(rollout)],
    ['Weight', weightText(rollout)],
    ['Exposure', exposureText(rollout)],
    ['Replicas', replicasText(rollout)],
    ['Images', imageLines(picture)],
  ];
}

/** One line for each change: `Paused (CanaryPauseStep), step 2 of 3 (pause), canary 20 %, …`. */
export function changeLine(rollout: Rollout): string {
  const { phase, message } = standingOf(rollout);
  const parts = [
    message === '' ? phase : `${phase} (${message})`,
    presentStepText(rollout),
    weightText(rollout),
    replicasText(rollout),
  ].filter((part) => part !== undefined);
  const reasons = (reasonsOf(rollout) ?? []).slice(0, REASONS_MAX);
  return `${parts.join(', ')}${reasons.length === 0 ? '' : `; waits: ${reasons.join('; ')}`}`;
}

/** Where it stands among its steps has a line of its own. */
const PLACE = /^step \d+ of \d+: /;

function reasonsOf(rollout: Rollout): readonly string[] | undefined {
  const told = standingOf(rollout).isSeen ? (rollout.status?.reasons ?? []) : [];
  const reasons = told.filter((reason) => !PLACE.test(reason));
  return reasons.length === 0 ? undefined : reasons;
}

function replicasText({ spec, status = {} }: Rollout): string {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  return `${spec.replicas ?? 1} desired | ${replicas} current | ${updatedReplicas} updated | ${readyReplicas} ready | ${availableReplicas} available`;
}

/** Images that are in use, by version. */
function imageLines(picture: Picture): readonly string[] | undefined {
  const used = versionsOf(picture).filter(
    ({ roles, pods, replicaSet }) =>
      roles.length > 0 || pods.length > 0 || (replicaSet.spec.replicas ?? 1) > 0,
  );
  if (used.length === 0) return undefined;
  return used.map((version) => `${version.images.join(', ')}: ${versionText(version)}`);
}
