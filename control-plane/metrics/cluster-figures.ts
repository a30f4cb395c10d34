// Figures about nodes, pods and the number of objects.
import { resourceIdOf } from '@gantry/api/definition';
import { leaseKind, type Lease } from '@gantry/api/kinds/lease';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { kinds } from '@gantry/api/registry';
import { NODE_LEASE_NAMESPACE } from '../auth/node-authorizer.ts';
import { tally, type FigureRow, type ObjectFigure } from './object-figure.ts';

/** Nodes, pods, and how many objects there are. */
export const CLUSTER_FIGURES: readonly ObjectFigure[] = [
  {
    name: 'objects',
    help: 'Stored objects, by resource.',
    labels: ['resource'],
    rows: (cache) =>
      kinds.map((kind): FigureRow => [{ resource: resourceIdOf(kind) }, cache.list(kind).length]),
  },
  {
    name: 'node_condition',
    help: 'Always 1: the status (True, False, Unknown) that a condition of a node has now.',
    labels: ['node', 'condition', 'status'],
    rows: (cache) =>
      cache
        .list<Node>(nodeKind)
        .flatMap(({ metadata: { name: node = '' }, status }) =>
          (status?.conditions ?? []).map((one): FigureRow => [
            { node, condition: one.type, status: one.status },
            1,
          ]),
        ),
  },
  {
    name: 'node_unschedulable',
    help: 'Whether new pods are kept away from a node (cordon).',
    labels: ['node'],
    rows: (cache) =>
      cache
        .list<Node>(nodeKind)
        .map(({ metadata, spec }): FigureRow => [
          { node: metadata.name ?? '' },
          Number(spec?.unschedulable === true),
        ]),
  },
  {
    name: 'node_heartbeat_age_seconds',
    help: "Since a node last renewed its Lease, by the node's clock and this one's.",
    labels: ['node'],
    rows: (cache, nowMs) =>
      cache.list<Lease>(leaseKind, NODE_LEASE_NAMESPACE).flatMap(({ metadata, spec }): FigureRow[] => {
        const renewedMs = Date.parse(spec.renewTime ?? '');
        return Number.isNaN(renewedMs)
          ? []
          : [[{ node: metadata.name ?? '' }, Math.max(0, nowMs - renewedMs) / 1000]];
      }),
  },
  {
    name: 'pods',
    help: 'Pods, by namespace and phase.',
    labels: ['namespace', 'phase'],
    rows: (cache) =>
      tally(
        cache.list<Pod>(podKind).map(({ metadata: { namespace = '' }, status }) => ({
          namespace,
          phase: status?.phase ?? 'Pending',
        })),
      ),
  },
  {
    name: 'pods_without_node',
    help: 'Pods that have no node, by the reason of their condition PodScheduled.',
    labels: ['namespace', 'reason'],
    rows: (cache) =>
      tally(
        cache
          .list<Pod>(podKind)
          .filter(({ spec, status }) => !spec.nodeName && status?.phase !== 'Failed')
          .map((pod) => ({ namespace: pod.metadata.namespace ?? '', reason: whyUnscheduled(pod) })),
      ),
  },
];

function whyUnscheduled({ status }: Pod): string {
  return status?.conditions?.find(({ type }) => type === 'PodScheduled')?.reason ?? 'NotTriedYet';
}
