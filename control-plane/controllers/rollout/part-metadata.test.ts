// Labels and annotations follow the part that a version has, and no pod is made anew for them. The toy world with all
// controllers.
import test from 'ava';
import type { Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { ADDED_METADATA, HASH_LABEL } from '@gantry/api/rollout/marks';
import { podsOf } from '../../engine/toy-pods.ts';
import { readerOf, type World } from '../../engine/toy-world.ts';
import { isActive } from '../pod-condition.ts';
import {
  abortedByUser,
  aCanary,
  aRollout,
  edited,
  promoted,
  released,
  releasedAfter,
  releaseWorld,
  rolloutIn,
  statusIn,
  withImage,
} from './toy-rollouts.ts';

const CANARY = { labels: { role: 'canary' }, annotations: { note: 'new' } };
const STABLE = { labels: { role: 'stable' } };
const steps = [{ setWeight: 50 }, { pause: {} }];

const imageOf = ({ spec }: Pod): string => spec.containers[0]?.image ?? '';
const active = (world: World): Pod[] => podsOf(world).filter(isActive);

/** Images, parts and notes of the pods that there are, each once. */
function parts(world: World): string[] {
  const said = active(world).map(
    (pod) =>
      `${imageOf(pod)} ${pod.metadata.labels?.['role'] ?? '-'} ${pod.metadata.annotations?.['note'] ?? '-'}`,
  );
  return [...new Set(said)].sort();
}

const uids = (world: World, image: string): string[] =>
  active(world)
    .filter((pod) => imageOf(pod) === image)
    .map(({ metadata }) => metadata.uid ?? '')
    .sort();

test('canary and stable: swapped at the promotion, pods and hash stay', (t) => {
  const strategy = aCanary({ steps, canaryMetadata: CANARY, stableMetadata: STABLE });
  const first = released(releaseWorld(aRollout(strategy)));
  t.deepEqual(parts(first), ['web:1 stable -']);
  const half = released(withImage(first, 'web:2'));
  t.is(statusIn(half).phase, 'Paused', JSON.stringify(statusIn(half)));
  t.deepEqual(parts(half), ['web:1 stable -', 'web:2 canary new']);
  const hash = statusIn(half).currentPodHash;
  const done = releasedAfter(released(promoted(half)), 31);
  t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
  t.is(statusIn(done).stableRS, hash);
  t.deepEqual(parts(done), ['web:2 stable -']);
  for (const uid of uids(half, 'web:2')) t.true(uids(done, 'web:2').includes(uid), 'no pod is made anew');
  for (const { metadata, spec } of readerOf(done).list(replicaSetKind)) {
    t.is(spec.template.metadata?.labels?.[HASH_LABEL], metadata.labels?.[HASH_LABEL]);
    t.false('role' in (spec.selector.matchLabels ?? {}));
  }
  t.is(readerOf(done).list(replicaSetKind).length, 2);
});

test('an abort: the new version stays a canary as long as it is there, and the old one stable', (t) => {
  const strategy = aCanary({ steps, canaryMetadata: CANARY, stableMetadata: STABLE });
  const half = released(withImage(released(releaseWorld(aRollout(strategy))), 'web:2'));
  const back = released(abortedByUser(half));
  t.deepEqual(parts(back), ['web:1 stable -', 'web:2 canary new']);
  t.deepEqual(parts(releasedAfter(back, 31)), ['web:1 stable -']);
  // The old template again: its version is used again as it is.
  const again = released(withImage(back, 'web:1'));
  t.is(statusIn(again).phase, 'Healthy', JSON.stringify(statusIn(again)));
  t.is(readerOf(again).list(replicaSetKind).length, 2);
  t.deepEqual(uids(again, 'web:1'), uids(half, 'web:1'));
});

test('active and preview', (t) => {
  const blueGreen = {
    ...{ activeService: 'web', previewService: 'web-canary', autoPromotionEnabled: false },
    ...{ activeMetadata: STABLE, previewMetadata: CANARY },
  };
  const waiting = released(withImage(released(releaseWorld(aRollout({ blueGreen }))), 'web:2'));
  t.deepEqual(parts(waiting), ['web:1 stable -', 'web:2 canary new']);
  const done = released(promoted(waiting));
  t.deepEqual(parts(done), ['web:1 - -', 'web:2 stable -']);
  t.deepEqual(uids(done, 'web:2'), uids(waiting, 'web:2'));
});

test('what is asked for later is added, and taken away again without a trace', (t) => {
  const change = (world: World, fields: NonNullable<Rollout['spec']['strategy']['canary']>): World =>
    released(
      edited(world, (spec) => ({ ...spec, strategy: { canary: { ...spec.strategy.canary, ...fields } } })),
    );
  const first = released(releaseWorld(aRollout(aCanary({ steps }))));
  t.deepEqual(parts(first), ['web:1 - -']);
  const templates = readerOf(first)
    .list(replicaSetKind)
    .map(({ spec }) => spec.template);
  const marked = change(first, { stableMetadata: STABLE });
  t.deepEqual(parts(marked), ['web:1 stable -']);
  t.is(statusIn(marked).phase, 'Healthy');
  const bare = change(marked, { stableMetadata: {} });
  t.deepEqual(parts(bare), ['web:1 - -']);
  t.true(active(bare).every(({ metadata }) => !(ADDED_METADATA in (metadata.annotations ?? {}))));
  t.deepEqual(
    readerOf(bare)
      .list(replicaSetKind)
      .map(({ spec }) => spec.template),
    templates,
  );
  t.deepEqual(uids(bare, 'web:1'), uids(first, 'web:1'));
  t.is(rolloutIn(bare).status?.currentPodHash, rolloutIn(first).status?.currentPodHash);
});
