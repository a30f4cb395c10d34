// The shipped monitoring against a real Prometheus and a real cluster: it finds its targets by the API with a token that may do
// nothing else, every rule and every panel can be evaluated, and nothing is served that the reference does not name.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { renderTrafficMetrics } from '@gantry/agent/traffic-metrics/render-traffic-metrics';
import { rowOf } from '@gantry/api/service-traffic';
import { readText } from '@gantry/api/answer-body';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { startPrometheus, type PrometheusProcess } from '@gantry/kit/prometheus-process';
import { startLocalWorld, waitFor } from '../cluster/local-world.ts';
import { container, deploymentOf, Stage } from '../cluster/stage.ts';
import { METRICS_PAGE } from './metric-sheets.ts';
import { allExpressions, documentedNames, metricsIn, MONITORING_FOLDER } from './monitoring-files.ts';

const run = promisify(execFile);
const NODES = 2;
const TEXT_BYTES_MAX = 8 * 1024 ** 2;

let stage: Stage;
let folder: string;
let prometheus: PrometheusProcess;

test.before(async () => {
  stage = new Stage(await startLocalWorld({ agents: [] }));
  await stage.world.startHollowNodes('hollow', NODES);
  const namespace = await stage.namespace('shop');
  const app = container(undefined, {
    image: 'hollow.example/web:1',
    imagePullPolicy: 'IfNotPresent',
    readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
  });
  await stage.make(namespace, deploymentOf('web', 2, {}, { containers: [app] }));
  await waitFor('the pods', async () => {
    const { status } = await stage.client.get(deploymentKind, { namespace, name: 'web' });
    return status?.availableReplicas === 2;
  });
  folder = mkdtempSync(join(tmpdir(), 'gantry-monitoring-'));
  cpSync(MONITORING_FOLDER, folder, { recursive: true });
  writeFileSync(join(folder, 'token'), await tokenOf('gantry:monitors'));
  cpSync(join(stage.world.folder, 'pki', 'ca.crt'), join(folder, 'ca.crt'));
  const config = readFileSync(join(folder, 'prometheus.yml'), 'utf8');
  writeFileSync(
    join(folder, 'prometheus.yml'),
    config
      .replaceAll('127.0.0.1:6443', new URL(apiUrl()).host)
      .replace('scrape_interval: 15s', 'scrape_interval: 1s')
      .replace('scrape_timeout: 10s', 'scrape_timeout: 1s')
      .replace('evaluation_interval: 15s', 'evaluation_interval: 1s'),
  );
  prometheus = await startPrometheus(folder, join(folder, 'prometheus.yml'));
});

test.after.always(async () => {
  await prometheus?.stop();
  await stage?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

function apiUrl(): string {
  return /server: (\S+)/.exec(readFileSync(stage.world.kubeconfig, 'utf8'))?.[1] ?? '';
}

async function tokenOf(group: string): Promise<string> {
  const ran = await stage.gantry([
    'token',
    'create',
    '--user',
    'prometheus',
    '--group',
    group,
    '--valid',
    '1h',
  ]);
  if (ran.code !== 0) throw new Error(ran.err);
  return ran.out.trim();
}

async function ask<T>(path: string): Promise<T> {
  const answer = (await (await fetch(`${prometheus.address}/api/v1/${path}`)).json()) as {
    status: string;
    error?: string;
    data: T;
  };
  if (answer.status !== 'success') throw new Error(`${path}: ${answer.error ?? ''}`);
  return answer.data;
}

interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

async function query(expr: string): Promise<Sample[]> {
  const { result } = await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expr)}`);
  return result;
}

async function textOf(path: string): Promise<string> {
  const answer = await stage.client.raw({ method: 'GET', path });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
  return readText(answer.body, TEXT_BYTES_MAX);
}

/** What promtool says; nothing when all is well. */
async function promtool(args: readonly string[], input?: string): Promise<string> {
  const running = run('promtool', [...args], { cwd: folder });
  running.child.stdin?.end(input);
  return running.then(
    () => '',
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
}

test.serial('promtool takes the configuration, the rules, and their tests', async (t) => {
  t.is(await promtool(['check', 'config', 'prometheus.yml']), '');
  t.is(await promtool(['check', 'rules', 'alerts.yml']), '');
  t.is(await promtool(['test', 'rules', 'alerts.test.yml']), '');
  const wrong = readFileSync(join(folder, 'alerts.yml'), 'utf8').replace('> 0.05 and', '> 0.5 and');
  writeFileSync(join(folder, 'wrong.yml'), wrong);
  const tests = readFileSync(join(folder, 'alerts.test.yml'), 'utf8').replace('- alerts.yml', '- wrong.yml');
  writeFileSync(join(folder, 'wrong.test.yml'), tests);
  t.regex(await promtool(['test', 'rules', 'wrong.test.yml']), /GantryServiceFailing/);
});

test.serial('every replica and node is found and up', async (t) => {
  await waitFor('the targets', async () => (await query('up == 1')).length === 1 + NODES);
  const ups = await query('up');
  t.deepEqual(
    ups.map(({ metric }) => `${metric['job']} ${metric['instance']} ${metric['node'] ?? ''}`.trim()).sort(),
    [
      `gantry-control-plane ${new URL(apiUrl()).host}`,
      'gantry-node hollow-0 hollow-0',
      'gantry-node hollow-1 hollow-1',
    ],
  );
});

test.serial(
  'every expression of rules and dashboards can be evaluated, and names what the reference has',
  async (t) => {
    const documented = documentedNames(readFileSync(METRICS_PAGE, 'utf8'));
    for (const { where, text } of allExpressions()) {
      await t.notThrowsAsync(query(text), where);
      for (const name of metricsIn(text)) t.true(documented.has(name), `${where}: ${name}`);
    }
    const names = await ask<string[]>('label/__name__/values');
    const strange = names.filter((name) => /^(gantry|node_collector)_/.test(name) && !documented.has(name));
    t.deepEqual(strange, []);
  },
);

test.serial(
  'rules are evaluated without an error, and no alert is up for a cluster that is well',
  async (t) => {
    interface Group {
      rules: { name: string; health: string; lastError?: string }[];
    }
    await waitFor('the rules', async () => {
      const { groups } = await ask<{ groups: Group[] }>('rules');
      return groups.flatMap(({ rules }) => rules).every(({ health }) => health !== 'unknown');
    });
    const { groups } = await ask<{ groups: Group[] }>('rules');
    for (const { name, health, lastError } of groups.flatMap(({ rules }) => rules))
      t.is(health, 'ok', `${name}: ${lastError ?? ''}`);
    t.deepEqual(await query('ALERTS{alertstate="firing"}'), []);
  },
);

test.serial('figures are those of the cluster', async (t) => {
  const value = async (expr: string): Promise<string | undefined> => (await query(expr))[0]?.value[1];
  t.is(await value('sum(gantry_leader_is_leader)'), '1');
  t.is(await value('gantry_pods{namespace="shop",phase="Running"}'), '2');
  t.is(await value('sum(gantry_agent_pods{phase="Running"})'), '2');
  t.is(await value('gantry_deployment_replicas_available{namespace="shop",name="web"}'), '2');
  t.is(await value('count(gantry_node_condition{condition="Ready",status="True"} == 1)'), String(NODES));
  t.true(Number(await value('sum(gantry_agent_probes_total{probe="readiness",result="success"})')) >= 2);
  t.true(
    Number(await value('sum(gantry_agent_runtime_operation_seconds_count{operation="start-container"})')) >=
      2,
  );
  t.true(Number(await value('max(gantry_node_heartbeat_age_seconds)')) < 30);
  t.true(Number(await value('time() - max(gantry_agent_last_heartbeat_timestamp_seconds)')) < 30);
  t.true(Number(await value('sum(gantry_controller_passes_total{result="done"})')) > 0);
  t.is(await value('gantry_objects{resource="nodes"}'), String(NODES));
});

test.serial('what is served is clean Prometheus text', async (t) => {
  const row = rowOf({ answers2xx: 5, answers5xx: 1, sessions: 6, connectErrors: 1, bytesIn: 10 });
  const traffic = renderTrafficMetrics([{ service: 'shop/web', revision: 'abc', row }], {
    surplus: 0,
    failures: 0,
  });
  const endpoints = ['/metrics', '/api/v1/nodes/hollow-0/proxy/metrics'];
  for (const text of [...(await Promise.all(endpoints.map(textOf))), traffic]) {
    // Those of Node come from its client library.
    const ours = text
      .split('\n')
      .filter((line) => !/^(# (HELP|TYPE) )?(nodejs|process)_/.test(line))
      .join('\n');
    t.is(await promtool(['check', 'metrics'], ours), '');
  }
});

test.serial('the token of a Prometheus is for figures alone, and others may not read them', async (t) => {
  const as = async (token: string, path: string): Promise<number> => {
    const args = ['--silent', '--cacert', 'ca.crt', '--output', 'answer', '--write-out', '%{http_code}'];
    const credentials = token === '' ? [] : ['--header', `Authorization: Bearer ${token}`];
    const { stdout } = await run('curl', [...args, ...credentials, `${apiUrl()}${path}`], { cwd: folder });
    return Number(stdout);
  };
  const figures = ['/metrics', '/sd/prometheus/nodes', '/api/v1/nodes/hollow-0/proxy/metrics'];
  const [monitor, nobody] = [readFileSync(join(folder, 'token'), 'utf8'), await tokenOf('developers')];
  for (const path of figures) {
    t.is(await as(monitor, path), 200, path);
    t.is(await as(nobody, path), 403, path);
    t.is(await as('', path), 401, path);
  }
  for (const path of ['/api/v1/nodes', '/api/v1/nodes/hollow-0', '/api/v1/pods', '/api/v1/secrets'])
    t.is(await as(monitor, path), 403, path);
});
