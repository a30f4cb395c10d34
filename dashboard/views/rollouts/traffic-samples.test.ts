import test from 'ava';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { errorPercent, sampleOf } from './traffic-samples.ts';

const rollout = (verified: boolean): Rollout => ({
  apiVersion: 'gantry.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { strategy: { canary: { stableService: 'web', canaryService: 'web-canary' } } },
  status: {
    stableRS: 'old',
    currentPodHash: 'new',
    canary: { weights: { canary: { weight: 20 }, stable: { weight: 80 }, verified } },
  },
});
const revision = (hash: string, requestsPerSecond: number, errorsPerSecond = 0) => ({
  ...{ hash, requestsPerSecond, errorsPerSecond },
  p95Ms: 5,
});
const flow = {
  at: '2026-01-01T00:00:00Z',
  services: [
    { namespace: 'shop', name: 'web', revisions: [revision('old', 75), revision('new', 20, 5)] },
    { namespace: 'shop', name: 'web-canary', revisions: [revision('new', 5)] },
    { namespace: 'other', name: 'web', revisions: [revision('new', 1000)] },
  ],
};

test('requests of both Services of the rollout count, those of other namespaces do not', (t) => {
  const sample = sampleOf(rollout(true), flow, undefined);
  t.is(sample.measuredPercent, 25);
  t.is(sample.canary.requestsPerSecond, 25);
  t.is(errorPercent(sample.canary), 20);
});

test('a share that is not confirmed leaves the last one that was', (t) => {
  t.is(sampleOf(rollout(false), flow, 10).confirmedPercent, 10);
  t.is(sampleOf(rollout(true), flow, 10).confirmedPercent, 20);
});

test('without requests there is no share and no error rate', (t) => {
  const sample = sampleOf(rollout(true), { ...flow, services: [] }, undefined);
  t.is(sample.measuredPercent, undefined);
  t.is(errorPercent(sample.canary), null);
});

test('a version that has just become the stable one is the new one while the weight says so', (t) => {
  const update = rollout(true);
  const promoted = (weight: number): Rollout => ({
    ...update,
    status: {
      ...update.status,
      stableRS: 'new',
      canary: { weights: { canary: { weight }, stable: { weight: 100 - weight }, verified: true } },
    },
  });
  t.is(sampleOf(promoted(100), flow, undefined).measuredPercent, 25);
  t.is(sampleOf(promoted(100), flow, undefined).stable.requestsPerSecond, 75);
  t.is(sampleOf(promoted(0), flow, undefined).measuredPercent, 0);
  t.is(sampleOf(promoted(0), flow, undefined).stable.requestsPerSecond, 25);
});
