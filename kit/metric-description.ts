// What a metric is called and what it tells. Rendered into Prometheus' text, and into the reference.

/** A metric without its values. */
export interface MetricDescription {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary';
  labels: readonly string[];
}

/** The lines above the values of a metric, in Prometheus' text. */
export function metricHead({ name, help, type }: MetricDescription): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}
