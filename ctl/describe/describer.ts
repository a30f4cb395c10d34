// What describing an object needs beside the object itself, and what all kinds have in common. Pure.
import type { EndpointSlice } from '@gantry/api/kinds/endpoint-slice';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { AnyObject } from '@gantry/api/meta';
import { mapLines, NONE, type Field } from './layout.ts';

/** Objects around the one described, as far as its kind asks for them. */
export interface Surroundings {
  pods: readonly Pod[];
  replicaSets: readonly ReplicaSet[];
  /** Those that name the object as their Service. */
  endpointSlices: readonly EndpointSlice[];
  nowMs: number;
}

/** How a kind is described. */
export interface Describer {
  /** Which other objects are read beforehand. */
  needs: { pods?: boolean; replicaSets?: boolean; endpointSlices?: boolean };
  describe(object: AnyObject, around: Surroundings): Field[];
}

/** A describer of one kind as a describer of any: the table that holds it says which kind it gets. */
export function describer<T extends { metadata: AnyObject['metadata'] }>(
  needs: Describer['needs'],
  describe: (object: T, around: Surroundings) => Field[],
): Describer {
  return { needs, describe: (object, around) => describe(object as unknown as T, around) };
}

/** Annotations that only tools read. */
const TOOL_ANNOTATIONS = /^kubectl\.kubernetes\.io\/last-applied-configuration$/;

/** Name, namespace, labels, annotations. */
export function identityFields({ metadata }: { metadata: AnyObject['metadata'] }): Field[] {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => !TOOL_ANNOTATIONS.test(key),
  );
  return [
    ['Name', metadata.name ?? ''],
    ['Namespace', metadata.namespace],
    ['Labels', mapLines(metadata.labels)],
    ['Annotations', mapLines(Object.fromEntries(annotations), ': ')],
  ];
}

/** `ReplicaSet/web-5d9` of the owner that manages the object. */
export function controlledBy({ metadata }: { metadata: AnyObject['metadata'] }): Field {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return ['Controlled By', owner === undefined ? undefined : `${owner.kind}/${owner.name}`];
}

/** Since when and how long an object is being deleted. */
export function deletionFields({ metadata }: { metadata: AnyObject['metadata'] }): Field[] {
  if (metadata.deletionTimestamp === undefined) return [];
  const duties = metadata.finalizers ?? [];
  return [
    ['Deleting Since', timeText(metadata.deletionTimestamp)],
    ['Waits For', duties.length === 0 ? undefined : [...duties]],
  ];
}

/** Conditions as a table. */
export function conditionsField(
  conditions: readonly { type: string; status: string; reason?: string; message?: string }[] | undefined,
): Field {
  if (conditions === undefined || conditions.length === 0) return ['Conditions', undefined];
  const rows = conditions.map(({ type, status, reason = '', message = '' }) => [
    type,
    status,
    reason,
    message,
  ]);
  return ['Conditions', { rows: [['Type', 'Status', 'Reason', 'Message'], ...rows] }];
}

/** A time as people read it; UTC, so that it can be compared with logs of all nodes. */
export function timeText(time: string | null | undefined): string {
  const ms = time === null || time === undefined ? NaN : Date.parse(time);
  return Number.isNaN(ms) ? NONE : new Date(ms).toUTCString().replace('GMT', 'UTC');
}

/** Whether the node is ready and takes new pods. */
export function nodeStateText(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return `${ready ? 'Ready' : 'NotReady'}${node.spec.unschedulable === true ? ',SchedulingDisabled' : ''}`;
}
