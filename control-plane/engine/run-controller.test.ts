import test from 'ava';
import { configMapKind, type ConfigMap } from '@gantry/api/kinds/config-map';
import { podKind } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { controllerReference } from '@gantry/api/owner-references';
import { forbidden, timeout } from '@gantry/api/status-error';
import { configMap, pod } from '../resources/test-resources.ts';
import type { Resources } from '../resources/resources.ts';
import type { Controller, Plan, PlanInputs } from './controller.ts';
import { tellExplanation } from './explanations.ts';
import { QUARANTINE } from './quarantine.ts';
import { runController } from './run-controller.ts';
import { given, startTestEngine, type TestEngine } from './test-engine.ts';
import { ownedTrigger, ownTrigger } from './triggers.ts';

interface Observed {
  map: ConfigMap;
  pods: number;
}

/** Makes as many pods as the ConfigMap's `pods` says; breaks when it says `broken`. */
function podMaker(
  onPlan: (observed: Observed, inputs: PlanInputs) => void = () => undefined,
): Controller<Observed> {
  return {
    name: 'pod-maker',
    definition: configMapKind,
    triggers: [ownTrigger(configMapKind), ownedTrigger(podKind, configMapKind)],
    observe(cache, key) {
      const map = cache.get(configMapKind, key);
      if (map === undefined) return undefined;
      return { map, pods: cache.byIndex(podKind, 'owner', map.metadata.uid ?? '').length };
    },
    plan(observed, inputs): Plan {
      onPlan(observed, inputs);
      const { map, pods } = observed;
      if (map.data?.['pods'] === 'broken') throw new TypeError('cannot read what is not there');
      const missing = Math.max(0, Number(map.data?.['pods'] ?? 0) - pods);
      return {
        actions: Array.from({ length: missing }, () => ownedPod(map, `made-${inputs.ids.suffix(5)}`)),
        ...(map.data?.['recheckMs'] === undefined ? {} : { recheckAfterMs: Number(map.data['recheckMs']) }),
        reasons: missing > 0 ? [{ type: 'making-pods', missing }] : [],
      };
    },
    primary: ({ map }) => map,
  };
}

function ownedPod(map: ConfigMap, name: string) {
  const object = pod(name);
  object.metadata.ownerReferences = [controllerReference(configMapKind, map)];
  return { type: 'create' as const, definition: podKind, object };
}

/** What is known of each object, as of now. */
const told = ({ explanations, clock }: TestEngine): string[] =>
  [...explanations.all()].map(
    (kept) => `${kept.key}: ${tellExplanation(kept, clock.nowMs()).sentences.join('; ')}`,
  );

const podNames = ({ cache }: TestEngine): string[] =>
  cache.list(podKind).map(({ metadata }) => metadata.name ?? '');

async function setData(engine: TestEngine, name: string, data: Record<string, string>): Promise<void> {
  const key = { namespace: 'default', name };
  const change = (current: AnyObject): AnyObject => ({ ...current, data });
  await engine.resources.update(configMapKind, key, 'main', change, engine.context());
}

test('what is there at the start is worked on, and later changes are', async (t) => {
  const engine = await startTestEngine();
  await given(engine, configMapKind, configMap('first', { pods: '2' }));
  const stop = engine.run(podMaker());
  await engine.until('two pods', () => podNames(engine).length === 2);
  await given(engine, configMapKind, configMap('second', { pods: '1' }));
  await engine.until('three pods', () => podNames(engine).length === 3);
  await setData(engine, 'second', { pods: '3' });
  await engine.until('five pods', () => podNames(engine).length === 5);
  await stop();
  await engine.close();
  t.pass();
});

test('after a write the next plan sees it: nothing is made twice', async (t) => {
  const engine = await startTestEngine();
  const seen: number[] = [];
  const stop = engine.run(podMaker(({ pods }) => seen.push(pods)));
  await given(engine, configMapKind, configMap('map', { pods: '5' }));
  await engine.still();
  engine.clock.advance(6000);
  await engine.still();
  await stop();
  t.is(podNames(engine).length, 5);
  t.deepEqual([...new Set(seen)], [0, 5]);
  await engine.close();
});

/** Resources whose creation of pods fails after, or instead of, writing. */
function flaky(failures: { count: number; writes: boolean; error: () => Error }) {
  return (resources: Resources): Resources => ({
    ...resources,
    async create(definition, object, context) {
      if (definition !== podKind || failures.count <= 0) return resources.create(definition, object, context);
      failures.count -= 1;
      if (failures.writes) await resources.create(definition, object, context);
      throw failures.error();
    },
  });
}

test('a write that was made though it seemed to fail is not made again', async (t) => {
  const failures = { count: 3, writes: true, error: () => timeout('no answer') };
  const engine = await startTestEngine(flaky(failures));
  const stop = engine.run(podMaker());
  await given(engine, configMapKind, configMap('map', { pods: '3' }));
  await engine.still();
  engine.clock.advance(1000);
  await engine.still();
  await stop();
  t.is(podNames(engine).length, 3);
  await engine.close();
});

test('a write that may still arrive is asked for under the same name', async (t) => {
  const asked: string[] = [];
  const failures = { count: 2, writes: false, error: () => timeout('no answer') };
  const engine = await startTestEngine((resources) => {
    const inner = flaky(failures)(resources);
    return {
      ...inner,
      create(definition, object, context) {
        if (definition === podKind) asked.push(object.metadata.name ?? '');
        return inner.create(definition, object, context);
      },
    };
  });
  const stop = engine.run(podMaker());
  await given(engine, configMapKind, configMap('map', { pods: '1' }));
  for (let step = 0; step < 5; step += 1) {
    await engine.still();
    engine.clock.advance(100);
  }
  await stop();
  t.is(podNames(engine).length, 1);
  t.is(asked.length, 3);
  t.is(new Set(asked).size, 1);
  await engine.close();
});

test('a refusal backs off, is told to the plan and to the user, and heals', async (t) => {
  const failures = { count: 2, writes: false, error: () => forbidden(podKind, 'x', 'exceeded quota') };
  const engine = await startTestEngine(flaky(failures));
  const told: (string | undefined)[] = [];
  const stop = engine.run(podMaker((_observed, { failure }) => told.push(failure?.code)));
  await given(engine, configMapKind, configMap('map', { pods: '1' }));
  await engine.still();
  t.deepEqual(podNames(engine), []);
  for (let step = 0; step < 5; step += 1) {
    engine.clock.advance(100);
    await engine.still();
  }
  await stop();
  t.is(podNames(engine).length, 1);
  t.deepEqual(told.slice(0, 3), [undefined, 'Forbidden', 'Forbidden']);
  t.is(told.at(-1), undefined);
  const [event] = (await engine.toldEvents()).filter(({ reason }) => reason === 'FailedCreate');
  t.like(event, { type: 'Warning', count: 2, involvedObject: { kind: 'ConfigMap', name: 'map' } });
  t.regex(event?.message ?? '', /^Error creating: .*exceeded quota/);
  t.true(engine.logs.some(({ level, message }) => level === 'warn' && message === 'key backs off'));
  await engine.close();
});

test('an object on which the controller breaks is left alone, told of, and the others go on', async (t) => {
  const engine = await startTestEngine();
  let broken = 0;
  const stop = engine.run(
    podMaker(({ map }) => {
      if (map.metadata.name === 'bad') broken += 1;
    }),
  );
  await given(engine, configMapKind, configMap('bad', { pods: 'broken' }));
  await given(engine, configMapKind, configMap('good', { pods: '1' }));
  await engine.until('the good one has its pod', () => podNames(engine).length === 1);
  t.is(broken, 1);
  const line = engine.logs.find(({ level }) => level === 'error');
  t.like(line, { message: 'controller broke on an object', fields: { key: 'default/bad' } });
  const [event] = (await engine.toldEvents()).filter(({ reason }) => reason === 'ControllerBroke');
  t.is(event?.involvedObject.name, 'bad');
  t.regex(await engine.registry.metrics(), /gantry_controller_poisoned_keys\{controller="pod-maker"\} 1/);
  engine.clock.advance(QUARANTINE.initialMs - 1);
  await engine.still();
  t.is(broken, 1);
  engine.clock.advance(1);
  await engine.until('it is tried again', () => broken === 2);
  await setData(engine, 'bad', { pods: '1' });
  await engine.until('mended, it is worked on at once', () => podNames(engine).length === 2);
  await engine.still();
  t.regex(await engine.registry.metrics(), /gantry_controller_poisoned_keys\{controller="pod-maker"\} 0/);
  await stop();
  await engine.close();
});

test('an unsound plan is a bug too: nothing of it is done', async (t) => {
  const engine = await startTestEngine();
  const maker = podMaker();
  const twice: Controller<Observed> = {
    ...maker,
    plan: (observed) => {
      const action = ownedPod(observed.map, 'same');
      return { actions: [action, action], reasons: [] };
    },
  };
  await given(engine, configMapKind, configMap('map'));
  const stop = engine.run(twice);
  await engine.until('it is noticed', () => engine.logs.some(({ level }) => level === 'error'));
  t.deepEqual(podNames(engine), []);
  t.regex(
    String(engine.logs.find(({ level }) => level === 'error')?.fields?.['error']),
    /two actions on pods default\/same/,
  );
  await stop();
  await engine.close();
});

test('a plan may ask to be made again later', async (t) => {
  const engine = await startTestEngine();
  let plans = 0;
  const stop = engine.run(podMaker(() => (plans += 1)));
  await given(engine, configMapKind, configMap('map', { recheckMs: '30000' }));
  await engine.still();
  t.is(plans, 1);
  engine.clock.advance(29_999);
  await engine.still();
  t.is(plans, 1);
  engine.clock.advance(1);
  await engine.still();
  t.is(plans, 2);
  await stop();
  await engine.close();
});

test('stopped, it writes nothing more and ends', async (t) => {
  const engine = await startTestEngine();
  const stop = engine.run(podMaker());
  await engine.still();
  await stop();
  await given(engine, configMapKind, configMap('late', { pods: '1' }));
  await engine.still();
  t.deepEqual(podNames(engine), []);
  await engine.close();
});

test('what a full queue refuses is looked at once there is room', async (t) => {
  const engine = await startTestEngine();
  engine.engine.queueSizeMax = 3;
  for (let index = 0; index < 12; index += 1) {
    await given(engine, configMapKind, configMap(`map-${index}`, { pods: '1' }));
  }
  const stop = engine.run(podMaker());
  for (let step = 0; step < 12; step += 1) {
    await engine.still();
    engine.clock.advance(1000);
  }
  t.is(podNames(engine).length, 12);
  t.regex(await engine.registry.metrics(), /keys_refused_total\{controller="pod-maker"\} \d/);
  await stop();
  await engine.close();
});

test('an object that a trigger cannot read holds up nobody', async (t) => {
  const engine = await startTestEngine();
  const maker = podMaker();
  const breaking: Controller<Observed> = {
    ...maker,
    triggers: [
      {
        definition: configMapKind,
        keys(object) {
          if (object.metadata.name === 'bad') throw new TypeError('cannot read it');
          return [keyOf(object)];
        },
      },
    ],
  };
  const stop = engine.run(breaking);
  await engine.still();
  await given(engine, configMapKind, configMap('bad', { pods: '1' }));
  await given(engine, configMapKind, configMap('good', { pods: '1' }));
  await engine.until('the good one has its pod', () => podNames(engine).length === 1);
  engine.clock.advance(1000);
  await engine.until('the bad one is found by looking at all', () => podNames(engine).length === 2);
  t.true(engine.logs.some(({ message }) => message === 'trigger broke on an object'));
  await stop();
  await engine.close();
});

test('the reasons of the last plan can be asked for, and when it is tried again', async (t) => {
  const failures = { count: 1000, writes: false, error: () => forbidden(podKind, 'x', 'no') };
  const engine = await startTestEngine(flaky(failures));
  const stop = engine.run(podMaker());
  await given(engine, configMapKind, configMap('map', { pods: '2' }));
  await engine.still();
  t.deepEqual(told(engine), [
    'default/map: making pods missing=2; next try in 1 s: pods "x" is forbidden: no',
  ]);
  await setData(engine, 'map', { pods: '0' });
  await engine.still();
  t.deepEqual(told(engine), []);
  await stop();
  await engine.close();
});

test('an object that is gone is forgotten; one that is set aside is told about', async (t) => {
  const engine = await startTestEngine(
    flaky({ count: 1000, writes: false, error: () => forbidden(podKind, 'x', 'no') }),
  );
  const stop = engine.run(podMaker());
  await given(engine, configMapKind, configMap('map', { pods: '1' }));
  await given(engine, configMapKind, configMap('bad', { pods: 'broken' }));
  await engine.still();
  t.true(told(engine).some((line) => line.startsWith('default/map: making pods missing=1')));
  t.true(
    told(engine).includes(
      'default/bad: a bug in Gantry keeps this object from being worked on (cannot read what is not there); next try in 60 s, or as soon as the object is changed',
    ),
  );
  for (const name of ['map', 'bad']) {
    await engine.resources.delete(configMapKind, { namespace: 'default', name }, {}, engine.context());
  }
  await engine.still();
  t.deepEqual(told(engine), []);
  await stop();
  await engine.close();
});

test('a long row of passes lets everything else have its turn', async (t) => {
  const test = await startTestEngine();
  for (let index = 0; index < 100; index += 1)
    await given(test, configMapKind, configMap(`map-${String(index)}`));
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  // A slow machine: each look at the clock finds it later.
  let nowMs = test.clock.nowMs();
  const clock = { ...test.clock, nowMs: () => (nowMs += 1), schedule: test.clock.schedule.bind(test.clock) };
  const seen: number[] = [];
  const stop = new AbortController();
  const running = runController(
    podMaker(() => seen.push(turns)),
    { ...test.engine, clock },
    stop.signal,
  );
  count();
  await test.until('all are passed over', () => seen.length === 100);
  t.true(new Set(seen).size > 5, `all passes in ${String(new Set(seen).size)} turns`);
  isOver = true;
  stop.abort();
  await running;
});
