// Figures at an address of the node, and a runtime that is measured.
import test from 'ava';
import { Registry } from 'prom-client';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { OperationalError } from '@gantry/kit/operational-error';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { Runtime } from '../runtime/runtime.ts';
import { createAgentMetrics } from './agent-metrics.ts';
import { measuredRuntime } from './measured-runtime.ts';
import { serveMetrics } from './metrics-listener.ts';

test('figures are at /metrics and nowhere else; too many scrapes at once are refused', async (t) => {
  const end = new AbortController();
  const waiting: (() => void)[] = [];
  let isSlow = false;
  const metrics = async (): Promise<string> => {
    if (isSlow) await new Promise<void>((resolve) => waiting.push(resolve));
    return 'up 1\n';
  };
  let running: Promise<void> = Promise.resolve();
  const port = await new Promise<number>((onListening) => {
    const deps = {
      clock: systemClock,
      logger: silentLogger,
      address: '127.0.0.1',
      port: 0,
      metrics,
      onListening,
    };
    running = serveMetrics(deps, end.signal);
  });
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
  const first = await ask('/metrics');
  t.is(await first.text(), 'up 1\n');
  t.is(first.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  t.is((await ask('/')).status, 404);
  t.is((await ask('/metrics', 'POST')).status, 404);
  isSlow = true;
  const slow = Array.from({ length: 4 }, () => ask('/metrics'));
  while (waiting.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  t.is((await ask('/metrics')).status, 503);
  for (const resolve of waiting) resolve();
  for (const one of slow) t.is((await one).status, 200);
  end.abort();
  await running;
  await t.throwsAsync(ask('/metrics'));
});

test('operations of the engine are timed, and their failures counted by code', async (t) => {
  const registry = new Registry();
  const clock = new VirtualClock(0);
  const runtime = {
    removeContainer(id: string) {
      clock.advance(300);
      if (id === 'bad') throw new OperationalError('runtime-unavailable', 'no answer');
      return Promise.resolve();
    },
  } as unknown as Runtime;
  const measured = measuredRuntime(runtime, clock, createAgentMetrics(registry));
  await measured.removeContainer('good');
  await t.throwsAsync(measured.removeContainer('bad'), { message: /no answer/ });
  const text = await registry.metrics();
  t.true(text.includes('gantry_agent_runtime_operation_seconds_count{operation="remove-container"} 2'));
  t.true(text.includes('gantry_agent_runtime_operation_seconds_sum{operation="remove-container"} 0.6'));
  t.true(
    text.includes(
      'gantry_agent_runtime_errors_total{operation="remove-container",code="runtime-unavailable"} 1',
    ),
  );
});
