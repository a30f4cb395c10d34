// One object in words: its kind's describer, or the general one, then why it is so, and its events. Pure.
import { formatAge } from '@gantry/api/duration';
import type { Event } from '@gantry/api/kinds/event';
import type { AnyObject } from '@gantry/api/meta';
import { analysisRunDescriber } from './describe-analysis.ts';
import { anyDescriber } from './describe-any.ts';
import { featureFlagDescriber } from './describe-feature-flag.ts';
import { experimentDescriber } from './describe-experiment.ts';
import {
  gatewayClassDescriber,
  gatewayDescriber,
  ingressDescriber,
  routeDescriber,
} from './describe-gateway.ts';
import { nodeDescriber } from './describe-node.ts';
import { podDescriber } from './describe-pod.ts';
import { rolloutDescriber } from './describe-rollout.ts';
import { serviceDescriber } from './describe-service.ts';
import {
  cronJobDescriber,
  daemonSetDescriber,
  deploymentDescriber,
  jobDescriber,
  replicaSetDescriber,
} from './describe-workloads.ts';
import type { Describer, Surroundings } from './describer.ts';
import { NONE, renderFields, type Field } from './layout.ts';

const DESCRIBERS: Readonly<Record<string, Describer>> = {
  AnalysisRun: analysisRunDescriber,
  Experiment: experimentDescriber,
  FeatureFlag: featureFlagDescriber,
  Pod: podDescriber,
  Node: nodeDescriber,
  Deployment: deploymentDescriber,
  ReplicaSet: replicaSetDescriber,
  DaemonSet: daemonSetDescriber,
  Job: jobDescriber,
  CronJob: cronJobDescriber,
  Rollout: rolloutDescriber,
  Service: serviceDescriber,
  GatewayClass: gatewayClassDescriber,
  Gateway: gatewayDescriber,
  HTTPRoute: routeDescriber,
  TCPRoute: routeDescriber,
  Ingress: ingressDescriber,
};

/** The describer of a kind. */
export function describerOf(kind: string): Describer {
  return DESCRIBERS[kind] ?? anyDescriber;
}

/** What is told of an object from beside it. */
export interface Told {
  /** Why it is as it is; the section is left out when there is nothing to say. */
  why: readonly string[];
  /** Undefined leaves that section out. */
  events: readonly Event[] | undefined;
}

/** The object as text. */
export function describeObject(object: AnyObject, around: Surroundings, { why, events }: Told): string {
  const fields = describerOf(object.kind).describe(object, around);
  const news = why.filter((line) => !fields.some(([, content]) => isTold(line, content)));
  return renderFields([
    ...fields,
    ['Why', news.length === 0 ? undefined : news],
    ...(events === undefined ? [] : [eventsField(events, around.nowMs)]),
  ]);
}

/** Whether a field says it already: the status of some kinds keeps what its controller has found. */
function isTold(line: string, content: Field[1]): boolean {
  return content === line || (Array.isArray(content) && content.includes(line));
}

function eventsField(events: readonly Event[], nowMs: number): Field {
  if (events.length === 0) return ['Events', NONE];
  const rows = events
    .toSorted((a, b) => lastSeenMs(a) - lastSeenMs(b) || revisionOf(a) - revisionOf(b))
    .map((event) => [
      event.type ?? '',
      event.reason ?? '',
      ageText(event, nowMs),
      event.source?.component ?? event.reportingComponent ?? '',
      (event.message ?? '').trim(),
    ]);
  return ['Events', { rows: [['Type', 'Reason', 'Age', 'From', 'Message'], ...rows] }];
}

function ageText(event: Event, nowMs: number): string {
  const age = formatAge(nowMs - lastSeenMs(event));
  const count = event.series?.count ?? event.count ?? 1;
  if (count <= 1) return age;
  const firstMs = Date.parse(event.firstTimestamp ?? event.eventTime ?? '');
  return Number.isNaN(firstMs)
    ? `${age} (x${count})`
    : `${age} (x${count} over ${formatAge(nowMs - firstMs)})`;
}

function lastSeenMs(event: Event): number {
  const { series, lastTimestamp, eventTime, metadata } = event;
  return Date.parse(
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '',
  );
}

/** Orders what happened within the same second. */
const revisionOf = ({ metadata }: Event): number => Number(metadata.resourceVersion ?? 0);
