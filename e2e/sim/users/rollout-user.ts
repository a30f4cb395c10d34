// What users do with Rollouts, through the API.
import type { Client, WriteOptions } from '@gantry/api/client';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import type { ObjectKey } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import type { RolloutDraft, Steering, UserAction } from '../plan/user-action.ts';
import { imageOf, NAMESPACE } from './manifest.ts';
import { rolloutChecks, rolloutFlags, rolloutOf, rolloutServices } from './rollout-manifest.ts';

const REVISION = 'rollout.argoproj.io/revision';
const OPTIONS: WriteOptions = { fieldManager: 'simulation' };

type ReleaseAction = Extract<
  UserAction,
  { type: 'create-rollout' | 'release' | 'fix-forward' | 'scale-rollout' | 'steer' | 'flip-flag' }
>;
const TYPES: ReadonlySet<string> = new Set<ReleaseAction['type']>([
  ...(['create-rollout', 'release', 'fix-forward', 'scale-rollout', 'steer', 'flip-flag'] as const),
]);

/** Whether it is done here. */
export function isOfRelease(action: UserAction): action is UserAction & ReleaseAction {
  return TYPES.has(action.type);
}

/** Does it. */
export async function actOnRelease(client: Client, action: ReleaseAction): Promise<void> {
  switch (action.type) {
    case 'create-rollout':
      return createRollout(client, action.rollout);
    case 'release':
      return setImage(client, action.name, imageOf(action.version));
    case 'fix-forward':
      return fixForward(client, action.name, action.version);
    case 'scale-rollout':
      return scaleRollout(client, action.name, action.replicas);
    case 'steer':
      return steer(client, action.name, action.how);
    case 'flip-flag':
      return flipFlag(client, action.name, action.flag, action.on);
  }
}

/** Services and flags first, as in a file. What is there from a try before is left as it is. */
async function createRollout(client: Client, draft: RolloutDraft): Promise<void> {
  for (const service of rolloutServices(draft))
    await unlessThere(() => client.create(serviceKind, service, OPTIONS));
  await unlessThere(() => client.create(featureFlagKind, rolloutFlags(draft), OPTIONS));
  const checks = rolloutChecks(draft);
  if (checks !== undefined) await unlessThere(() => client.create(analysisTemplateKind, checks, OPTIONS));
  await client.create(rolloutKind, rolloutOf(draft), OPTIONS);
}

async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists') throw error;
  }
}

/** Another version that is well, whatever the ones before do; no step and no stable version holds it up. */
async function fixForward(client: Client, name: string, version: number): Promise<void> {
  await setImage(client, name, imageOf(version), true);
  await steer(client, name, 'promote-full');
}

async function scaleRollout(client: Client, name: string, replicas: number): Promise<void> {
  await client.patch(rolloutKind, keyOf(name), 'merge', { spec: { replicas } }, OPTIONS);
}

async function setImage(client: Client, name: string, image: string, isWell = false): Promise<void> {
  const rollout = await client.get<Rollout>(rolloutKind, keyOf(name));
  const { template } = rollout.spec;
  const [first, ...rest] = template?.spec.containers ?? [];
  if (template === undefined || first === undefined) return;
  const spec = { ...template.spec, containers: [{ ...first, image }, ...rest] };
  const { annotations: _, ...metadata } = template.metadata ?? {};
  const next = { ...template, spec, ...(isWell ? { metadata } : {}) };
  const changed = { ...rollout, spec: { ...rollout.spec, template: next } };
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
async function steer(client: Client, name: string, how: Steering): Promise<void> {
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
async function flipFlag(client: Client, name: string, flag: string, on: boolean): Promise<void> {
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
