import test from 'ava';
import { createHollowDisk } from '@gantry/agent/machine/hollow/hollow-disk';
import { createHollowEngine } from '@gantry/agent/runtime/hollow/hollow-engine';
import { createHollowRuntime } from '@gantry/agent/runtime/hollow/hollow-runtime';
import { containerSpec, newPod, sandboxSpec } from '@gantry/agent/runtime/test-specs';
import { noTraffic } from '@gantry/agent/services/hollow-proxy';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { NodeView } from '../invariants/world-view.ts';
import { HostViews } from './host-views.ts';
import { settle } from './settle.ts';

const IMAGE = `sha256:${'a'.repeat(64)}`;

/** A host, looked at after each step of its clock by somebody who remembers and by somebody who does not. */
function observedHost(seed: number) {
  const clock = new VirtualClock(1_000);
  const random = seededRandom(seed);
  const engine = createHollowEngine({
    ...{ clock, random, ids: idsFrom(random), disk: createHollowDisk() },
    ...{ podSubnet: '10.1.0', hostAddress: '10.0.0.1', cpuMilli: 1_000, memoryBytes: 1024 ** 3 },
  });
  const runtime = createHollowRuntime({ engine, nodeName: 'n0' });
  const { leadsTo, busy, byService, splits } = noTraffic();
  const views = new HostViews({});
  const look = (by = views): NodeView => {
    const { containers, sandboxes, changes } = engine.parts.state;
    const held = { containers, sandboxes, changes, leadsTo, busy, byService, splits };
    return by.look(held, engine.isOn, engine.isOn);
  };
  return { clock, random, engine, runtime, look };
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`what is remembered is what there is, whatever happens to the host: seed ${seed}`, async (t) => {
    const { clock, random, engine, runtime, look } = observedHost(seed);
    const pods = ['a', 'b', 'c'].map((name) => newPod(name));
    engine.images.add({ id: IMAGE, names: ['app:1'], sizeBytes: 1 });
    const seen = new Set<NodeView>();

    async function run(pod: (typeof pods)[number], attempt: number): Promise<void> {
      const sandbox = await runtime.createSandbox(sandboxSpec(pod));
      await runtime.startContainer(containerSpec(sandbox, IMAGE, [], { attempt }));
    }
    function happen(draw: number, attempt: number): Promise<unknown> | undefined {
      const { containers, sandboxes } = engine.parts.state;
      const [container, sandbox] = [[...containers.keys()].at(-1) ?? '', [...sandboxes.keys()].at(-1) ?? ''];
      const pod = pods[attempt % pods.length];
      if (draw < 0.4) return pod && run(pod, attempt);
      if (draw < 0.55) return runtime.stopContainer(container, 1);
      if (draw < 0.65) return runtime.removeContainer(container);
      if (draw < 0.75) return runtime.removeSandbox(sandbox);
      if (draw < 0.85) engine.killContainer(container);
      else if (draw < 0.9) engine.killSandbox(sandbox);
      else if (engine.isOn) engine.powerOff();
      else engine.powerOn();
      return undefined;
    }

    for (let step = 0; step < 300; step += 1) {
      happen(random.next(), step)?.catch(() => undefined);
      const node = look();
      t.deepEqual(node, look(new HostViews({})));
      t.is(look(), node);
      seen.add(node);
      clock.step();
      await settle();
      t.deepEqual(look(), look(new HostViews({})));
    }
    t.true(seen.size > 50, `${seen.size} different views`);
  });
}
