// What the user is told of a sandbox that cannot be made.
import test from 'ava';
import { eventsOf } from './event-text.ts';

const pod = { namespace: 'default', name: 'web', uid: 'u' };
const failed = { type: 'step-failed', subject: 'sandbox', message: 'no range yet', count: 1 } as const;

test('a pod that waits for the pod network is told so in the words of kubelet', (t) => {
  const [event] = eventsOf(pod, { ...failed, code: 'network-not-ready' });
  t.like(event, { reason: 'NetworkNotReady', message: 'network is not ready: no range yet' });
  t.is(eventsOf(pod, { ...failed, code: 'engine-failed' })[0]?.reason, 'FailedCreatePodSandBox');
});
