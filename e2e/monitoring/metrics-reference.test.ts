// The reference of metrics is what programs register, and what the shipped rules and dashboards name is in it.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { Registry } from 'prom-client';
import { createHollowHost } from '@gantry/agent/hollow/hollow-host';
import { startAgent } from '@gantry/agent/agent';
import { createToyApi } from '@gantry/agent/toy/toy-api';
import { allControllers } from '@gantry/control-plane/controllers/all-controllers';
import { startTestServer } from '@gantry/control-plane/server/test-server';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { createStoreMetrics } from '@gantry/control-plane/store/store-metrics';
import { METRICS_PAGE, metricSheets, metricsPage } from './metric-sheets.ts';
import { allExpressions, documentedNames, metricsIn, readDashboards, readRules } from './monitoring-files.ts';

const page = readFileSync(METRICS_PAGE, 'utf8');
const documented = documentedNames(page);

/** Names in Prometheus' text. */
const namesIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);

test('docs/reference/metrics.md is what the programs register', (t) => {
  t.is(page, metricsPage(), 'run `make reference`');
});

test('all that a running control plane registers is in the page', async (t) => {
  const registry = new Registry();
  const plane = await startTestServer({
    metrics: { registry, store: createStoreMetrics(registry) },
    controllers: allControllers(systemClock),
    traffic: {
      sums: () => Promise.resolve({ sums: new Map(), atMs: 0 }),
      nodeMetrics: () => Promise.resolve(''),
      surplus: () => 0,
    },
  });
  const text = await (await fetch(`${plane.url}/metrics`)).text();
  await plane.stop();
  const names = namesIn(text);
  t.true(names.length > 40, text.slice(0, 200));
  t.deepEqual(
    names.filter((name) => !documented.has(name)),
    [],
    'add these to control-plane/metrics/all-metrics.ts and run `make reference`',
  );
});

test('all that a running agent registers is in the page', async (t) => {
  const random = seededRandom(1);
  const deps = { clock: systemClock, random, ids: idsFrom(random), logger: silentLogger };
  const host = createHollowHost({ ...deps, name: 'n1', index: 0 });
  const agent = await startAgent({
    ...{ ...deps, transport: createToyApi().transport, runtime: host.openRuntime(), machine: host.machine },
    options: {
      node: {
        name: 'n1',
        labels: {},
        reserved: { cpuMilli: 0, memoryBytes: 0 },
        podsMax: 10,
        agentVersion: 'v1',
      },
      heartbeatIntervalMs: 1_000,
    },
  });
  const names = namesIn(await agent.services.metrics());
  await agent.stop();
  t.true(names.includes('gantry_agent_pods'));
  t.deepEqual(
    names.filter((name) => !documented.has(name)),
    [],
    'add these to agent/metrics/all-metrics.ts and run `make reference`',
  );
});

test('every metric says what it tells, and every label of ours is explained', (t) => {
  const ours = metricSheets().filter(({ title }) => title !== 'Processes');
  const explained = new Set([...page.matchAll(/^\| `(\w+)` \| [^|]+ \|$/gm)].map(([, label]) => label));
  for (const { name, help, labels, type } of ours.flatMap(({ metrics }) => metrics)) {
    t.regex(help, /\.$/, `${name}: the help is a sentence`);
    t.is(name.endsWith('_total'), type === 'counter', `${name}: counters end with _total, nothing else does`);
    for (const label of labels)
      t.true(explained.has(label), `explain ${label} in render-metrics-reference.ts`);
  }
});

test('rules and dashboards name no metric that there is not', (t) => {
  const all = allExpressions();
  t.true(all.length > 100);
  for (const { where, text } of all)
    for (const name of metricsIn(text)) t.true(documented.has(name), `${where}: there is no ${name}`);
});

test('alerts have a severity, a summary and what to do', (t) => {
  const alerts = readRules().filter(({ alert }) => alert !== undefined);
  t.true(alerts.length > 20);
  for (const { alert = '', labels, annotations } of alerts) {
    t.regex(alert, /^Gantry[A-Z]/);
    t.regex(labels?.['severity'] ?? '', /^(critical|warning)$/, alert);
    t.truthy(annotations?.['summary'], alert);
    t.truthy(annotations?.['runbook'], alert);
  }
});

test('dashboards are whole: ids of their own, places that do not overlap, variables that are defined', (t) => {
  const dashboards = readDashboards();
  t.is(new Set(dashboards.map(({ uid }) => uid)).size, dashboards.length);
  for (const { uid, panels, templating } of dashboards) {
    t.is(new Set(panels.map(({ id }) => id)).size, panels.length, uid);
    const variables = new Set(templating.list.map(({ name }) => name));
    t.true(variables.has('datasource'), uid);
    const taken = new Set<string>();
    for (const { title, gridPos, targets } of panels) {
      t.true(targets.length > 0, `${uid}: ${title}`);
      t.is(new Set(targets.map(({ refId }) => refId)).size, targets.length, `${uid}: ${title}`);
      t.true(gridPos.x + gridPos.w <= 24, `${uid}: ${title}`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          t.false(taken.has(`${x}/${y}`), `${uid}: ${title} lies on another panel`);
          taken.add(`${x}/${y}`);
        }
      for (const { expr } of targets)
        for (const [, name = ''] of expr.matchAll(/"\$(\w+)"/g))
          t.true(variables.has(name), `${uid}: $${name}`);
    }
  }
});
