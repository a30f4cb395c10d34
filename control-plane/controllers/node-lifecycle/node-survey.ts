// Keeps the survey of all nodes fresh: made anew once a second at most, and at once when a node is found to be away that
// did not stand in line. Only the order of the lines and the turns live here; a new leader starts without them, and
// waits an interval after whoever was condemned last.
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import type { Clock } from '@gantry/kit/clock';
import { invariant } from '@gantry/kit/invariant';
import type { CacheReader } from '../../cache/cache.ts';
import type { Heartbeats } from './heartbeats.ts';
import { healthOf, type Heard } from './health.ts';
import { condemnedAtMs, isCondemned } from './node-taints.ts';
import { isWaiting, surveyOf, waitMs, type FoundNode, type Survey, type Zone } from './survey.ts';
import type { ZoneMetrics } from './zone-metrics.ts';
import { zoneNameOf, type EvictionRates } from './zones.ts';

/** How old a survey may be. */
const SURVEY_AGE_MAX_MS = 1_000;
/**
 * Once somebody stands in line, not made anew more often than this: as often as Kubernetes looks for whom to taint. The
 * first of a zone does not wait.
 */
const SURVEY_AGE_MIN_MS = 100;

export interface NodeSurveyDeps {
  clock: Clock;
  heartbeats: Heartbeats;
  metrics: ZoneMetrics;
  rates: EvictionRates;
}

/** See the head of this file. */
export class NodeSurvey {
  readonly #deps: NodeSurveyDeps;
  #survey: Survey | undefined;

  constructor(deps: NodeSurveyDeps) {
    this.#deps = deps;
  }

  /** How things are around this node, which has just been looked at. */
  around(cache: CacheReader, heard: Heard): { zone: Zone; areAllAway: boolean } {
    const nowMs = this.#deps.clock.nowMs();
    const name = zoneNameOf(heard.node);
    if (this.#survey === undefined || isOutdated(this.#survey, found(heard, nowMs), nowMs)) {
      this.#survey = this.#made(cache, nowMs);
      this.#deps.metrics.surveyed(this.#survey);
    }
    const { areAllAway, zones } = this.#survey;
    const zone = zones.get(name);
    invariant(zone !== undefined, `node ${heard.node.metadata.name ?? ''} stands in zone ${name}`);
    return { zone, areAllAway };
  }

  #made(cache: CacheReader, nowMs: number): Survey {
    const { heartbeats, rates } = this.#deps;
    const nodes = cache.list<Node>(nodeKind).map((node) => {
      const { atMs = nowMs, graceMs = Infinity } = heartbeats.of(node.metadata.name ?? '') ?? {};
      return found({ node, heardAtMs: atMs, graceMs, anyHeardAtMs: heartbeats.anyAtMs }, nowMs);
    });
    return surveyOf(nodes, this.#survey, rates, nowMs);
  }
}

function isOutdated(survey: Survey, node: FoundNode, nowMs: number): boolean {
  const ageMs = nowMs - survey.atMs;
  if (ageMs >= SURVEY_AGE_MAX_MS) return true;
  const zone = survey.zones.get(node.zone);
  if (zone === undefined || (zone.line.size === 0 && isWaiting(node))) return true;
  if (ageMs < SURVEY_AGE_MIN_MS) return false;
  if (zone.line.has(node.name) !== isWaiting(node)) return true;
  return isWaiting(node) && isDue(zone, node.name, nowMs);
}

/** It would be somebody's turn, and nobody has been told. */
function isDue(zone: Zone, node: string, nowMs: number): boolean {
  return waitMs(zone, node, nowMs) === 1;
}

function found(heard: Heard, nowMs: number): FoundNode {
  const { node } = heard;
  const atMs = condemnedAtMs(node);
  return {
    ...{ name: node.metadata.name ?? '', zone: zoneNameOf(node), health: healthOf(heard, nowMs) },
    isCondemned: isCondemned(node),
    ...(atMs === undefined ? {} : { condemnedAtMs: atMs }),
  };
}
