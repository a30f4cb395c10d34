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
import { testRun, webMetric } from '../test-runs.ts';
import { createHttp } from './http.ts';
import { createPrometheusMeasure } from './measure-prometheus.ts';

const READY_WITHIN_MS = 60_000;

async function withPrometheus(use: (address: string) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-prometheus-'));
  const [port = 0] = await freePorts(1);
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 1s }\nscrape_configs:\n- job_name: self\n  static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`,
  );
  const prometheus = await startPrometheusAt(folder, config, port);
  try {
    await use(prometheus.address);
  } finally {
    await prometheus.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return prometheus.address;
}

const measure = createPrometheusMeasure(createHttp(systemClock));

async function ask(
  address: string,
  query: string,
  successCondition: string,
): Promise<Measured['measurement']> {
  const metric = {
    ...webMetric('m', { provider: { prometheus: { address, query, timeout: 5 } } }),
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
  });
  const down = await ask(address, 'up', 'result[0] == 1');
  t.is(down.phase, 'Error');
  t.regex(down.message ?? '', /cannot be reached: .*ECONNREFUSED/);
});
