// The topic of flags: how often those of one FeatureFlag were evaluated, on this replica and on all nodes.
import { readEvaluationCounts, type EvaluationCount } from '@gantry/api/flags/evaluation-counts';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { nodeKind } from '@gantry/api/kinds/node';
import { badRequest, StatusError } from '@gantry/api/status-error';
import { mapBounded } from '@gantry/kit/map-bounded';
import type { ServerDeps } from '../deps.ts';
import { authorizeList } from './authorize-list.ts';
import { FLAG_EVALUATIONS_EVERY_MS } from './live-limits.ts';
import type { Topic } from './topics.ts';

const PATH = '/gantry/v1/live/flag-evaluations';
const NODES_AT_ONCE = 16;

type Deps = Pick<ServerDeps, 'traffic' | 'cache' | 'security' | 'metrics' | 'clock'>;

/** What is told. */
interface EvaluationReport {
  /** RFC 3339. */
  at: string;
  counts: EvaluationCount[];
  /** Nodes that did not answer: their evaluations are missing. */
  silent: string[];
}

/** The topic: `?namespace=N&name=FEATUREFLAG`. */
export function flagEvaluationsTopic(deps: Deps): Topic {
  return {
    path: PATH,
    everyMs: FLAG_EVALUATIONS_EVERY_MS,
    reading(user, query) {
      const [namespace, name] = [query.get('namespace') ?? '', query.get('name') ?? ''];
      if (namespace === '' || name === '') throw badRequest('namespace and name: of a FeatureFlag');
      authorizeList(deps.security, user, featureFlagKind, namespace);
      return {
        name: `${namespace}/${name}`,
        read: () => async (signal) => ({
          type: 'EVALUATIONS',
          object: await reportOf(deps, { namespace, name }, signal),
        }),
      };
    },
  };
}

async function reportOf(
  { traffic, cache, metrics, clock }: Deps,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<EvaluationReport> {
  const nodes = traffic === undefined ? [] : cache.list(nodeKind).map((node) => node.metadata.name ?? '');
  const silent: string[] = [];
  const counts = await mapBounded(nodes, NODES_AT_ONCE, async (node) => {
    try {
      return readEvaluationCounts((await traffic?.nodeMetrics(node, signal)) ?? '');
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      silent.push(node);
      return [];
    }
  });
  const isOurs = ({ labels }: EvaluationCount): boolean =>
    labels.namespace === namespace && labels.feature_flag === name;
  return {
    at: new Date(clock.nowMs()).toISOString(),
    counts: [...metrics.flagEvaluations.all(), ...counts.flat()].filter(isOurs),
    silent: silent.sort(),
  };
}
