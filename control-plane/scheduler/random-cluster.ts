// For tests: clusters and pods of all shapes, drawn from a seed.
import type { Node } from '@gantry/api/kinds/node';
import type {
  Affinity,
  Pod,
  PodAffinityTerm,
  PodSpec,
  TopologySpreadConstraint,
} from '@gantry/api/kinds/pod';
import type { Random } from '@gantry/kit/random';
import { aNode, aPod } from './test-cluster.ts';
import type { PodParts } from './test-cluster.ts';

const ZONES = ['x', 'y', 'z'];
const APPS = ['web', 'db', 'job'];
const TOPOLOGY_KEYS = ['zone', 'rack', 'kubernetes.io/hostname'];
const NAMESPACES = ['default', 'other'];
const MEBIBYTE = 1024 * 1024;

/** Draws. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** 0 up to, not including, `below`. */
  number(below: number): number {
    return Math.floor(this.#random.next() * below);
  }

  one<T>(items: readonly T[]): T {
    return items[this.number(items.length)] as T;
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.number(times) === 0;
  }

  /** A value once in so many times, else nothing. */
  maybe<T>(times: number, value: () => T): T | undefined {
    return this.oneIn(times) ? value() : undefined;
  }
}

/** A node; any part may differ from node to node. */
export function randomNode(draw: Draw, name: string): Node {
  const zone = draw.oneIn(12) ? {} : { zone: draw.one(ZONES) };
  const rack = draw.oneIn(4) ? {} : { rack: `r${draw.number(8)}` };
  const taints = [
    ...(draw.oneIn(6) ? [{ key: 'special', effect: 'NoSchedule' as const }] : []),
    ...(draw.oneIn(6) ? [{ key: 'old', effect: 'PreferNoSchedule' as const }] : []),
  ];
  return aNode(name, {
    labels: { ...zone, ...rack, disk: draw.one(['ssd', 'tape']), gen: String(draw.number(4)) },
    allocatable: {
      cpu: String(1 + draw.number(8)),
      memory: `${1 + draw.number(8)}Gi`,
      pods: String(2 + draw.number(20)),
      ...(draw.oneIn(5) ? { 'example.com/gpu': '2' } : {}),
    },
    ready: draw.oneIn(12) ? draw.one(['False', 'Unknown'] as const) : 'True',
    spec: { taints, ...(draw.oneIn(12) ? { unschedulable: true } : {}) },
    images: draw.oneIn(3) ? [{ names: ['app:1'], sizeBytes: (30 + draw.number(900)) * MEBIBYTE }] : [],
  });
}

/** What pods of one template share. */
export function randomTemplate(draw: Draw, priorities: readonly number[]): PodParts {
  const app = draw.one(APPS);
  const owner = draw.maybe(2, () => `owner-${draw.number(4)}`);
  const hostPort = draw.maybe(8, () => draw.one([80, 443]));
  return {
    namespace: draw.one(NAMESPACES),
    labels: { app, ...(draw.oneIn(3) ? { tier: draw.one(['a', 'b']) } : {}) },
    ...(owner === undefined ? {} : { ownerUid: owner }),
    requests: {
      cpu: draw.one(['0', '100m', '500m', '1', '2']),
      memory: draw.one(['0', '128Mi', '512Mi', '1Gi']),
      ...(draw.oneIn(12) ? { 'example.com/gpu': '1' } : {}),
    },
    ...(hostPort === undefined ? {} : { hostPort }),
    spec: {
      ...randomSpec(draw),
      priority: draw.one(priorities),
      ...(draw.oneIn(5) ? { preemptionPolicy: 'Never' as const } : {}),
    },
  };
}

function randomSpec(draw: Draw): Partial<PodSpec> {
  const affinity = randomAffinity(draw);
  const spread = [
    ...(draw.oneIn(5) ? [randomSpread(draw, 'DoNotSchedule')] : []),
    ...(draw.oneIn(5) ? [randomSpread(draw, 'ScheduleAnyway')] : []),
  ];
  return {
    tolerations: [
      ...(draw.oneIn(3) ? [{ key: 'special', operator: 'Exists' as const }] : []),
      ...(draw.oneIn(12) ? [{ operator: 'Exists' as const }] : []),
    ],
    ...(draw.oneIn(6) ? { nodeSelector: { disk: draw.one(['ssd', 'tape']) } } : {}),
    ...(affinity === undefined ? {} : { affinity }),
    ...(spread.length === 0 ? {} : { topologySpreadConstraints: spread }),
  };
}

function randomSpread(
  draw: Draw,
  whenUnsatisfiable: TopologySpreadConstraint['whenUnsatisfiable'],
): TopologySpreadConstraint {
  const { topologyKey, labelSelector } = randomTerm(draw);
  const selector = labelSelector === undefined ? {} : { labelSelector };
  return { maxSkew: 1 + draw.number(3), topologyKey, whenUnsatisfiable, ...selector };
}

function randomTerm(draw: Draw): PodAffinityTerm {
  const app = draw.one(APPS);
  const labelSelector = draw.oneIn(3)
    ? { matchExpressions: [{ key: 'app', operator: draw.one(['In', 'NotIn'] as const), values: [app] }] }
    : { matchLabels: { app } };
  return {
    topologyKey: draw.one(TOPOLOGY_KEYS),
    labelSelector,
    ...(draw.oneIn(4) ? { namespaces: [...NAMESPACES] } : {}),
  };
}

function randomAffinity(draw: Draw): Affinity | undefined {
  const required = (times: number) => {
    const term = draw.maybe(times, () => randomTerm(draw));
    return term === undefined ? {} : { requiredDuringSchedulingIgnoredDuringExecution: [term] };
  };
  const preferred = (times: number) => {
    const wish = draw.maybe(times, () => ({
      weight: 1 + draw.number(100),
      podAffinityTerm: randomTerm(draw),
    }));
    return wish === undefined ? {} : { preferredDuringSchedulingIgnoredDuringExecution: [wish] };
  };
  return {
    nodeAffinity: randomNodeAffinity(draw),
    podAffinity: { ...required(8), ...preferred(6) },
    podAntiAffinity: { ...required(5), ...preferred(6) },
  };
}

function randomNodeAffinity(draw: Draw): NonNullable<Affinity['nodeAffinity']> {
  const term = () => ({
    matchExpressions: [
      draw.one([
        { key: 'zone', operator: 'In' as const, values: [draw.one(ZONES), draw.one(ZONES)] },
        { key: 'zone', operator: 'NotIn' as const, values: [draw.one(ZONES)] },
        { key: 'gen', operator: 'Gt' as const, values: [String(draw.number(3))] },
        { key: 'rack', operator: 'Exists' as const },
      ]),
    ],
  });
  return {
    ...(draw.oneIn(5)
      ? { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term()] } }
      : {}),
    ...(draw.oneIn(4)
      ? {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1 + draw.number(100), preference: term() },
          ],
        }
      : {}),
  };
}

/** A pod of a template, as the cache shows it; made at that second. */
export function podOf(template: PodParts, name: string, second: number): Pod {
  const pod = aPod(name, template);
  const creationTimestamp = new Date(second * 1_000).toISOString();
  return { ...pod, metadata: { ...pod.metadata, creationTimestamp, generation: 1 } };
}
