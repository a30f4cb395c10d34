// Carries out what is decided about a Rollout: the same patches as `gantry rollout`, tried without effect first, so that the
// question before can say what will happen.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Steering } from '@gantry/api/rollout/steer/steering';
import type { TemplateChange } from '@gantry/api/rollout/steer/template-change';
import type { Outcome, Request, RequestOptions } from './request.ts';
import { objectPath, RESOURCES, type ResourceRef } from './resource-paths.ts';

const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';

/** How it is done: for real, or tried only. */
export interface SteerOptions {
  isDryRun: boolean;
}

/** Carries out a steering; the value is the Rollout after the last patch. */
export async function steer(
  request: Request,
  rollout: Rollout,
  steering: Steering,
  { isDryRun }: SteerOptions,
): Promise<Outcome<Rollout>> {
  if (steering.type === 'nothing') return { ok: false, code: 0, reason: 'Nothing', message: steering.why };
  const path = pathOf(RESOURCES.rollouts, rollout);
  let last: Outcome<Rollout> = { ok: true, value: rollout, warnings: [] };
  for (const { body, subresource } of steering.patches) {
    const below = subresource === undefined ? path : `${path}/${subresource}`;
    last = await request<Rollout>(`${below}?${queryOf(isDryRun)}`, patchOf(body, MERGE));
    if (!last.ok) return last;
  }
  return last;
}

/** Decides anew on the Rollout as it is now: while the question stood open it may have gone on. */
export async function steerAsIs(
  request: Request,
  rollout: Rollout,
  decide: (rollout: Rollout) => Steering,
): Promise<Outcome<Rollout>> {
  const read = await request<Rollout>(pathOf(RESOURCES.rollouts, rollout));
  return read.ok ? steer(request, read.value, decide(read.value), { isDryRun: false }) : read;
}

/** Carries out a change of the template: the Rollout's own, or that of the Deployment it names. */
export async function changeTemplate(
  request: Request,
  rollout: Rollout,
  change: TemplateChange,
  { isDryRun }: SteerOptions,
): Promise<Outcome<Rollout>> {
  if (change.type === 'nothing') return { ok: false, code: 0, reason: 'Nothing', message: change.why };
  const { workloadRef } = rollout.spec;
  const { namespace } = rollout.metadata;
  const path =
    workloadRef === undefined
      ? pathOf(RESOURCES.rollouts, rollout)
      : objectPath(RESOURCES.deployments, namespace, workloadRef.name);
  return request<Rollout>(`${path}?${queryOf(isDryRun)}`, patchOf(change.operations, JSON_PATCH));
}

function pathOf(ref: ResourceRef, { metadata }: Rollout): string {
  return objectPath(ref, metadata.namespace, metadata.name ?? '');
}

function queryOf(isDryRun: boolean): string {
  return new URLSearchParams({
    fieldManager: 'gantry-dashboard',
    ...(isDryRun ? { dryRun: 'All' } : {}),
  }).toString();
}

function patchOf(body: object, contentType: string): RequestOptions {
  return { method: 'PATCH', body, contentType };
}
