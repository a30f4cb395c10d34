// A Service of type LoadBalancer with a real HAProxy and a real kernel: reached at the node, and limited to ranges.
import test from 'ava';
import type { ServiceSpec } from '@gantry/api/kinds/service';
import { openBench, pods, requests, startPods } from './test-bench.ts';
import { aService, aSlice } from './test-services.ts';

const NODE = '10.244.0.254';
const slices = [aSlice('web', pods)];
const web = (more: Partial<ServiceSpec> = {}) =>
  aService('web', '10.96.0.1', undefined, { type: 'LoadBalancer', ...more });

test.serial(
  'it is reached at the address of the node, by whom its ranges let in, without a reload',
  async (t) => {
    const bench = await openBench(t);
    await startPods(bench);
    await bench.apply({ services: [aService('web', '10.96.0.1')], slices });
    const { reloads } = bench.proxy.metrics();
    const ask = async (): Promise<string[]> =>
      Object.keys(JSON.parse(await bench.run(requests(`http://${NODE}/`, 6))) as object).sort();
    t.deepEqual(await ask(), ['ECONNREFUSED']);
    await bench.apply({ services: [web()], slices });
    t.deepEqual(await ask(), pods);
    await bench.apply({ services: [web({ loadBalancerSourceRanges: ['192.0.2.0/24'] })], slices });
    t.deepEqual(await ask(), ['ECONNREFUSED']);
    await bench.apply({
      services: [web({ loadBalancerSourceRanges: ['192.0.2.0/24', '10.0.0.0/8', '10.244.0.0/16'] })],
      slices,
    });
    t.deepEqual(await ask(), pods);
    t.is(bench.proxy.metrics().reloads, reloads);
  },
);

test.serial('a port that a program of the node listens on is left to it, and the node says so', async (t) => {
  const bench = await openBench(t);
  await startPods(bench);
  const program = bench.program(`
    require('node:http').createServer((q, a) => a.end('mine')).listen(80, '${NODE}', () => console.log('up'))`);
  await new Promise((resolve) => program.stdout?.once('data', resolve));
  await bench.apply({ services: [web()], slices });
  t.deepEqual(JSON.parse(await bench.run(requests(`http://${NODE}/`, 3))), { mine: 3 });
  t.regex(bench.proxy.listenerFault() ?? '', /shop\/web\/80: port 80 of this node is held by/);
});
