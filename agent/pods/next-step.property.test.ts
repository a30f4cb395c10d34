// Whatever happens to a pod, it settles once the world is calm: it runs, or has reached the end that its policy asks
// for, or is gone; and then nothing more is done. Steps are applied to a toy world by the real memory.
import test from 'ava';
import fc from 'fast-check';
import type { Pod, PodStatus } from '@gantry/api/kinds/pod';
import { seededRandom, type Random } from '@gantry/kit/random';
import { OperationalError } from '@gantry/kit/operational-error';
import type { ContainerState, SandboxState } from '../runtime/runtime.ts';
import { NOW_MS, toyContainer, toyObserved, toyPod } from '../toy/toy-observed.ts';
import { nextStep, type Decision } from './next-step.ts';
import type { Ending } from './observed.ts';
import { isFinished } from './phase-table.ts';
import { createPodMemory, type StepResult } from './pod-memory.ts';
import type { Step } from './step.ts';

type Happening =
  | { type: 'exit'; pick: number; code: number }
  | { type: 'sandbox-dies' }
  | { type: 'container-removed'; pick: number }
  | { type: 'sandbox-removed' }
  | { type: 'agent-restarts' }
  | { type: 'image-changes'; pick: number }
  | { type: 'deleted'; graceSeconds: number }
  | { type: 'vanished' }
  | { type: 'time'; ms: number };

interface History {
  policy: 'Always' | 'OnFailure' | 'Never';
  apps: number;
  inits: number;
  deadline: boolean;
  seed: number;
  /** Share of steps that fail while it storms. */
  faults: number;
  storm: { steps: number; then: Happening }[];
}

const PASSES_MAX = 400;

class World {
  pod: Pod;
  status: PodStatus = {};
  ending: Ending | undefined;
  memory = createPodMemory();
  nowMs = NOW_MS;
  sandboxes: SandboxState[] = [];
  containers: ContainerState[] = [];
  isForgotten = false;
  isCalm = false;
  /** Statuses in the order in which they were rendered. */
  phases: string[] = [];
  readonly startTimes = new Set<string | undefined>();
  readonly #history: History;
  readonly #random: Random;
  #ids = 0;

  constructor(history: History) {
    this.#history = history;
    this.#random = seededRandom(history.seed);
    const names = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => toyContainer({ name: `${prefix}${String(index)}` }));
    this.pod = toyPod({
      restartPolicy: history.policy,
      containers: names('app', history.apps),
      initContainers: names('init', history.inits),
      ...(history.deadline ? { activeDeadlineSeconds: 300 } : {}),
    });
  }

  decide(): Decision {
    this.memory.prune(this.containers);
    const decision = nextStep(
      toyObserved({
        ...{ nowMs: this.nowMs, pod: this.pod, status: this.status, memory: this.memory },
        ...{ sandboxes: this.sandboxes, containers: this.containers },
        ...(this.ending === undefined ? {} : { ending: this.ending }),
      }),
    );
    this.status = decision.status;
    this.phases.push(decision.status.phase ?? '');
    this.startTimes.add(decision.status.startTime);
    return decision;
  }

  /** Performs a step, or fails in it: before or after it had its effect. */
  perform(step: Step): void {
    this.memory.begin(step, this.nowMs);
    const fails = !this.isCalm && this.#random.next() < this.#history.faults;
    const hasEffect = !fails || this.#random.next() < 0.5;
    const result = hasEffect ? this.#apply(step) : {};
    if (fails) {
      this.memory.fail(step, new OperationalError('failed', 'a fault of the toy world'), this.nowMs);
    } else {
      this.memory.succeed(step, result);
      if (result.started !== undefined) this.containers.push(result.started);
    }
    this.nowMs += 50;
  }

  /** One-shot containers end by themselves. */
  tick(): void {
    for (const container of this.containers.filter(({ status }) => status === 'running')) {
      const isInit = container.kind === 'init';
      if (isInit || this.#history.policy !== 'Always') this.#exit(container, this.isCalm || isInit ? 0 : 1);
    }
  }

  happen(happening: Happening): void {
    const running = this.containers.filter(({ status }) => status === 'running');
    switch (happening.type) {
      case 'exit': {
        const container = running[happening.pick % Math.max(1, running.length)];
        if (container !== undefined) this.#exit(container, happening.code);
        return;
      }
      case 'sandbox-dies':
        this.sandboxes = this.sandboxes.map((sandbox) => ({ ...sandbox, running: false }));
        return;
      case 'sandbox-removed':
        this.sandboxes = [];
        return;
      case 'container-removed': {
        const container = this.containers[happening.pick % Math.max(1, this.containers.length)];
        this.containers = this.containers.filter((one) => one !== container);
        return;
      }
      case 'agent-restarts':
        this.memory = createPodMemory();
        return;
      case 'image-changes': {
        const { containers } = this.pod.spec;
        const changed = containers[happening.pick % containers.length];
        this.pod = {
          ...this.pod,
          spec: {
            ...this.pod.spec,
            containers: containers.map((one) =>
              one === changed ? { ...one, image: `registry.example/app:${String((this.#ids += 1))}` } : one,
            ),
          },
        };
        return;
      }
      case 'deleted':
        this.ending ??= { cause: 'deleted', graceSeconds: happening.graceSeconds, sinceMs: this.nowMs };
        return;
      case 'vanished':
        this.ending = { graceSeconds: 1, sinceMs: this.nowMs, ...this.ending, cause: 'vanished' };
        return;
      case 'time':
        this.nowMs += happening.ms;
    }
  }

  #exit(container: ContainerState, exitCode: number): void {
    this.containers = this.containers.map((one) =>
      one === container ? { ...one, status: 'exited', exitCode, finishedAtMs: this.nowMs } : one,
    );
  }

  #apply(step: Step): StepResult {
    switch (step.type) {
      case 'create-sandbox': {
        const id = `sandbox-${String((this.#ids += 1))}`;
        const made = { id, pod: step.spec.pod, running: true, ip: '10.0.0.9', createdAtMs: this.nowMs };
        this.sandboxes = [made, ...this.sandboxes];
        return {};
      }
      case 'remove-sandbox':
        this.sandboxes = this.sandboxes.filter(({ id }) => id !== step.sandboxId);
        return {};
      case 'ensure-image':
        return { imageId: `id-of-${step.image}` };
      case 'start-container': {
        const { spec } = step;
        const isThere = this.containers.some(
          ({ name, attempt }) => name === spec.name && attempt === spec.attempt,
        );
        // As the runtime: a start whose answer was lost is adopted by the next one.
        if (isThere) return {};
        const started: ContainerState = {
          ...{ id: `container-${String((this.#ids += 1))}`, pod: spec.pod, name: spec.name, kind: spec.kind },
          ...{ attempt: spec.attempt, specHash: spec.specHash, sandboxId: spec.sandboxId },
          ...{ imageId: spec.imageId, imageName: '', status: 'running', oomKilled: false },
          ...{ createdAtMs: this.nowMs, startedAtMs: this.nowMs, labels: spec.labels },
        };
        return { started };
      }
      case 'stop-container':
      case 'kill-container': {
        const container = this.containers.find(
          ({ id, status }) => id === step.containerId && status === 'running',
        );
        if (container !== undefined) this.#exit(container, 143);
        return {};
      }
      case 'remove-containers':
        this.containers = this.containers.filter(({ id }) => !step.containerIds.includes(id));
        return {};
      case 'clean-up':
        this.containers = this.containers.filter(({ id }) => !step.containerIds.includes(id));
        this.sandboxes = this.sandboxes.filter(({ id }) => !step.sandboxIds.includes(id));
        return {};
      case 'forget':
        this.isForgotten = true;
        return {};
      default:
        return {};
    }
  }
}

/** @returns whether nothing more is to be done. */
function settle(world: World): boolean {
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const { step, recheckAfterMs } = world.decide();
    if (step.type === 'forget') {
      world.isForgotten = true;
      return true;
    }
    if (step.type !== 'nothing') {
      world.perform(step);
      continue;
    }
    const before = JSON.stringify(world.containers);
    world.tick();
    if (before !== JSON.stringify(world.containers)) continue;
    if (recheckAfterMs === undefined) return true;
    world.nowMs += recheckAfterMs;
  }
  return false;
}

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ type: fc.constant('exit' as const), pick: fc.nat(9), code: fc.constantFrom(0, 1, 137) }),
  fc.record({ type: fc.constant('sandbox-dies' as const) }),
  fc.record({ type: fc.constant('sandbox-removed' as const) }),
  fc.record({ type: fc.constant('container-removed' as const), pick: fc.nat(9) }),
  fc.record({ type: fc.constant('agent-restarts' as const) }),
  fc.record({ type: fc.constant('image-changes' as const), pick: fc.nat(9) }),
  fc.record({ type: fc.constant('time' as const), ms: fc.nat(400_000) }),
);
const ends: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: happening },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('deleted' as const), graceSeconds: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('vanished' as const) }) },
);
const history: fc.Arbitrary<History> = fc.record({
  policy: fc.constantFrom('Always', 'OnFailure', 'Never'),
  apps: fc.integer({ min: 1, max: 3 }),
  inits: fc.nat(2),
  deadline: fc.boolean(),
  seed: fc.nat(),
  faults: fc.constantFrom(0, 0.2, 0.6),
  storm: fc.array(fc.record({ steps: fc.nat(6), then: ends }), { maxLength: 15 }),
});

function rage(world: World, storm: History['storm']): void {
  for (const { steps, then } of storm) {
    for (let count = 0; count < steps && !world.isForgotten; count += 1) {
      const { step } = world.decide();
      if (step.type === 'nothing') world.nowMs += 1000;
      else world.perform(step);
    }
    if (world.isForgotten) return;
    world.happen(then);
  }
}

test('after any history of faults the pod settles where it has to', (t) => {
  fc.assert(
    fc.property(history, (past) => {
      const world = new World(past);
      rage(world, past.storm);
      if (world.isForgotten) return;
      world.isCalm = true;
      if (!settle(world)) throw new Error(`did not settle: ${JSON.stringify(world.decide().step)}`);
      const running = world.containers.filter(({ status }) => status === 'running');
      if (world.ending !== undefined) {
        if (!world.isForgotten) throw new Error('an ending pod was not forgotten');
        if (world.containers.length + world.sandboxes.length > 0)
          throw new Error('something was left behind');
        return;
      }
      if (isFinished(world.status.phase)) {
        if (running.length > 0 || world.sandboxes.length > 0) throw new Error('a finished pod runs on');
        return;
      }
      const names = new Set(running.filter(({ kind }) => kind === 'app').map(({ name }) => name));
      if (names.size !== past.apps || running.length !== past.apps)
        throw new Error('not every container runs once');
      if (running.some(({ sandboxId }) => sandboxId !== world.sandboxes[0]?.id))
        throw new Error('wrong sandbox');
    }),
    { numRuns: 600 },
  );
  t.pass();
});

test('phases only rise, finished ones stay, and the start time never moves', (t) => {
  const rank: Record<string, number> = { Pending: 0, Running: 1, Succeeded: 2, Failed: 2 };
  fc.assert(
    fc.property(history, (past) => {
      const world = new World(past);
      rage(world, past.storm);
      world.phases.forEach((phase, index) => {
        const before = world.phases[index - 1] ?? 'Pending';
        if ((rank[phase] ?? -1) < (rank[before] ?? -1)) throw new Error(`${before} became ${phase}`);
        if (rank[before] === 2 && phase !== before) throw new Error(`${before} became ${phase}`);
      });
      if (world.startTimes.size > 1) throw new Error('the start time moved');
    }),
    { numRuns: 300 },
  );
  t.pass();
});
