import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { Client, ListOptions, WatchEvent } from './client.ts';
import { defineKind } from './definition.ts';
import { createInformer, type InformerDeps, type InformerEvent } from './informer.ts';
import type { AnyObject } from './meta.ts';
import { struct } from './schema.ts';
import { expired, forbidden } from './status-error.ts';
import { TransportError } from './transport-error.ts';

const thingKind = defineKind<AnyObject>({
  ...{ group: '', version: 'v1', kind: 'Thing', resource: 'things', singular: 'thing', shortNames: [] },
  ...{ categories: [], namespaced: true, schema: struct('Thing', 'A thing.', {}), description: 'A thing.' },
  ...{ subresources: { status: false }, hasGeneration: false, columns: [], selectableFields: {} },
});

function thing(name: string, resourceVersion: string, uid = `uid-${name}`): AnyObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace: 'default', uid, resourceVersion } };
}

const bookmark = (resourceVersion: string): WatchEvent<AnyObject> => ({
  type: 'BOOKMARK',
  object: { apiVersion: 'v1', kind: 'Thing', metadata: { resourceVersion } },
});

type Page = { items: AnyObject[]; resourceVersion: string; continue?: string };
type WatchScript = (WatchEvent<AnyObject> | Error | 'hang')[];

/** Answers each list and watch from a script; when the script has ended, watches hang until aborted. */
class ScriptedServer {
  readonly asked: string[] = [];
  readonly #lists: (Page | Error)[];
  readonly #watches: WatchScript[];

  constructor(lists: (Page | Error)[], watches: WatchScript[]) {
    this.#lists = [...lists];
    this.#watches = [...watches];
  }

  readonly client: Pick<Client, 'list' | 'watch'> = {
    list: async (_definition, options = {}) => {
      this.asked.push(`list ${options.continue ?? ''}`.trim());
      const page = this.#lists.shift() ?? new Error('no more lists');
      if (page instanceof Error) throw page;
      return page as never;
    },
    watch: (_definition, options) => this.#watch(options) as never,
  };

  async *#watch(options: ListOptions): AsyncGenerator<WatchEvent<AnyObject>> {
    this.asked.push(`watch ${options.resourceVersion ?? ''}`);
    for (const step of this.#watches.shift() ?? ['hang' as const]) {
      if (step instanceof Error) throw step;
      if (step === 'hang') await aborted(options.signal);
      else yield step;
    }
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(signal?.reason as Error);
    if (signal?.aborted === true) fail();
    signal?.addEventListener('abort', fail, { once: true });
  });
}

async function follow(
  server: ScriptedServer,
  forMs: number,
  more: Partial<InformerDeps<AnyObject>> = {},
): Promise<{ events: string[]; faults: unknown[]; names: string[] }> {
  const clock = new VirtualClock();
  const events: string[] = [];
  const faults: unknown[] = [];
  const informer = createInformer<AnyObject>({
    ...{ client: server.client, definition: thingKind, clock, random: { next: () => 0 } },
    onEvent: (event: InformerEvent<AnyObject>) =>
      events.push(
        `${event.type} ${event.object.metadata.name ?? ''}@${event.object.metadata.resourceVersion ?? ''}`,
      ),
    onSynced: () => events.push('synced'),
    onFault: (error) => faults.push(error),
    ...more,
  });
  const end = new AbortController();
  const running = informer.run(end.signal);
  for (let waitedMs = 0; waitedMs <= forMs; waitedMs += 50) {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    await new Promise(setImmediate);
    clock.advance(50);
  }
  end.abort(new Error('the test is over'));
  await running;
  return { events, faults, names: informer.list().map(({ metadata }) => metadata.name ?? '') };
}

test('lists page by page, then watches from the revision of the list', async (t) => {
  const server = new ScriptedServer(
    [
      { items: [thing('a', '1')], resourceVersion: '7', continue: 'next' },
      { items: [thing('b', '2')], resourceVersion: '7' },
    ],
    [[{ type: 'ADDED', object: thing('c', '8') }, { type: 'DELETED', object: thing('a', '9') }, 'hang']],
  );
  const { events, names } = await follow(server, 100);
  t.deepEqual(server.asked, ['list', 'list next', 'watch 7']);
  t.deepEqual(events, ['add a@1', 'add b@2', 'synced', 'add c@8', 'delete a@9']);
  t.deepEqual(names, ['b', 'c']);
});

test('resumes after the newest event or bookmark when the connection breaks', async (t) => {
  const lost = new TransportError('connection-lost', 'gone');
  const server = new ScriptedServer(
    [{ items: [], resourceVersion: '3' }],
    [[{ type: 'ADDED', object: thing('a', '4') }, lost], [bookmark('9'), lost], ['hang']],
  );
  const { faults } = await follow(server, 2_000);
  t.deepEqual(server.asked, ['list', 'watch 3', 'watch 4', 'watch 9']);
  t.deepEqual(faults, [lost, lost]);
});

test('lists again when the history is gone, and tells the difference only', async (t) => {
  const server = new ScriptedServer(
    [
      {
        items: [thing('same', '1'), thing('changed', '2'), thing('gone', '3'), thing('reborn', '4', 'old')],
        resourceVersion: '4',
      },
      {
        items: [thing('same', '1'), thing('changed', '8'), thing('reborn', '9', 'new'), thing('new', '7')],
        resourceVersion: '9',
      },
    ],
    [[expired('too old')], ['hang']],
  );
  const { events } = await follow(server, 1_000);
  t.deepEqual(server.asked, ['list', 'watch 4', 'list', 'watch 9']);
  t.deepEqual(events.slice(5), [
    'delete gone@3',
    'update changed@8',
    'delete reborn@4',
    'add reborn@9',
    'add new@7',
  ]);
});

test('waits longer after each failure, and lists anew when a watch stays refused', async (t) => {
  const refused = forbidden(undefined, '', 'not yours');
  const page = { items: [], resourceVersion: '1' };
  const server = new ScriptedServer([page, page], [[refused], [refused], [refused], [refused], ['hang']]);
  const waits: number[] = [];
  await follow(server, 5_000, { onFault: (_, retryInMs) => waits.push(retryInMs) });
  t.deepEqual(waits, [200, 400, 800, 1600]);
  t.deepEqual(server.asked, ['list', 'watch 1', 'watch 1', 'watch 1', 'watch 1', 'list', 'watch 1']);
});

test('a server that comes back without its history is listed at once, however long it was away', async (t) => {
  const down = new TransportError('unreachable', 'down');
  const page = { items: [], resourceVersion: '1' };
  const server = new ScriptedServer(
    [page, page],
    [[down], [down], [down], [down], [expired('too old')], [expired('too old')], ['hang']],
  );
  const waits: number[] = [];
  await follow(server, 5_000, { onFault: (_, retryInMs) => waits.push(retryInMs) });
  t.deepEqual(waits.slice(0, 5), [200, 400, 800, 1600, 0]);
  t.true((waits[5] ?? 0) > 0, 'a history that is gone right after a list is a failure like others');
});

test('a silent connection is given up and resumed', async (t) => {
  const server = new ScriptedServer([{ items: [], resourceVersion: '1' }], [['hang'], ['hang']]);
  const { faults } = await follow(server, 151_000);
  t.deepEqual(server.asked, ['list', 'watch 1', 'watch 1']);
  t.is((faults[0] as TransportError).code, 'timeout');
});

test('a list that fails is tried again; a listener that throws does not stop the rest', async (t) => {
  const down = new TransportError('unreachable', 'down');
  const server = new ScriptedServer(
    [down, { items: [thing('a', '1'), thing('b', '2')], resourceVersion: '2' }],
    [],
  );
  const seen: string[] = [];
  const { faults } = await follow(server, 1_000, {
    onEvent: ({ object }) => {
      seen.push(object.metadata.name ?? '');
      if (object.metadata.name === 'a') throw new Error('a bug');
    },
  });
  t.deepEqual(seen, ['a', 'b']);
  t.deepEqual(
    faults.map((fault) => (fault as Error).message),
    ['down', 'a bug'],
  );
});

test('more objects than allowed are refused, not held', async (t) => {
  const page = { items: [thing('a', '1'), thing('b', '2')], resourceVersion: '2' };
  const server = new ScriptedServer([page, page], []);
  const { names, faults } = await follow(server, 250, { objectsMax: 1 });
  t.deepEqual(names, []);
  t.regex((faults[0] as Error).message, /more than 1 things/);
});

test('a listener that ends it on the first list leaves no watch behind', async (t) => {
  const server = new ScriptedServer([{ items: [thing('a', '1')], resourceVersion: '5' }], [['hang']]);
  const over = new AbortController();
  const informer = createInformer({
    ...{
      client: server.client,
      definition: thingKind,
      clock: new VirtualClock(0),
      random: { next: () => 0 },
    },
    onSynced: () => {
      over.abort();
    },
  });
  await informer.run(over.signal);
  t.deepEqual(server.asked, ['list']);
});
