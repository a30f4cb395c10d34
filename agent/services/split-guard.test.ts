// Splits with kill switches on a node: taken back by its own flags at once, on schedule, and not given anything at a start
// before the flags are known.
import test from 'ava';
import { prepareFlags, type FlagSet } from '@gantry/api/flags/evaluate-flag';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { splitInForce } from '@gantry/api/traffic-split/split-in-force';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { diffState } from '../service-proxy/diff-state.ts';
import { freshLayout } from '../service-proxy/layout.ts';
import { proxyStateOf } from '../service-proxy/proxy-state.ts';
import { NO_ROUTE_LISTS } from '../service-proxy/routes/route-lists.ts';
import { aService, aSlice, aSplit } from '../service-proxy/test-services.ts';
import { NOW_MS } from '../toy/toy-observed.ts';
import { createSplitGuard, type KnownFlags } from './split-guard.ts';

const flagsOf = (defaultVariant: string): FlagSet =>
  prepareFlags({ flags: { stop: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant } } });

function armed(): TrafficSplit {
  const split = aSplit('web', [{ backends: { new: 50, web: 50 } }]);
  return { ...split, spec: { ...split.spec, killSwitch: { flag: 'stop', targetingKey: 'web' } } };
}

function open(first?: FlagSet) {
  const clock = new VirtualClock(NOW_MS);
  const state = { flags: first, momentMs: undefined as number | undefined, changes: 0 };
  const listeners: (() => void)[] = [];
  const flags: KnownFlags = {
    flags: () => state.flags,
    nextMomentMs: () => state.momentMs,
    onChange: (listener) => void listeners.push(listener),
  };
  const guard = createSplitGuard({ clock, flags, onChange: () => (state.changes += 1) });
  const change = (next: FlagSet): void => {
    state.flags = next;
    for (const listener of listeners) listener();
  };
  const weights = (splits: readonly TrafficSplit[] = [armed()]): readonly number[] | undefined =>
    guard.inForce({ splits, revision: '1' })?.splits[0]?.spec.rules[0]?.backends.map(({ weight }) => weight);
  return { clock, state, change, weights };
}

test('a flag that is thrown is told once, and so is that it is no longer', (t) => {
  const { state, change, weights } = open(flagsOf('off'));
  t.deepEqual(weights(), [50, 50]);
  change(flagsOf('off'));
  t.is(state.changes, 0);
  change(flagsOf('on'));
  t.is(state.changes, 1);
  t.deepEqual(weights(), [0, 100]);
  change(flagsOf('on'));
  t.is(state.changes, 1);
  change(flagsOf('off'));
  t.is(state.changes, 2);
  t.deepEqual(weights(), [50, 50]);
});

test('a change on schedule is looked at when its time has come', (t) => {
  const { clock, state, weights } = open(flagsOf('off'));
  state.momentMs = NOW_MS + 1_000;
  t.deepEqual(weights(), [50, 50]);
  clock.advance(999);
  t.is(state.changes, 0);
  [state.flags, state.momentMs] = [flagsOf('on'), undefined];
  clock.advance(1);
  t.is(state.changes, 1);
});

test('at a start nothing is told before flags are; but not for ever', (t) => {
  const { state, change, weights } = open();
  t.is(weights(), undefined);
  change(flagsOf('on'));
  t.is(state.changes, 1);
  t.deepEqual(weights(), [0, 100]);
  const other = open();
  t.is(other.weights(), undefined);
  other.clock.advance(5_000);
  t.is(other.state.changes, 1);
  t.deepEqual(other.weights(), [50, 50]);
});

test('splits without a kill switch wait for nothing', (t) => {
  const { state, change, weights } = open();
  const plain = [aSplit('web', [{ backends: { new: 50, web: 50 } }])];
  t.deepEqual(weights(plain), [50, 50]);
  change(flagsOf('on'));
  t.is(state.changes, 0);
});

test('taking traffic back is a matter of weights: HAProxy is not reloaded', (t) => {
  const services = ['web', 'new'].map((name, at) => aService(name, `10.96.0.${at + 1}`));
  const pod = (address: string) => ({ addresses: [address], conditions: { ready: true } });
  const slices = [aSlice('web', [pod('10.244.0.1')]), aSlice('new', [pod('10.244.0.2')])];
  const stateOf = (split: TrafficSplit) =>
    proxyStateOf(services, slices, { lists: NO_ROUTE_LISTS, splits: [split], holder: () => undefined });
  const layout = freshLayout(stateOf(armed()));
  const change = diffState(layout, stateOf(splitInForce(armed(), flagsOf('on'), NOW_MS)));
  t.is(change.type, 'commands');
  t.true(change.type === 'commands' && change.commands.length > 0);
});
