// Over real resources: defaults and checks must not make the controller write for ever, and it has to be quick.
import test from 'ava';
import { endpointSliceKind } from '@gantry/api/kinds/endpoint-slice';
import { podKind } from '@gantry/api/kinds/pod';
import { serviceKind } from '@gantry/api/kinds/service';
import { given, startTestEngine, type TestEngine } from '../../engine/test-engine.ts';
import type { Controller } from '../../engine/controller.ts';
import { createGarbageControllers } from '../garbage-collection/garbage-controllers.ts';
import { findKind, kinds } from '@gantry/api/registry';
import { endpointSliceController } from './endpoint-slice-controller.ts';
import { aRunningPod, aService, SERVICE_KEY } from './toy-service.ts';

async function withPod(lab: TestEngine, number: number): Promise<void> {
  const { status, ...pod } = aRunningPod(number);
  await given(lab, podKind, pod);
  const key = { namespace: 'default', name: `web-${number}` };
  const ready = (current: object): never => ({ ...current, status }) as never;
  await lab.resources.update(podKind, key, 'status', ready, lab.context());
}

const readyIn = (lab: TestEngine): number =>
  lab.cache
    .list(endpointSliceKind)
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ conditions }) => conditions?.ready === true).length;

test('slices follow pods, nothing is written while nothing changes, and all goes with the Service', async (t) => {
  const lab = await startTestEngine();
  const stop = lab.run(
    endpointSliceController(),
    ...(createGarbageControllers(kinds, findKind) as Controller[]),
  );
  const { uid: _, ...metadata } = aService().metadata;
  await given(lab, serviceKind, { ...aService(), metadata });
  for (const number of [1, 2, 3]) await withPod(lab, number);
  await lab.until('three endpoints are ready', () => readyIn(lab) === 3);
  await lab.still();
  const { revision } = lab.cache;
  lab.clock.advance(20_000);
  await lab.still();
  t.is(lab.cache.revision, revision);
  t.is(lab.cache.list(endpointSliceKind).length, 1);
  await lab.resources.delete(
    podKind,
    { namespace: 'default', name: 'web-2' },
    { gracePeriodSeconds: 0 },
    lab.context(),
  );
  await lab.until('two endpoints are ready', () => readyIn(lab) === 2);
  await lab.resources.delete(serviceKind, SERVICE_KEY, { propagationPolicy: 'Background' }, lab.context());
  for (let second = 0; second < 30; second += 1) {
    lab.clock.advance(1_000);
    await lab.still();
  }
  t.deepEqual(lab.cache.list(endpointSliceKind), []);
  await stop();
  await lab.close();
});
