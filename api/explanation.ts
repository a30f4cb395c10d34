// Why an object is as it is, as the API tells it: `…/explanations`. Served by the leader from what it knows at the
// moment, never stored, so it is no kind of the registry. Read-only.
import type { Column } from './definition.ts';
import { NONE, sinceText } from './kinds/columns.ts';
import type { AnyObject, ObjectMeta } from './meta.ts';

/** What one part of the control plane says about one object. */
export interface Explanation extends AnyObject {
  metadata: ObjectMeta;
  /** The object; `namespace` is absent for a cluster-wide one. */
  involvedObject: { apiVersion: string; kind: string; namespace?: string; name: string; uid?: string };
  /** Who says so: a controller, `scheduler`, `agent`, or `pods` for what the object's pods wait for. */
  controller: string;
  /** `type` in kebab-case, with details by type; durations in milliseconds, as of the answer. */
  reasons: readonly ExplainedReason[];
  /** The same for people, one for each reason. */
  sentences: readonly string[];
  /** Since when: the moment of the decision, or of the change that led to it. */
  time: string;
}

/** A reason as data. */
export interface ExplainedReason {
  type: string;
  [detail: string]: unknown;
}

/** Pods that keep a workload waiting, by what they wait for. `of` is the ReplicaSet or Job in between, if any. */
export interface PodsNotReady extends ExplainedReason {
  type: 'pods-not-ready';
  pods: number;
  of?: string;
  cause: string;
}

const columns: readonly Column<Explanation>[] = [
  {
    name: 'Object',
    type: 'string',
    description: 'The object that is explained.',
    value: ({ involvedObject: { kind, name } }) => `${kind}/${name}`,
  },
  {
    name: 'Says',
    type: 'string',
    description: 'Who says so: a controller, the scheduler, the agent, or the pods of the object.',
    value: ({ controller }) => controller,
  },
  {
    name: 'Age',
    type: 'string',
    description: 'Since when.',
    value: ({ time }, nowMs) => sinceText(time, nowMs),
  },
  {
    name: 'Why',
    type: 'string',
    description: 'The reasons.',
    value: ({ sentences }) => (sentences.length === 0 ? NONE : sentences.join('; ')),
  },
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    priority: 1,
    description: 'Name of the explanation itself.',
    value: ({ metadata }) => metadata.name ?? '',
  },
];

/** All that server and clients need to know of the resource. */
export const explanationResource = {
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'Explanation',
  resource: 'explanations',
  singular: 'explanation',
  namespaced: true,
  columns,
  selectableFields: {
    'involvedObject.apiVersion': ({ involvedObject }: Explanation) => involvedObject.apiVersion,
    'involvedObject.kind': ({ involvedObject }: Explanation) => involvedObject.kind,
    'involvedObject.namespace': ({ involvedObject }: Explanation) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }: Explanation) => involvedObject.name,
    'involvedObject.uid': ({ involvedObject }: Explanation) => involvedObject.uid ?? '',
    controller: ({ controller }: Explanation) => controller,
  },
};
