// Keeps the node's object in the API: made at first, made again when somebody deletes it, its status written when it
// has changed and now and then.
import type { Client } from '@gantry/api/client';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { isAlreadyExists, isConflict, isNotFound } from '@gantry/api/status-error';
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import { sleep } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { followNode, type FollowNodeDeps } from './follow-node.ts';
import type { NodeStatus } from './node-object.ts';

export interface RegistrationDeps extends FollowNodeDeps {
  client: Pick<Client, 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch'>;
  logger: Logger;
  labels: Readonly<Record<string, string>>;
}

export interface NodeRegistration {
  /** The node as the API last had it. */
  current(): Node | undefined;
  /** Makes the node unless it is there, and writes its status; tries until it works or the signal is aborted. */
  publish(status: NodeStatus, signal: AbortSignal): Promise<void>;
  /** Keeps `current` in step until the signal is aborted. */
  follow(onChange: (isDeleted: boolean) => void, signal: AbortSignal): Promise<void>;
}

const RETRY: BackoffPolicy = { initialMs: 300, maxMs: 5_000, factor: 2, jitter: 0.3 };

export function createNodeRegistration(deps: RegistrationDeps): NodeRegistration {
  let current: Node | undefined;
  return {
    current: () => current,
    async publish(status, signal) {
      for (let failures = 0; !signal.aborted;) {
        try {
          const node = await ensureNode(deps, signal);
          current = await writeStatus(deps, node, status, signal);
          return;
        } catch (error) {
          failures += 1;
          if (!isConflict(error) || failures > 3) {
            deps.logger.warn('the node could not be reported', { error: messageOf(error) });
          }
          await sleep(deps.clock, backoffMs(RETRY, failures, deps.random), signal).catch(() => undefined);
        }
      }
    },
    follow(onChange, signal) {
      const take = (node: Node | undefined): void => {
        current = node;
        onChange(node === undefined);
      };
      return followNode(deps, { current: () => current, take }, signal);
    },
  };
}

async function ensureNode(deps: RegistrationDeps, signal: AbortSignal): Promise<Node> {
  const { client, nodeName: name, labels } = deps;
  const key = { namespace: '', name };
  try {
    const node = await client.get(nodeKind, key, signal);
    const has = node.metadata.labels ?? {};
    if (Object.entries(labels).every(([label, value]) => has[label] === value)) return node;
    return await client.patch(nodeKind, key, 'merge', { metadata: { labels } }, { signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...labels } },
    spec: {},
  };
  try {
    return await client.create(nodeKind, node, { signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return client.get(nodeKind, key, signal);
  }
}

/** Conditions that others set on the node are kept. */
async function writeStatus(
  deps: RegistrationDeps,
  node: Node,
  status: NodeStatus,
  signal: AbortSignal,
): Promise<Node> {
  const own = status.conditions ?? [];
  const foreign = (node.status?.conditions ?? []).filter(({ type }) => !own.some((one) => one.type === type));
  const written = { ...node, status: { ...status, conditions: [...foreign, ...own] } };
  return deps.client.update(nodeKind, written, { subresource: 'status', signal });
}
