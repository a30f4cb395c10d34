// Deliberate faults in store use, leadership, engine and controllers.
import type { Mutant } from './mutant.ts';

const CONTROLLERS = 'control-plane/controllers';

export const CONTROL_PLANE_MUTANTS: readonly Mutant[] = [
  {
    name: 'no-fence',
    file: 'control-plane/resources/commit-write.ts',
    find: 'attempt(deps, [...context.fence, ...conditions], writes',
    replace: 'attempt(deps, [...conditions], writes',
    what: 'Writes of the leader carry no fence.',
  },
  {
    name: 'no-compare-and-swap',
    file: 'control-plane/resources/conditional-write.ts',
    find: '[{ key, modRevision: current.modRevision }, ...(claimed?.conditions ?? [])]',
    replace: '[...(claimed?.conditions ?? [])]',
    what: 'An update overwrites what somebody else has written since it was read.',
  },
  {
    name: 'acknowledged-before-written',
    file: 'control-plane/resources/commit-write.ts',
    find: "    throw translateStoreError(error, 'write');",
    replace: '    return { ok: true, revision: 1 };',
    what: 'A write that the store did not answer is acknowledged.',
  },
  {
    name: 'plans-on-stale-cache',
    file: 'control-plane/engine/pass.ts',
    find: 'await memory.caughtUp(key, deps.cache, signal);',
    replace: 'await Promise.resolve();',
    what: 'A key is planned again before the cache has its last write.',
  },
  {
    name: 'cache-resumes-too-late',
    file: 'control-plane/cache/feed.ts',
    find: 'deps.store.watch(PREFIX, afterRevision, signal)',
    replace: 'deps.store.watch(PREFIX, afterRevision + 1, signal)',
    what: 'The watch that feeds the cache begins one revision too late.',
  },
  {
    name: 'surplus-off-by-one',
    file: `${CONTROLLERS}/replica-set/plan.ts`,
    find: 'active.length - (replicaSet.spec.replicas ?? 1);',
    replace: 'active.length - (replicaSet.spec.replicas ?? 1) - 1;',
    what: 'A ReplicaSet keeps one pod too many.',
  },
  {
    name: 'counts-the-dying',
    file: `${CONTROLLERS}/replica-set/plan.ts`,
    find: 'const active = owned.filter(isActive);',
    replace: 'const active = owned;',
    what: 'Pods that are going or have ended count as replicas.',
  },
  {
    name: 'orphan-not-adopted',
    file: `${CONTROLLERS}/claim.ts`,
    find: '} else if (matches && !isEnding && isOrphan(object)) {',
    replace: '} else if (!matches && !isEnding && isOrphan(object)) {',
    what: 'An owner adopts what its selector does not want, and leaves what it wants.',
  },
  {
    name: 'surge-off-by-one',
    file: `${CONTROLLERS}/deployment/sizes.ts`,
    find: 'const room = replicas + limits.maxSurge - present;',
    replace: 'const room = replicas + limits.maxSurge + 1 - present;',
    what: 'An update makes one pod more than maxSurge allows.',
  },
  {
    name: 'unavailable-off-by-one',
    file: `${CONTROLLERS}/deployment/sizes.ts`,
    find: 'const needed = replicas - limits.maxUnavailable;',
    replace: 'const needed = replicas - limits.maxUnavailable - 1;',
    what: 'An update takes one pod more than maxUnavailable allows.',
  },
  {
    name: 'paused-goes-on',
    file: `${CONTROLLERS}/deployment/plan.ts`,
    find: 'const isPaused = deployment.spec.paused === true;',
    replace: 'const isPaused = false;',
    what: 'A paused Deployment goes on updating.',
  },
  {
    name: 'observes-ahead',
    file: `${CONTROLLERS}/deployment/status.ts`,
    find: 'observedGeneration: deployment.metadata.generation ?? 0',
    replace: 'observedGeneration: 1 + (deployment.metadata.generation ?? 0)',
    what: 'A status says that it knows of a change which nobody has made yet.',
  },
  {
    name: 'job-counts-twice',
    file: `${CONTROLLERS}/job/tally.ts`,
    find: 'const ended = endedPods(pods).filter((pod) => !known.has(uidOf(pod)));\n  const fresh = ended.slice',
    replace: 'const ended = endedPods(pods);\n  const fresh = ended.slice',
    what: 'An ended pod is noted again while it waits to be counted.',
  },
  {
    name: 'job-lets-go-too-early',
    file: `${CONTROLLERS}/job/tally.ts`,
    find: 'settled: pods.filter((pod) => isTracked(pod) && known.has(uidOf(pod))),',
    replace: 'settled: endedPods(pods),',
    what: 'A pod of a Job loses its finalizer before its end is stored: a crash in between forgets it.',
  },
  {
    name: 'job-too-many-at-once',
    file: `${CONTROLLERS}/job/scale.ts`,
    find: 'return Math.max(0, Math.min(parallelism, completions - tally.succeeded));',
    replace: 'return Math.max(0, Math.min(parallelism + 1, completions - tally.succeeded));',
    what: 'A Job runs one pod more at once than its parallelism.',
  },
  {
    name: 'cron-starts-early',
    file: `${CONTROLLERS}/cron-job/due-times.ts`,
    find: 'const from = Math.floor(untilMs / MINUTE_MS) * MINUTE_MS;',
    replace: 'const from = (Math.floor(untilMs / MINUTE_MS) + 1) * MINUTE_MS;',
    what: 'A CronJob starts its Job a minute before it is due.',
  },
  {
    name: 'orphans-are-collected',
    file: `${CONTROLLERS}/garbage-collection/owners.ts`,
    find: 'return isDeleting(owner) && (owner.metadata.finalizers ?? []).includes(FOREGROUND_FINALIZER);',
    replace: 'return isDeleting(owner);',
    what: 'What an owner leaves behind to be set free is collected instead.',
  },
  {
    name: 'lost-pods-stay',
    file: `${CONTROLLERS}/node-lifecycle/plan.ts`,
    find: "return health === 'lost' ? taints : taints.filter(({ key }) => key !== UNREACHABLE);",
    replace: 'return taints.filter(({ key }) => key !== UNREACHABLE);',
    what: 'Pods of a lost node are never driven away.',
  },
  {
    name: 'evicts-without-limit',
    file: `${CONTROLLERS}/node-lifecycle/plan.ts`,
    find: "const isDue = waitMs(zone, node.metadata.name ?? '', nowMs) === 0;",
    replace: 'const isDue = true;',
    what: 'All nodes that are away lose their pods at once.',
  },
  {
    name: 'ready-without-mark',
    file: `${CONTROLLERS}/endpoint-slice/endpoints.ts`,
    find: "return isInTraffic(pod) ? undefined : 'unmarked';",
    replace: "return isInTraffic(pod) || isReady(pod) ? undefined : 'unmarked';",
    what: 'Services lead to a pod before whoever stops it can know.',
  },
  {
    name: 'waits-for-no-proxy',
    file: `${CONTROLLERS}/pod-traffic/plan.ts`,
    find: 'const behind = proxies.filter((proxy) => proxy.revision < revision);',
    replace: 'const behind = proxies.filter(() => false);',
    what: 'A pod counts as withdrawn before the proxies have heard of it.',
  },
  {
    name: 'scheduler-forgets-its-placements',
    file: 'control-plane/scheduler/scheduler-core.ts',
    find: 'for (const { pod, node } of outcome.placements) this.#assumed.set(pod.uid, node);',
    replace: `for (const { pod, node } of outcome.placements) {
      this.#assumed.set(pod.uid, node);
      this.cluster.remove(pod.uid);
    }`,
    what: 'Room that was given away a moment ago is given away again.',
  },
];
