// What the reference of metrics is made of.
import { allNodeMetrics } from '@gantry/agent/metrics/all-metrics';
import { allControlPlaneMetrics } from '@gantry/control-plane/metrics/all-metrics';
import type { MetricDescription } from '@gantry/kit/metric-description';
import { renderMetricsReference, type MetricSheet } from './render-metrics-reference.ts';

/** Where the page is, from the root of the repository. */
export const METRICS_PAGE = 'docs/reference/metrics.md';

const isProcess = ({ name }: MetricDescription): boolean => /^(process|nodejs)_/.test(name);
const isService = ({ name }: MetricDescription): boolean => /^gantry_(service|proxy|dns|flag)_/.test(name);

/** By endpoint and subject. */
export function metricSheets(): MetricSheet[] {
  const controlPlane = allControlPlaneMetrics();
  const node = allNodeMetrics();
  return [
    {
      title: 'Control plane',
      intro:
        '`/metrics` of each replica. Those of the scheduler and of controllers grow where a replica leads; those about objects are the same on all.',
      metrics: controlPlane.filter((metric) => !isProcess(metric)),
    },
    {
      title: 'Agents',
      intro: '`/api/v1/nodes/NAME/proxy/metrics`, and `/metrics` at `--metrics-address`.',
      metrics: node.filter((metric) => !isProcess(metric) && !isService(metric)),
    },
    {
      title: 'Proxies, names and flags of nodes',
      intro:
        'At the same endpoint as those of the agent: what went through Services from this node, and what serves pods beside HAProxy. Nodes without a service proxy have none of the first two.',
      metrics: node.filter(isService),
    },
    {
      title: 'Processes',
      intro: 'Of every control plane and agent; several hollow nodes that share a process have none.',
      metrics: controlPlane.filter(isProcess),
    },
  ];
}

/** The page as it should be. */
export function metricsPage(): string {
  return renderMetricsReference(metricSheets());
}
