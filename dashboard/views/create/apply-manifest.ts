// One object, made or changed by server-side apply, as `gantry apply` does it; first as a dry run.
import { applyOutcome, APPLY_MANAGER, type ApplyOutcome } from '@gantry/api/apply-outcome';
import type { AnyObject } from '@gantry/api/meta';
import type { TextDifference } from '../../parts/yaml/diff-rows.ts';
import type { YamlWork } from '../../parts/yaml/write-object.ts';
import type { TextFault } from '../../parts/yaml/yaml-work.ts';
import type { Request } from '../../request/request.ts';
import { objectPath, type ResourceRef } from '../../request/resource-paths.ts';

/** What came of one object. */
export type ManifestVerdict =
  | { type: 'refused'; faults: readonly TextFault[] }
  /** Cannot be tried before its namespace is there, which the same text makes. */
  | { type: 'later' }
  | { type: 'taken'; outcome: ApplyOutcome; difference: TextDifference; warnings: readonly string[] };

/** How it is applied. */
export interface ApplyHow {
  request: Request;
  work: YamlWork;
  dryRun: boolean;
  /** Takes over fields that another manager set. */
  force: boolean;
  /** Of objects that name none. */
  namespace: string;
  /** Namespaces that the same text makes. */
  madeNamespaces: ReadonlySet<string>;
}

/** Applies it. */
export async function applyManifest(
  { request, work, dryRun, force, namespace, madeNamespaces }: ApplyHow,
  ref: ResourceRef,
  object: AnyObject,
): Promise<ManifestVerdict> {
  const { name = '', namespace: own = namespace } = object.metadata;
  const path = objectPath(ref, ref.namespaced ? own : undefined, name);
  const before = await request<AnyObject>(path);
  if (!before.ok && before.code !== 404) return { type: 'refused', faults: [{ message: before.message }] };
  const stored = before.ok ? before.value : undefined;
  const query = new URLSearchParams({ fieldManager: APPLY_MANAGER, fieldValidation: 'Strict' });
  if (dryRun) query.set('dryRun', 'All');
  if (force) query.set('force', 'true');
  const placed = ref.namespaced ? { ...object, metadata: { ...object.metadata, namespace: own } } : object;
  const after = await request<AnyObject>(`${path}?${query}`, {
    method: 'PATCH',
    contentType: 'application/apply-patch+yaml',
    body: placed,
  });
  if (!after.ok && after.code === 404 && dryRun && madeNamespaces.has(own)) return { type: 'later' };
  if (!after.ok) return { type: 'refused', faults: work.refusedFaults('', after) };
  return {
    type: 'taken',
    outcome: applyOutcome(stored, after.value),
    difference: work.objectDifference(stored, after.value),
    warnings: after.warnings,
  };
}
