// The kept versions of a DaemonSet's template: which one is current, which is to be made, which are forgotten.
// kubectl's `rollout history` and `undo` read them; their data is a patch that brings the version back.
import isEqual from 'fast-deep-equal';
import { controllerRevisionKind, type ControllerRevision } from '@gantry/api/kinds/controller-revision';
import { daemonSetKind, type DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Pod } from '@gantry/api/kinds/pod';
import { controllerReference } from '@gantry/api/owner-references';
import { invariant } from '@gantry/kit/invariant';
import type { Action } from '../../engine/controller.ts';
import { contentHash } from '../content-hash.ts';
import { compareText, isDeleting } from '../pod-condition.ts';
import { REVISION_HASH } from './daemon-pod.ts';

/** More collisions than this are no accident: templates differ that should be the same. */
const COLLISIONS_MAX = 20;

/** kubectl's bookkeeping; it says nothing about a version. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What the plan says of versions. */
export interface Versions {
  /** Hash of the current one; undefined while its name is another's. */
  hash?: string;
  actions: readonly Action[];
  /** The name that it should have had, and that is another's. */
  takenName?: string;
}

/** Finds or makes the current version, gives it the highest number, and forgets the oldest. */
export function versionsOf(
  daemonSet: DaemonSet,
  revisions: readonly ControllerRevision[],
  takenNames: ReadonlySet<string>,
  pods: readonly Pod[],
): Versions {
  const data = versionData(daemonSet);
  const ordered = revisions.toSorted(byNumber);
  const current = ordered.findLast((revision) => isEqual(revision.data, data));
  const old = ordered.filter((revision) => revision !== current);
  const number = Math.max(0, ...old.map(({ revision }) => revision)) + 1;
  if (current !== undefined) {
    return {
      hash: hashOf(current),
      actions: [...renumbered(current, number), ...forgotten(daemonSet, old, pods)],
    };
  }
  const collisions = daemonSet.status?.collisionCount ?? 0;
  invariant(collisions <= COLLISIONS_MAX, `${collisions} collisions of template hashes`);
  const hash = contentHash(daemonSet.spec.template, collisions);
  const object = newRevision(daemonSet, hash, number, data);
  const name = object.metadata.name ?? '';
  if (takenNames.has(name)) return { actions: [], takenName: name };
  return { hash, actions: [{ type: 'create', definition: controllerRevisionKind, object }] };
}

/** The version as a strategic merge patch of the DaemonSet. */
function versionData({ spec }: DaemonSet): Record<string, unknown> {
  return { spec: { template: { ...spec.template, $patch: 'replace' } } };
}

function newRevision(
  daemonSet: DaemonSet,
  hash: string,
  revision: number,
  data: Record<string, unknown>,
): ControllerRevision {
  const { namespace, name = '', annotations = {} } = daemonSet.metadata;
  const { [LAST_APPLIED]: _, ...copied } = annotations;
  return {
    apiVersion: 'apps/v1',
    kind: controllerRevisionKind.kind,
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...daemonSet.spec.template.metadata?.labels, [REVISION_HASH]: hash },
      annotations: copied,
      ownerReferences: [controllerReference(daemonSetKind, daemonSet)],
    },
    data,
    revision,
  };
}

/** After an undo the version of old is the newest one. */
function renumbered(current: ControllerRevision, number: number): Action[] {
  if (current.revision >= number) return [];
  const object = { ...current, revision: number };
  return [{ type: 'update', definition: controllerRevisionKind, object }];
}

/** Old versions beyond the limit, lowest number first, but none that still has pods. */
function forgotten(daemonSet: DaemonSet, old: readonly ControllerRevision[], pods: readonly Pod[]): Action[] {
  const limit = daemonSet.spec.revisionHistoryLimit ?? 10;
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[REVISION_HASH] ?? ''));
  return old
    .filter((revision) => !isDeleting(revision) && !live.has(hashOf(revision)))
    .slice(0, Math.max(0, old.length - limit))
    .map(({ metadata: { namespace = '', name = '', uid = '' } }) => ({
      type: 'delete',
      ref: { definition: controllerRevisionKind, namespace, name, uid },
      reason: 'beyond the revision history limit',
    }));
}

function hashOf(revision: ControllerRevision): string {
  return revision.metadata.labels?.[REVISION_HASH] ?? '';
}

function byNumber(a: ControllerRevision, b: ControllerRevision): number {
  return a.revision - b.revision || compareText(a.metadata.name ?? '', b.metadata.name ?? '');
}
