// What is wrong right now, worst first, each with its reason and the place to look. Pure.
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { podStatusWord } from '@gantry/api/kinds/pod/pod-columns';
import { podTrouble } from '@gantry/api/kinds/pod/pod-trouble';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Tone } from '../../parts/badge.tsx';
import { isUnplaced } from '../../parts/pod-words.ts';
import { objectHref } from '../../shell/route.ts';

/** One thing that is wrong. */
export interface Trouble {
  tone: Extract<Tone, 'bad' | 'warn'>;
  /** `Node`, `Pod`. */
  kind: string;
  name: string;
  href: string;
  why: string;
}

/** What is looked at. */
export interface Looked {
  nodes: readonly Node[];
  pods: readonly Pod[];
  rollouts: readonly Rollout[];
  deployments: readonly Deployment[];
}

/** A pod that does not run is no trouble before this. */
const PATIENCE_MS = 15_000;
/** Shown at most. */
export const TROUBLES_MAX = 50;

/** The troubles, nodes first, since theirs explain the others. */
export function troublesOf({ nodes, pods, rollouts, deployments }: Looked, nowMs: number): Trouble[] {
  const all = [
    ...nodes.flatMap(nodeTroubles),
    ...rollouts.flatMap(rolloutTroubles),
    ...deployments.flatMap(deploymentTroubles),
    ...pods.flatMap((pod) => podTroubles(pod, nowMs)),
  ];
  return [...all.filter(({ tone }) => tone === 'bad'), ...all.filter(({ tone }) => tone === 'warn')];
}

function nodeTroubles({ metadata: { name = '' }, spec, status }: Node): Trouble[] {
  const at = { kind: 'Node', name, href: objectHref('nodes', undefined, name) };
  const conditions = status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const found: Trouble[] = [];
  if (ready?.status !== 'True')
    found.push({ ...at, tone: 'bad', why: ready?.message ?? 'has not been heard of yet' });
  for (const { type, status: holds, message } of conditions)
    if (type !== 'Ready' && holds === 'True') found.push({ ...at, tone: 'warn', why: message ?? type });
  if (spec.unschedulable === true)
    found.push({ ...at, tone: 'warn', why: 'takes no new pods: it is cordoned' });
  return found;
}

function rolloutTroubles({ metadata: { name = '', namespace }, status }: Rollout): Trouble[] {
  if (status?.phase !== 'Degraded') return [];
  const href = objectHref('rollouts', namespace, name);
  return [{ tone: 'bad', kind: 'Rollout', name, href, why: status.message ?? 'is degraded' }];
}

function deploymentTroubles({ metadata: { name = '', namespace }, status }: Deployment): Trouble[] {
  return (status?.conditions ?? [])
    .filter(
      ({ type, status: holds }) =>
        (type === 'Progressing' && holds === 'False') || (type === 'ReplicaFailure' && holds === 'True'),
    )
    .map(({ message, type }) => ({
      tone: 'bad',
      kind: 'Deployment',
      name,
      href: objectHref('deployments', namespace, name),
      why: message ?? type,
    }));
}

const WORDS_OF_HEALTH: ReadonlySet<string> = new Set(['Running', 'Completed', 'Terminating', 'Succeeded']);

function podTroubles(pod: Pod, nowMs: number): Trouble[] {
  const { name = '', namespace, creationTimestamp } = pod.metadata;
  const word = podStatusWord(pod);
  const at = { kind: 'Pod', name, href: objectHref('pods', namespace, name) };
  const ageMs = nowMs - Date.parse(creationTimestamp ?? '');
  if (WORDS_OF_HEALTH.has(word)) {
    const ready = (pod.status?.conditions ?? []).find(({ type }) => type === 'Ready');
    if (word !== 'Running' || ready === undefined || ready.status === 'True' || ageMs < PATIENCE_MS)
      return [];
    return [{ ...at, tone: 'warn', why: ready.message ?? 'runs, but is not ready' }];
  }
  const isNew = ageMs < PATIENCE_MS;
  if (isNew && (word === 'Pending' || word === 'ContainerCreating' || word.startsWith('Init:'))) return [];
  return [{ ...at, tone: 'bad', why: whyOf(pod, word) }];
}

function whyOf(pod: Pod, word: string): string {
  const { status, metadata } = pod;
  const said = podTrouble(pod);
  if (isUnplaced(pod) && said !== undefined) return said;
  return `${word}${said === undefined ? '' : `: ${said}`}${status?.message === undefined ? '' : ` (${status.message})`}`.concat(
    metadata.deletionTimestamp === undefined ? '' : ', and is being deleted',
  );
}
