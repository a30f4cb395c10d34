// Invariants of the store's objects, each with histories that keep it and histories that break it.
import test from 'ava';
import { createAcknowledgedWritesStay } from './acknowledged-writes-stay.ts';
import { createBounded } from './bounded.ts';
import { BOUNDS } from './bounds.ts';
import { createClocksFollowMessages } from './clocks-follow-messages.ts';
import { createDeletionIsFinal } from './deletion-is-final.ts';
import { createDeposedLeaderSilent } from './deposed-leader-silent.ts';
import { createFinalizersHold } from './finalizers-hold.ts';
import { createGarbageOnly } from './garbage-only.ts';
import { createGenerationCountsSpec } from './generation-counts-spec.ts';
import { createIdentityStays } from './identity-stays.ts';
import { createNamespaceGoesLast } from './namespace-goes-last.ts';
import { createObservedNotAhead } from './observed-not-ahead.ts';
import { createRevisionsRise } from './revisions-rise.ts';
import { LEADER, ownedBy, SERVER, StagedWorld, TERM } from './staged-world.ts';

const KINDS = ['Deployment', 'ReplicaSet', 'Pod', 'ConfigMap', 'Job'];

test('revisions rise: a gap, another version, and a change without a write are told', (t) => {
  const world = new StagedWorld();
  const invariant = createRevisionsRise();
  world.put('ConfigMap', 'a', { data: { x: '1' } });
  world.put('ConfigMap', 'a', { data: { x: '2' } });
  world.put('ConfigMap', 'b');
  world.remove('ConfigMap', 'b');
  world.put('ConfigMap', 'b');
  t.is(world.shownTo(invariant), undefined);
  const key = '/gantry/core/configmaps/web/a';
  const a = world.find('ConfigMap', 'a');
  if (a === undefined) throw new Error('a is there');
  const stale = { ...a, metadata: { ...a.metadata, resourceVersion: '11' } };
  world.record({ key, before: stale, after: a, revision: 99, by: LEADER });
  t.is(
    world.shownTo(invariant),
    `the write of ${key} at revision 99 found version 11, but the write before it had left 12`,
  );
  const other = new StagedWorld();
  const fresh = createRevisionsRise();
  other.put('ConfigMap', 'a');
  other.record({ key, after: a, revision: 12, by: LEADER });
  t.regex(
    fresh.check(other.look()) ?? '',
    /holds version 11 of ConfigMap web\/a, but its last write made 12/,
  );
  other.record({ key, revision: 5, by: LEADER });
  t.is(fresh.check(other.look()), `${key} was written at revision 5, after revision 12`);
});

test('clocks follow messages: an answer before its request, or a step back, is told unless it is marked', (t) => {
  const world = new StagedWorld();
  const invariant = createClocksFollowMessages();
  const at = (wallMs: number, node: string) => ({ wallMs, counter: 0, node });
  const say = (type: 'sent' | 'heard', exchange: object, wallMs: number, isMarked = false): void => {
    const time = at(wallMs, type === 'sent' ? 'n1' : 'cp');
    world.clockMessages.push({ type, client: 'n1#0', exchange, isMarked, time });
  };
  const [first, second, third] = [{}, {}, {}];
  say('sent', first, 10);
  say('heard', first, 12);
  say('sent', second, 900);
  say('heard', second, 20, true);
  say('sent', third, 21);
  t.is(world.shownTo(invariant), undefined);
  say('heard', third, 19);
  t.regex(world.shownTo(invariant) ?? '', /^n1#0 hears \w+-0000@cp, in answer to \w+-0000@n1$/);
  say('sent', {}, 18);
  t.regex(world.shownTo(invariant) ?? '', /^n1#0 sends \w+-0000@n1, after it had heard \w+-0000@cp$/);
});

test('acknowledged writes stay: each answer is in the log, word for word', (t) => {
  const world = new StagedWorld();
  const invariant = createAcknowledgedWritesStay();
  world.acknowledge('create', world.put('ConfigMap', 'a', { data: { x: '1' } }, SERVER));
  const second = world.put('ConfigMap', 'a', { data: { x: '2' } }, SERVER);
  world.put('ConfigMap', 'a', { data: { x: '3' } }, SERVER);
  world.later(30_000).acknowledge('update', second);
  t.is(world.shownTo(invariant), undefined, 'a late answer, whose write has been replaced');
  world.acknowledge('delete', world.mark('ConfigMap', 'a', SERVER));
  world.remove('ConfigMap', 'a', SERVER);
  t.is(world.shownTo(invariant), undefined);
  world.acknowledge('update', { ...second, data: { x: 'never' } });
  t.regex(world.shownTo(invariant) ?? '', /something else was written than the answer says/);
  const lost = { ...second, metadata: { ...second.metadata, resourceVersion: '999' } };
  world.acknowledge('update', lost);
  t.is(
    world.shownTo(invariant),
    'a user was told that update of /gantry/core/configmaps/web/a (uid uid of ConfigMap a) was done at revision 999, where nothing was written',
  );
  world.acknowledge('delete', world.put('ConfigMap', 'b', {}, SERVER));
  t.regex(world.shownTo(invariant) ?? '', /delete of .*\/b .*, but it is not being deleted$/);
  world.acknowledge('update', { ...second, metadata: { ...second.metadata, uid: 'another' } });
  t.regex(world.shownTo(invariant) ?? '', /where another object was written \(uid uid of ConfigMap a\)/);
});

test('a deposed leader is silent: the fence has to be there, and to be the leader', (t) => {
  const managed = (manager: string, time: string) => ({
    managedFields: [{ manager, operation: 'Update', time }],
  });
  const world = new StagedWorld();
  const invariant = createDeposedLeaderSilent(new Set(['deployment-controller']));
  world.put('ReplicaSet', 'a', { metadata: managed('deployment-controller', '2026-01-01T00:00:00Z') });
  world.put('ReplicaSet', 'a', { metadata: { labels: { by: 'a user' } } }, SERVER);
  world.put('Pod', 'p', { spec: { containers: [] } }, SERVER);
  world.put('Pod', 'p', { spec: { containers: [], nodeName: 'n1' } });
  t.is(world.shownTo(invariant), undefined);
  world.put('ReplicaSet', 'a', {}, { process: 'control-plane-2', term: 5 });
  t.is(
    world.shownTo(invariant),
    'control-plane-2 wrote /gantry/apps/replicasets/web/a at revision 15 as the leader of term 5, while the term was 7',
  );
  world.put(
    'ReplicaSet',
    'a',
    { metadata: managed('deployment-controller', '2026-01-01T00:00:09Z') },
    SERVER,
  );
  t.regex(world.shownTo(invariant) ?? '', /as deployment-controller, without a fence$/);
  world.put('Pod', 'q', { spec: { containers: [] } }, SERVER);
  world.put('Pod', 'q', { spec: { containers: [], nodeName: 'n1' } }, SERVER);
  t.regex(world.shownTo(invariant) ?? '', /bound .*\/q at revision 18 without a fence$/);
  const record = { key: '/gantry/core/pods/web/q', by: { process: 'control-plane-2', term: TERM } };
  const nobody = world.look();
  world.record(record);
  const [write] = world.look().writes;
  if (write === undefined) throw new Error('there is a write');
  const { leaderKeyRevision: _, ...unled } = write;
  t.regex(invariant.check({ ...nobody, writes: [unled] }) ?? '', /while nobody led$/);
});

test('identity stays: uid, name, place and time of creation', (t) => {
  const world = new StagedWorld();
  const invariant = createIdentityStays();
  world.put('ConfigMap', 'a');
  world.put('ConfigMap', 'a', { data: {} });
  world.put('Namespace', 'web');
  t.is(world.shownTo(invariant), undefined);
  world.put('ConfigMap', 'a', { metadata: { uid: 'another' } });
  t.is(world.shownTo(invariant), 'ConfigMap web/a changed its uid from uid of ConfigMap a to another');
  world.put('ConfigMap', 'b', { metadata: { uid: 'uid of ConfigMap a' } });
  t.regex(
    world.shownTo(invariant) ?? '',
    /b was created with uid uid of ConfigMap a, which another object had/,
  );
  const a = world.put('ConfigMap', 'c');
  world.look();
  world.record({
    key: '/gantry/core/configmaps/web/d',
    after: { ...a, metadata: { ...a.metadata, uid: 'u' } },
    by: LEADER,
  });
  t.is(
    world.shownTo(invariant),
    'ConfigMap web/c lies at /gantry/core/configmaps/web/d instead of /gantry/core/configmaps/web/c',
  );
});

test('generations count what is desired, and nothing else', (t) => {
  const world = new StagedWorld();
  const invariant = createGenerationCountsSpec();
  world.put('Deployment', 'd', { spec: { replicas: 1 } });
  world.put('Deployment', 'd', { status: { replicas: 1 }, metadata: { labels: { a: 'b' } } });
  world.put('Deployment', 'd', { spec: { replicas: 2 }, metadata: { generation: 2 } });
  world.mark('Deployment', 'd');
  world.put('ConfigMap', 'a', { data: { x: '1' } });
  world.put('ConfigMap', 'a', { data: { x: '2' } });
  t.is(world.shownTo(invariant), undefined);
  world.put('Deployment', 'd', { status: { replicas: 2 }, metadata: { generation: 4 } });
  t.is(
    world.shownTo(invariant),
    'Deployment web/d went from generation 3 to 4, while nothing that is desired changed',
  );
  world.put('Deployment', 'd', { spec: { replicas: 3 } });
  t.regex(world.shownTo(invariant) ?? '', /went from generation 4 to 4, while its spec changed/);
  world.put('Deployment', 'e', { metadata: { generation: 3 } });
  t.regex(world.shownTo(invariant) ?? '', /e was created with generation 3/);
  world.put('ConfigMap', 'a', { metadata: { generation: 1 } });
  t.regex(world.shownTo(invariant) ?? '', /has generation 1, though its kind counts none/);
});

test('an observed generation exists, and does not go back', (t) => {
  const world = new StagedWorld();
  const invariant = createObservedNotAhead();
  world.put('Deployment', 'd', { spec: { replicas: 1 } });
  world.put('Deployment', 'd', { status: { observedGeneration: 1 } });
  t.is(world.shownTo(invariant), undefined);
  world.put('Deployment', 'd', { status: { observedGeneration: 2 } });
  t.is(world.shownTo(invariant), 'Deployment web/d says that it observed generation 2, but has 1');
  world.put('Deployment', 'd', { status: { observedGeneration: 1 } });
  t.regex(world.shownTo(invariant) ?? '', /went back from observed generation 2 to 1/);
});

test('a deletion is final: no way back, no longer grace, no new finalizers', (t) => {
  const world = new StagedWorld();
  const invariant = createDeletionIsFinal();
  world.put('Pod', 'p', { metadata: { finalizers: ['a'] } });
  world.mark('Pod', 'p', SERVER, 30);
  world.later(5_000);
  world.mark('Pod', 'p', SERVER, 5);
  world.put('Pod', 'p', { status: {}, metadata: { finalizers: [] } });
  t.is(world.shownTo(invariant), undefined);
  const p = world.mark('Pod', 'p', SERVER, 40);
  t.is(world.shownTo(invariant), 'Pod web/p got 40 s of grace instead of 5 s');
  world.later(1_000).mark('Pod', 'p', SERVER, 40);
  t.regex(world.shownTo(invariant) ?? '', /had its deletion put off with the same grace of 40 s/);
  world.put('Pod', 'p', { metadata: { finalizers: ['b'] } });
  t.regex(world.shownTo(invariant) ?? '', /got finalizer b while being deleted/);
  const { deletionTimestamp: _, ...metadata } = p.metadata;
  world.write({ ...p, metadata });
  t.regex(world.shownTo(invariant) ?? '', /was being deleted, and no longer is/);
});

test('finalizers hold: for users, for dependents, for those who are let go', (t) => {
  const world = new StagedWorld();
  const invariant = createFinalizersHold(KINDS, BOUNDS);
  world.put('ConfigMap', 'a', { metadata: { finalizers: ['example.com/mine'] } }, SERVER);
  world.mark('ConfigMap', 'a', SERVER);
  world.request('update', 'ConfigMap', 'a');
  world.remove('ConfigMap', 'a', SERVER);
  world.put('Deployment', 'd', { metadata: { finalizers: ['foregroundDeletion'] } });
  world.put('ReplicaSet', 'r', { metadata: ownedBy('Deployment', 'd') });
  world.mark('Deployment', 'd');
  world.later(60_000).remove('ReplicaSet', 'r');
  world.remove('Deployment', 'd');
  t.is(world.shownTo(invariant), undefined);

  world.put('ConfigMap', 'b', { metadata: { finalizers: ['example.com/mine'] } }, SERVER);
  world.remove('ConfigMap', 'b');
  t.is(
    world.shownTo(invariant),
    'ConfigMap web/b was removed with finalizer example.com/mine, without having been asked to go',
  );
  world.put('ConfigMap', 'c', { metadata: { finalizers: ['example.com/mine'] } }, SERVER);
  world.mark('ConfigMap', 'c');
  world.remove('ConfigMap', 'c');
  t.is(
    world.shownTo(invariant),
    'ConfigMap web/c lost finalizer example.com/mine, though no user took it away',
  );
  world.put('Deployment', 'e', { metadata: { finalizers: ['foregroundDeletion'] } });
  world.put('ReplicaSet', 's', { metadata: ownedBy('Deployment', 'e') });
  world.mark('Deployment', 'e');
  world.later(60_000).remove('Deployment', 'e');
  t.is(world.shownTo(invariant), 'Deployment web/e went before its dependent ReplicaSet web/s');
});

test('a namespace goes last, and nothing comes into one that is ending', (t) => {
  const world = new StagedWorld();
  const invariant = createNamespaceGoesLast();
  world.put('Namespace', 'web');
  world.put('ConfigMap', 'a');
  world.mark('Namespace', 'web');
  world.remove('ConfigMap', 'a');
  world.remove('Namespace', 'web');
  world.put('Namespace', 'web', { metadata: { uid: 'second' } });
  world.put('ConfigMap', 'a');
  t.is(world.shownTo(invariant), undefined);
  world.mark('Namespace', 'web');
  world.put('ConfigMap', 'b');
  t.is(world.shownTo(invariant), 'ConfigMap web/b was created in a namespace that is being deleted');
  world.remove('Namespace', 'web');
  t.is(world.shownTo(invariant), 'Namespace web was removed while /gantry/core/configmaps/web/a was in it');
  world.put('ConfigMap', 'c');
  t.is(world.shownTo(invariant), 'ConfigMap web/c was created in a namespace that is not there');
});

test('only garbage is collected', (t) => {
  const world = new StagedWorld();
  const invariant = createGarbageOnly(KINDS, BOUNDS);
  world.put('Namespace', 'web');
  world.put('Deployment', 'd');
  world.put('ReplicaSet', 'old', { spec: { replicas: 0 }, metadata: ownedBy('Deployment', 'd') });
  world.put('ReplicaSet', 'new', { spec: { replicas: 2 }, metadata: ownedBy('Deployment', 'd') });
  world.put('ConfigMap', 'dependent', { metadata: ownedBy('Deployment', 'd') });
  world.put('ConfigMap', 'users', {}, SERVER);
  world.put('ConfigMap', 'more', {}, SERVER);
  world.remove('ReplicaSet', 'old');
  world.request('delete', 'ConfigMap', 'users');
  world.remove('ConfigMap', 'users');
  t.is(world.shownTo(invariant), undefined, 'forgotten versions, and what a user asked for');
  world.remove('ConfigMap', 'more');
  t.is(
    world.shownTo(invariant),
    'ConfigMap web/more was deleted by the control plane, though it belongs to nobody',
  );
  world.mark('ConfigMap', 'dependent');
  world.mark('ReplicaSet', 'new');
  t.is(
    world.shownTo(invariant),
    'ConfigMap web/dependent was deleted by the control plane, though its owner Deployment web/d lives',
  );
  const other = new StagedWorld();
  other.put('Namespace', 'web');
  other.put('Deployment', 'd');
  other.put('ReplicaSet', 'r', { spec: { replicas: 2 }, metadata: ownedBy('Deployment', 'd') });
  other.remove('Deployment', 'd', SERVER);
  other.remove('ReplicaSet', 'r');
  other.put('ConfigMap', 'a', {}, SERVER);
  other.mark('Namespace', 'web', SERVER);
  other.remove('ConfigMap', 'a');
  t.is(
    other.shownTo(createGarbageOnly(KINDS, BOUNDS)),
    undefined,
    'its owner is gone, or its namespace is going',
  );
});

test('of analyses that have ended the last five that went well, and five others, are kept', (t) => {
  const ended = (name: string, phase: string): Parameters<StagedWorld['put']> => [
    ...(['AnalysisRun', name] as const),
    { metadata: ownedBy('Rollout', 'r'), status: { phase } },
  ];
  const rows: [string, number, boolean][] = [
    ['Successful', 5, true],
    ['Successful', 4, false],
    ['Inconclusive', 5, true],
    ['Failed', 4, false],
    ['Running', 5, false],
  ];
  for (const [phase, others, holds] of rows) {
    const world = new StagedWorld();
    world.put('Namespace', 'web');
    world.put('Rollout', 'r');
    for (let at = 0; at < others; at += 1) {
      world.put(...ended(`good-${at}`, 'Successful'));
      world.put(...ended(`bad-${at}`, 'Error'));
    }
    world.put(...ended('oldest', phase));
    world.remove('AnalysisRun', 'oldest');
    const seen = world.shownTo(createGarbageOnly(['Rollout', 'AnalysisRun'], BOUNDS));
    t.is(seen === undefined, holds, `${phase} beside ${others}`);
  }
});

test('queues, watches, timers, keys and Events have limits', (t) => {
  const world = new StagedWorld();
  const process = { kind: 'control-plane' as const, up: true, queued: 3, watches: 4, pendingTimers: 5 };
  world.processes.set('control-plane-1', process);
  world.storeKeys = 2;
  world.put('Event', 'a');
  const limits = { queuedMax: 3, watchesMax: 4, pendingTimersMax: 5, storeKeysMax: 2, eventsMax: 1 };
  t.is(world.shownTo(createBounded(limits)), undefined);
  const table: [Partial<typeof limits>, string][] = [
    [{ queuedMax: 2 }, 'control-plane-1 has 3 keys, events and writes waiting, of 2 at most'],
    [{ watchesMax: 3 }, 'control-plane-1 has 4 watches open, of 3 at most'],
    [{ pendingTimersMax: 4 }, 'control-plane-1 has 5 timers set, of 4 at most'],
    [{ storeKeysMax: 1 }, 'the store has 2 keys, of 1 at most'],
    [{ eventsMax: 0 }, 'the store has 1 Events, of 0 at most'],
  ];
  for (const [lower, sentence] of table)
    t.is(world.shownTo(createBounded({ ...limits, ...lower })), sentence);
});
