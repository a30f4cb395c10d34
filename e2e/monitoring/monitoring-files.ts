// The shipped files of manifests/monitoring as tests look at them: every expression, and every metric that it names.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** From the root of the repository. */
export const MONITORING_FOLDER = join('manifests', 'monitoring');

/** An expression and where it stands. */
export interface Expression {
  where: string;
  text: string;
}

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface Dashboard {
  uid: string;
  title: string;
  templating: { list: { name: string; type: string; query: string | { query: string } }[] };
  panels: {
    id: number;
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: { expr: string; refId: string }[];
  }[];
}

export function readRules(): Rule[] {
  const { groups } = parse(readFileSync(join(MONITORING_FOLDER, 'alerts.yml'), 'utf8')) as {
    groups: { rules: Rule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

export function readDashboards(): Dashboard[] {
  const folder = join(MONITORING_FOLDER, 'dashboards');
  return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard);
}

/** All of rules and dashboards, variables of Grafana filled in. */
export function allExpressions(): Expression[] {
  const rules = readRules().map(({ alert, record, expr }) => ({
    ...{ where: alert ?? record ?? '', text: expr },
  }));
  const panels = readDashboards().flatMap(({ uid, panels, templating }) => [
    ...panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({ where: `${uid}: ${title}`, text: filledIn(expr) })),
    ),
    ...templating.list.flatMap(({ name, query }) => {
      const series =
        typeof query === 'string' ? undefined : /^label_values\((.+), \w+\)$/.exec(query.query)?.[1];
      return series === undefined ? [] : [{ where: `${uid}: variable ${name}`, text: filledIn(series) }];
    }),
  ]);
  return [...rules, ...panels];
}

/** As Grafana would for "All" and a short range. */
function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll(/"\$\w+"/g, '".*"');
}

/** Metrics that an expression names; what rules record and Prometheus itself makes is left out. */
export function metricsIn(expr: string): string[] {
  const bare = expr.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...bare.matchAll(/(?<![\w:])(?:gantry|node_collector|process|nodejs)_\w+(?![\w:]*:)/g)].map(
    ([name]) => name,
  );
}

/** The names of a page of the reference, with those that a histogram brings. */
export function documentedNames(page: string): Set<string> {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram|summary) \|/gm)];
  return new Set(
    rows.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}
