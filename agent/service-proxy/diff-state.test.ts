import test from 'ava';
import fc from 'fast-check';
import { batchesOf, BATCH_BYTES_MAX, commandLines, verdictOf } from './cli-text.ts';
import { diffState } from './diff-state.ts';
import { layoutAfter, type Command } from './layout-commands.ts';
import { freshLayout, type Layout } from './layout.ts';
import { optionsKey } from './proxy-options.ts';
import { proxyStateOf, type ProxyState } from './proxy-state.ts';
import { NO_ROUTE_LISTS } from './routes/route-lists.ts';
import { NO_ROUTES } from './routes/routing.ts';
import { routeLists } from './test-routes.ts';
import { aService, aSlice, clusters, ending } from './test-services.ts';
import { partsOf, splitLists } from './test-splits.ts';

const EMPTY: ProxyState = { services: [], datagrams: [], routes: NO_ROUTES, issues: [] };

/** What clients see, however it lies. */
function routes(layout: Layout): unknown {
  const slots = new Map(layout.slots.map((slot) => [slot.name, slot]));
  const seen = (entries: ReadonlyMap<string, string>): [string, ...unknown[]][] =>
    [...entries]
      .map(([key, name]): [string, ...unknown[]] => {
        const slot = slots.get(name);
        const ready = [...(layout.servers.get(name)?.values() ?? [])]
          .filter(({ state }) => state === 'ready')
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        return [key, slot?.mode ?? name, optionsKey(slot?.options ?? {}), ready];
      })
      .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const { maps } = layout;
  return [seen(maps.services), seen(maps['node-ports']), seen(maps.routes), seen(maps.parents)];
}

/** Changes of Services; now and then of routes and splits too. */
const histories = fc
  .record({
    clusters: fc.array(clusters, { minLength: 1, maxLength: 5 }),
    lists: fc.array(routeLists, { minLength: 1, maxLength: 2 }),
    splits: fc.array(splitLists, { minLength: 1, maxLength: 3 }),
  })
  .map((one) =>
    one.clusters.map(({ services, slices }, at): ProxyState => {
      const lists = one.lists[at % one.lists.length] ?? NO_ROUTE_LISTS;
      const splits = one.splits[at % one.splits.length] ?? [];
      return proxyStateOf(services, slices, { lists, splits, holder: () => undefined });
    }),
  );

function step(layout: Layout, state: ProxyState): { layout: Layout; commands: readonly Command[] } {
  const change = diffState(layout, state);
  if (change.type === 'reload') return { layout: change.layout, commands: [] };
  const after = { ...layoutAfter(layout, change.commands), assigned: change.assigned };
  return { layout: after, commands: change.commands };
}

test('commands lead where a fresh configuration would, and then there is nothing left to do', (t) => {
  fc.assert(
    fc.property(histories, (history) => {
      let layout = freshLayout(EMPTY);
      for (const state of history) {
        layout = step(layout, state).layout;
        t.deepEqual(routes(layout), routes(freshLayout(state)));
        t.deepEqual(step(layout, state).commands, []);
      }
    }),
    { numRuns: 300 },
  );
});

test('at no moment does a map lead to a slot without a server that takes connections', (t) => {
  fc.assert(
    fc.property(histories, (history) => {
      let layout = freshLayout(EMPTY);
      for (const state of history) {
        const { commands, layout: after } = step(layout, state);
        for (let count = 0; count <= commands.length; count += 1) {
          const now = layoutAfter(layout, commands.slice(0, count));
          for (const slot of reached(now)) {
            if (slot === 'http-no-endpoint' || slot === 'http-no-service') continue;
            t.true(
              [...(now.servers.get(slot)?.values() ?? [])].some(({ state: one }) => one === 'ready'),
              slot,
            );
          }
        }
        layout = after;
      }
    }),
    { numRuns: 100 },
  );
});

/** Slots that a request may meet; a split that leads nowhere is met itself. */
function reached(layout: Layout): string[] {
  const { maps } = layout;
  const rules = [...maps.routes.keys()].filter((key) => /^(r\d+|x\w+\.\w+)$/.test(key));
  const tcp = new Set(layout.routing.frontends.flatMap((one) => (one.protocol === 'tcp' ? one.rule : [])));
  const sides = rules.flatMap((rule) =>
    partsOf(layout, rule).flatMap((part) => part?.target ?? (tcp.has(rule) ? [] : `lost ${rule}`)),
  );
  const entrances = [...maps.services.values(), ...maps['node-ports'].values(), ...sides];
  return entrances.filter((one) => !one.startsWith('x') || !maps.routes.has(`${one}.d`));
}

test('a server whose connections remain stays, and its slot is given to nobody', (t) => {
  const web = [aService('web', '10.96.0.1')];
  let layout = step(freshLayout(EMPTY), proxyStateOf(web, [aSlice('web', ['10.244.0.1'])])).layout;
  const change = diffState(layout, EMPTY);
  t.is(change.type, 'commands');
  if (change.type !== 'commands') return;
  const busy = change.commands.filter(({ type }) => type !== 'delete-server');
  layout = { ...layoutAfter(layout, busy), assigned: change.assigned };
  const other = proxyStateOf([aService('other', '10.96.0.2')], [aSlice('other', ['10.244.0.2'])]);
  const { layout: after } = step(layout, other);
  t.is(after.maps.services.get('10.96.0.2:80'), 'http-0002');
  t.is(after.servers.get('http-0001'), undefined, 'it was asked to go again');
});

test('an endpoint that drains is two words to HAProxy; one that comes back as well', (t) => {
  const web = [aService('web', '10.96.0.1')];
  const both = proxyStateOf(web, [aSlice('web', ['10.244.0.1', '10.244.0.2'])]);
  const one = proxyStateOf(web, [aSlice('web', ['10.244.0.1', ending('10.244.0.2')])]);
  const layout = freshLayout(both);
  const id = 's-10_244_0_2-8080';
  const drained = step(layout, one);
  t.deepEqual(drained.commands, [{ type: 'set-state', slot: 'http-0001', id, state: 'drain' }]);
  t.deepEqual(step(drained.layout, both).commands, [
    { type: 'set-state', slot: 'http-0001', id, state: 'ready' },
  ]);
});

test('a Service beyond the pool is a reload, and so are options that no slot has', (t) => {
  const many = Array.from({ length: 64 }, (_, at) => aService(`s${at}`, `10.96.1.${at}`));
  const slices = many.map((_, at) => aSlice(`s${at}`, [`10.244.1.${at}`]));
  const full = step(freshLayout(EMPTY), proxyStateOf(many, slices));
  t.is(full.commands.length, 128);
  const more = proxyStateOf([...many, aService('x', '10.96.2.1')], [...slices, aSlice('x', ['10.244.2.1'])]);
  const change = diffState(full.layout, more);
  t.is(change.type === 'reload' && change.reason, 'pool-too-small');
  t.is(change.type === 'reload' && change.layout.slots.filter(({ mode }) => mode === 'http').length, 128);
  const sticky = aService('s1', '10.96.1.1', undefined, { sessionAffinity: 'ClientIP' });
  const changed = diffState(full.layout, proxyStateOf([sticky], slices));
  t.is(changed.type === 'reload' && changed.reason, 'options-changed');
});

test('what an agent that knew of no splits has started is reloaded', (t) => {
  const state = proxyStateOf([aService('web', '10.96.0.1')], [aSlice('web', ['10.244.0.1'])]);
  const layout = freshLayout(state);
  const { splits: _unknown, ...routing } = layout.routing;
  const older = { ...layout, routing: routing as Layout['routing'] };
  t.is(diffState(older, state).type, 'reload');
  t.is(diffState(layout, state).type, 'commands');
});

test('lines hold one command each, and batches stay below the limit', (t) => {
  fc.assert(
    fc.property(clusters, ({ services, slices }) => {
      const layout = freshLayout(EMPTY);
      const { commands, layout: after } = step(layout, proxyStateOf(services, slices));
      const slotOf = (name: string) => after.slots.find((slot) => slot.name === name) ?? t.fail(name);
      const lines = commands.flatMap((command) => commandLines(command, slotOf as never));
      t.true(lines.every((line) => /^[\w ./:-]+$/.test(line)));
      const batches = batchesOf(lines);
      t.deepEqual(batches.flat(), lines);
      t.true(batches.every((batch) => batch.join('\n').length <= BATCH_BYTES_MAX));
    }),
  );
});

test("HAProxy's answers are told apart", (t) => {
  t.is(verdictOf('add server a/b 1.2.3.4:5', 'New server registered.\n\n'), 'done');
  t.is(
    verdictOf('del server a/b', 'Server still has connections attached to it, cannot remove it.\n'),
    'busy',
  );
  t.is(verdictOf('del server a/b', 'No such server.\n'), 'done');
  t.is(verdictOf('set server a/b state ready', 'No such server.\n'), 'failed');
});
