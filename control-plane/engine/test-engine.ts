// The engine over a memory store, cache and resources in this process, for tests.
import { Registry } from 'prom-client';
import type { AnyObject } from '@gantry/api/meta';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import type { Logger, LogFields } from '@gantry/kit/logger';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { startTestResources, type TestResources } from '../resources/test-resources.ts';
import type { Resources } from '../resources/resources.ts';
import type { Controller } from './controller.ts';
import { createEngineMetrics } from './engine-metrics.ts';
import { createEventRecorder, type RunningEventRecorder } from './events.ts';
import { Explanations } from './explanations.ts';
import type { ControllerDeps } from './pass.ts';
import { runControllers } from './run-controller.ts';

/** Turns of the event loop after which a test gives up. */
const TURNS_MAX = 5000;

/** Everything that a test of the engine touches. */
export interface TestEngine extends TestResources {
  engine: ControllerDeps;
  events: RunningEventRecorder;
  explanations: Explanations;
  registry: Registry;
  logs: { level: string; message: string; fields: LogFields | undefined }[];
  /** Starts controllers; call the result to stop them. */
  run(...controllers: Controller[]): () => Promise<void>;
  /** Waits, without time going on, until `holds`; throws when it never does. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Lets everything happen that can happen without time going on. */
  still(): Promise<void>;
  /** Stored Events, after writing those that are pending. */
  toldEvents(): Promise<readonly Event[]>;
}

/** `wrap` may stand between the engine and the real resources. */
export async function startTestEngine(
  wrap: (resources: Resources, test: TestResources) => Resources = (resources) => resources,
): Promise<TestEngine> {
  const test = await startTestResources();
  const { cache, clock } = test;
  const random = seededRandom(11);
  const logs: TestEngine['logs'] = [];
  const logger = loggerInto(logs);
  const registry = new Registry();
  const metrics = createEngineMetrics(registry);
  const resources = wrap(test.resources, test);
  const fence = () => [];
  const resourcesDeps = test.deps;
  const events = createEventRecorder({
    ...{ resources: test.resources, resourcesDeps, fence, clock, metrics, logger },
  });
  const explanations = new Explanations();
  const engine: ControllerDeps = {
    ...{ cache, resources, events, fence, clock, random, metrics, logger, explanations },
    ids: idsFrom(random),
  };
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      if (holds()) return;
      await turnOfLoop();
    }
    throw new Error(`it never came to this: ${what}`);
  };
  const still = async (): Promise<void> => {
    let revision = -1;
    for (let quiet = 0; quiet < 20; quiet = cache.revision === revision ? quiet + 1 : 0) {
      revision = cache.revision;
      await turnOfLoop();
    }
  };
  return {
    ...test,
    ...{ engine, events, explanations, registry, logs, until, still },
    run(...controllers) {
      const stop = new AbortController();
      const running = runControllers(controllers, engine, stop.signal);
      return async () => {
        stop.abort();
        await running;
      };
    },
    async toldEvents() {
      await events.flush();
      await cache.waitForNewest();
      return cache.list(eventKind);
    },
  };
}

/** Creates an object and waits until the cache shows it. */
export async function given(
  test: TestEngine,
  definition: Parameters<Resources['create']>[0],
  object: AnyObject,
): Promise<AnyObject> {
  const created = await test.resources.create(definition, object, test.context());
  await test.cache.waitForNewest();
  return created;
}

const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function loggerInto(lines: TestEngine['logs']): Logger {
  const at = (level: string) => (message: string, fields?: LogFields) => {
    lines.push({ level, message, fields });
  };
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  };
  return logger;
}
