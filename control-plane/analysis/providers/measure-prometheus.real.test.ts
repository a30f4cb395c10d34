// Against a real Prometheus on loopback, which scrapes itself: what it answers, and what is said when it is down.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { sleep, systemClock } from '@gantry/kit/clock';
import { freePorts } from '@gantry/kit/etcd-process';
import { messageOf } from '@gantry/kit/operational-error';
import { startPrometheusAt } from '@gantry/kit/prometheus-process';
import type { Measured } from '../measure.ts';
import type { PrometheusMetric } from '@gantry/api/kinds/analysis/provider';
import { testRun, webMetric } from '../test-runs.ts';
import { createHttp } from './http.ts';
import { createPrometheusMeasure } from './measure-prometheus.ts';

const READY_WITHIN_MS = 60_000;

/** The password `open sesame`, as bcrypt has it. */
const USERS = 'basic_auth_users: { ali: "$2b$04$EoyjMhviJKbFGwOYPz8Cz.kznkYi1/nle2t6pk431vBaIBDdEQnHO" }\n';

async function withPrometheus(use: (address: string) => Promise<void>, users?: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-prometheus-'));
  const [port = 0] = await freePorts(1);
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 1s }\nscrape_configs:\n- job_name: self\n  static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`,
  );
  const web = users === undefined ? undefined : join(folder, 'web.yml');
  if (web !== undefined) writeFileSync(web, users ?? '');
  const prometheus = await startPrometheusAt(folder, config, port, web);
  try {
    await use(prometheus.address);
  } finally {
    await prometheus.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return prometheus.address;
}

const measure = createPrometheusMeasure(createHttp(systemClock), systemClock);

async function ask(
  address: string,
  query: string,
  successCondition: string,
  more: Partial<PrometheusMetric> = {},
): Promise<Measured['measurement']> {
  const metric = {
    ...webMetric('m', { provider: { prometheus: { address, query, timeout: 5, ...more } } }),
    successCondition,
  };
  try {
    const request = { run: testRun({ metrics: [metric] }), metric, startedAt: '' };
    return (await measure(request, new AbortController().signal)).measurement;
  } catch (error) {
    return { phase: 'Error', message: messageOf(error) };
  }
}

test('a real Prometheus: values, NaN, no values, bad queries, and none at all', async (t) => {
  const address = await withPrometheus(async (at) => {
    const untilMs = systemClock.nowMs() + READY_WITHIN_MS;
    while ((await ask(at, 'up{job="self"}', 'result[0] == 1')).phase !== 'Successful') {
      if (systemClock.nowMs() > untilMs) throw new Error('it never scraped itself');
      await sleep(systemClock, 200);
    }
    t.deepEqual(await ask(at, 'up', 'result[0] == 1'), { phase: 'Successful', value: '[1]' });
    t.deepEqual(await ask(at, 'scalar(up) * 0.5', 'result > 0.9'), { phase: 'Failed', value: '0.5' });
    t.like(await ask(at, 'up * 0 / 0', 'result[0] > 0.9'), { phase: 'Inconclusive', value: '[NaN]' });
    t.like(await ask(at, 'up / 0', 'isInf(result[0])'), { phase: 'Successful', value: '[Infinity]' });
    t.like(await ask(at, 'up{job="other"}', 'result[0] > 0.9'), {
      phase: 'Error',
      message: 'successCondition: the result is an empty list',
    });
    t.regex(
      (await ask(at, 'up{', 'result[0] > 0.9')).message ?? '',
      /^Prometheus refuses the query: .*parse error/,
    );
    t.regex((await ask(at, 'up[5m]', 'result[0] > 0.9')).message ?? '', /with a matrix/);
    const rangeQuery = { start: 'now() - duration("3s")', end: 'now()', step: '1s' };
    t.like(await ask(at, 'vector(2)', 'len(result) == 4 && all(result, # == 2)', { rangeQuery }), {
      phase: 'Successful',
      value: '[2,2,2,2]',
    });
    const backwards = { ...rangeQuery, end: 'now() - duration("1h")' };
    t.regex(
      (await ask(at, 'up', 'true', { rangeQuery: backwards })).message ?? '',
      /^Prometheus refuses the query: .*end timestamp must not be before start/,
    );
  });
  const down = await ask(address, 'up', 'result[0] == 1');
  t.is(down.phase, 'Error');
  t.regex(down.message ?? '', /cannot be reached: .*ECONNREFUSED/);
});

test('a real Prometheus that asks for a password', async (t) => {
  await withPrometheus(async (at) => {
    const asked = async (password: string) => {
      const basicAuth = { username: 'ali', password };
      return ask(at, 'vector(1)', 'result[0] == 1', { authentication: { basicAuth } });
    };
    t.like(await asked('open sesame'), { phase: 'Successful' });
    t.regex((await asked('wrong')).message ?? '', /^Prometheus answered with 401/);
  }, USERS);
});
