// Draws what users do: they make workloads, change them while they are still changing, and take them away, now and
// then before they were ever there.
import type { Random } from '@gantry/kit/random';
import { drawBehaviour } from './draw-behaviour.ts';
import { between, chance, pick } from './draws.ts';
import type { UserAction, Workload } from './user-action.ts';

interface Parts {
  nodes: readonly string[];
  chaosMs: number;
}

type Kind = Workload['kind'];

const KINDS: readonly Kind[] = [
  ...(['Deployment', 'Deployment', 'Deployment', 'Deployment', 'ReplicaSet'] as const),
  ...(['DaemonSet', 'Job', 'Job', 'CronJob', 'Pod'] as const),
];
const USERS = ['ann', 'bob'] as const;

/** Draws all actions, in order of time. */
export function drawActions(random: Random, parts: Parts): UserAction[] {
  const workloads = Array.from({ length: between(random, 1, 4) }, (_, at) => drawWorkload(random, at));
  const actions = workloads.flatMap((workload) => storyOf(random, workload, parts));
  const more = Array.from({ length: between(random, 0, 4) }, () => drawNodeAction(random, parts));
  return [...actions, ...more].toSorted((a, b) => a.atMs - b.atMs);
}

function drawWorkload(random: Random, at: number): Workload {
  const kind = pick(random, KINDS);
  return {
    kind,
    name: `${kind.toLowerCase()}-${at}`,
    count: between(random, 1, 4),
    parallel: between(random, 1, 2),
    maxUnavailable: between(random, 0, 1),
    version: 1,
    cpuMilli: pick(random, [10, 100, 300]),
    graceSeconds: pick(random, [1, 5, 15]),
    behaviour: drawBehaviour(random, kind),
    backoffLimit: between(random, 0, 3),
  };
}

/** A workload is made, changed a few times, and perhaps deleted. */
function storyOf(random: Random, workload: Workload, { chaosMs }: Parts): UserAction[] {
  const { kind, name } = workload;
  const beginMs = between(random, 500, Math.floor(chaosMs / 2));
  const at = (): { atMs: number; user: string } => ({
    atMs: between(random, beginMs + 100, chaosMs - 200),
    user: pick(random, USERS),
  });
  const actions: UserAction[] = [{ type: 'create', atMs: beginMs, user: pick(random, USERS), workload }];
  for (let count = between(random, 0, 4); count > 0; count -= 1) {
    const change = drawChange(random, workload, count + 1);
    if (change !== undefined) actions.push({ ...at(), ...change });
  }
  if (chance(random, 0.3)) {
    const propagation = pick(random, ['Background', 'Background', 'Foreground', 'Orphan'] as const);
    actions.push({ ...at(), type: 'delete', kind, name, propagation });
  }
  return actions;
}

type Change = UserAction extends infer A ? (A extends UserAction ? Omit<A, 'atMs' | 'user'> : never) : never;

function drawChange(random: Random, { kind, name }: Workload, version: number): Change | undefined {
  if (kind === 'DaemonSet') return { type: 'update', kind, name, version };
  if (kind === 'ReplicaSet') return { type: 'scale', kind, name, replicas: between(random, 0, 5) };
  if (kind !== 'Deployment') return undefined;
  const type = pick(random, ['scale', 'update', 'update', 'update', 'undo', 'pause-rollout'] as const);
  switch (type) {
    case 'scale':
      return { type, kind, name, replicas: between(random, 0, 5) };
    case 'update':
      return { type, kind, name, version };
    case 'undo':
      return { type, name };
    case 'pause-rollout':
      return { type, name, paused: chance(random, 0.5) };
  }
}

function drawNodeAction(random: Random, { nodes, chaosMs }: Parts): UserAction {
  const by = { atMs: between(random, 5_000, chaosMs - 500), user: pick(random, USERS) };
  const node = pick(random, nodes);
  const type = pick(random, ['delete-pod', 'delete-pod', 'delete-pod', 'cordon', 'drain'] as const);
  if (type === 'delete-pod') return { ...by, type, draw: random.next(), force: chance(random, 0.2) };
  return type === 'cordon' ? { ...by, type, node, on: chance(random, 0.4) } : { ...by, type, node };
}
