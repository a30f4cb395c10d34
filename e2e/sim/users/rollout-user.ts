// What users do with Rollouts, through the API.
import type { Client, WriteOptions } from '@gantry/api/client';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import type { ObjectKey } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import type { RolloutDraft, Steering } from '../plan/user-action.ts';
import { imageOf, NAMESPACE } from './manifest.ts';
import { rolloutFlags, rolloutOf, rolloutServices } from './rollout-manifest.ts';

const REVISION = 'rollout.argoproj.io/revision';
const OPTIONS: WriteOptions = { fieldManager: 'simulation' };

/** Services and flags first, as in a file. What is there from a try before is left as it is. */
export async function createRollout(client: Client, draft: RolloutDraft): Promise<void> {
  for (const service of rolloutServices(draft))
    await unlessThere(() => client.create(serviceKind, service, OPTIONS));
  await unlessThere(() => client.create(featureFlagKind, rolloutFlags(draft), OPTIONS));
  await client.create(rolloutKind, rolloutOf(draft), OPTIONS);
}

async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
  }
}

/** Another version of the image. */
export async function release(client: Client, name: string, version: number): Promise<void> {
  await setImage(client, name, imageOf(version));
}

async function setImage(client: Client, name: string, image: string): Promise<void> {
  const rollout = await client.get<Rollout>(rolloutKind, keyOf(name));
  const { template } = rollout.spec;
  const [first, ...rest] = template?.spec.containers ?? [];
  if (template === undefined || first === undefined) return;
  const spec = { ...template.spec, containers: [{ ...first, image }, ...rest] };
  const changed = { ...rollout, spec: { ...rollout.spec, template: { ...template, spec } } };
  await client.update(rolloutKind, changed, OPTIONS);
}

const PATCHES: Readonly<Record<Exclude<Steering, 'undo'>, object>> = {
  abort: { status: { abort: true } },
  retry: { status: { abort: false } },
  promote: { status: { pauseConditions: null } },
  'promote-full': { status: { promoteFull: true } },
  pause: { spec: { paused: true } },
  resume: { spec: { paused: false } },
};

/** The patches by which `kubectl argo rollouts` does the same. */
export async function steer(client: Client, name: string, how: Steering): Promise<void> {
  if (how === 'undo') {
    await undo(client, name);
    return;
  }
  const patch = PATCHES[how];
  const options = 'status' in patch ? { ...OPTIONS, subresource: 'status' as const } : OPTIONS;
  await client.patch(rolloutKind, keyOf(name), 'merge', patch, options);
}

async function undo(client: Client, name: string): Promise<void> {
  const rollout = await client.get<Rollout>(rolloutKind, keyOf(name));
  const { items } = await client.list<ReplicaSet>(replicaSetKind, { namespace: NAMESPACE });
  const own = items
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === rollout.metadata.uid)
    .toSorted((a, b) => revisionOf(b) - revisionOf(a));
  const image = own[1]?.spec.template.spec.containers[0]?.image;
  if (image !== undefined) await setImage(client, name, image);
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}

/** A flag of the Rollout's FeatureFlag. */
export async function flipFlag(client: Client, name: string, flag: string, on: boolean): Promise<void> {
  const flags = { [flag]: { defaultVariant: on ? 'on' : 'off' } };
  await client.patch(
    featureFlagKind,
    keyOf(`${name}-flags`),
    'merge',
    { spec: { flagSpec: { flags } } },
    OPTIONS,
  );
}

function keyOf(name: string): ObjectKey {
  return { namespace: NAMESPACE, name };
}
