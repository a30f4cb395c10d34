// What `gantry rollout` shows and writes, against what the Rollout's controller makes of it.
import test from 'ava';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { Rollout, RolloutStatus } from '@gantry/api/kinds/rollout';
import {
  aCanary,
  aRollout,
  patched,
  released,
  releasedAfter,
  releaseWorld,
  rolloutIn,
  statusIn,
  withImage,
} from '@gantry/control-plane/controllers/rollout/toy-rollouts';
import { readerOf, type World } from '@gantry/control-plane/engine/toy-world';
import { pictureText } from '@gantry/ctl/rollout/picture/picture-text';
import { abortion } from '@gantry/api/rollout/steer/abort';
import { promotion } from '@gantry/api/rollout/steer/promote';
import { retrial } from '@gantry/api/rollout/steer/retry';
import type { Steering } from '@gantry/api/rollout/steer/steering';

const steps = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: {} }];

/** In the first pause of an update from `web:1` to `web:2`. */
function paused(): World {
  return released(withImage(released(releaseWorld(aRollout(aCanary({ steps })))), 'web:2'));
}

function shown(world: World): string {
  const reader = readerOf(world);
  const [replicaSets, pods] = [reader.list(replicaSetKind), reader.list(podKind)];
  return pictureText({
    rollout: rolloutIn(world),
    replicaSets,
    pods,
    runs: [],
    experiments: [],
    nowMs: world.nowMs,
  });
}

/** The merge patches of the status are written; null takes a field away. */
function steered(world: World, decide: (rollout: Rollout) => Steering): World {
  const steering = decide(rolloutIn(world));
  if (steering.type === 'nothing') throw new Error(steering.why);
  const fields = steering.patches.flatMap(({ body }) =>
    Object.entries((body as { status: Record<string, unknown> }).status),
  );
  const merged = (status: RolloutStatus): RolloutStatus =>
    Object.fromEntries(
      Object.entries({ ...status, ...Object.fromEntries(fields) }).filter(([, value]) => value !== null),
    );
  return released(patched(world, merged));
}

test('promote, skip, full: the update goes on as far as it should', (t) => {
  t.regex(shown(paused()), /^Steps: +setWeight 25 > \[pause\] > setWeight 50 > pause \(2 of 4\)$/m);
  for (const flags of [{}, { skipCurrentStep: true }]) {
    const next = steered(paused(), (rollout) => promotion(rollout, flags));
    t.regex(shown(next), /> \[pause\] \(4 of 4\)$/m);
    t.regex(shown(next), /^Weight: +canary 50 %, stable 50 %, confirmed by all proxies$/m);
  }
  for (const flags of [{ full: true }, { full: true, force: true }, { skipAllSteps: true }]) {
    const done = releasedAfter(
      steered(paused(), (rollout) => promotion(rollout, flags)),
      60,
    );
    t.is(statusIn(done).phase, 'Healthy');
    t.regex(shown(done), /^Images: +web:2: revision 2 \(stable\)$/m);
  }
});

test('abort shows whose pods are kept, and until when; retry begins anew', (t) => {
  const aborted = steered(paused(), abortion);
  t.regex(shown(aborted), /^Message: +RolloutAborted: .* by a user$/m);
  t.regex(shown(aborted), /^Weight: +canary 0 %, stable 100 %, confirmed by all proxies$/m);
  t.regex(shown(aborted), /1\/1 ready +0s +keeps its pods until 20/);
  t.regex(shown(steered(aborted, retrial)), /> \[pause\] > .*\(2 of 4\)$/m);
});
