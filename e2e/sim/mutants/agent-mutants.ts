// Deliberate faults in the agent.
import type { Mutant } from './mutant.ts';
import { withServices } from './plan-needs.ts';

export const AGENT_MUTANTS: readonly Mutant[] = [
  {
    name: 'end-is-forgotten',
    file: 'agent/pods/pod-worker.ts',
    find: '    this.#keepPhase(pod.status);\n',
    replace: '',
    what: 'An agent that was started anew takes an end back that the one before had reported.',
  },
  {
    name: 'stops-in-traffic',
    file: 'agent/pods/ending.ts',
    find: 'if (isInTraffic(pod) && graceSeconds > 0)',
    replace: 'if (isInTraffic(pod) && graceSeconds < 0)',
    what: 'A pod is stopped while Services lead to it.',
    needs: withServices,
  },
  {
    name: 'tells-ahead-of-its-proxy',
    file: 'agent/services/hollow-proxy.ts',
    find: '      waiting = undefined;\n',
    replace: [
      '      waiting = undefined;\n      applied = lists.revision;\n',
      "      drains.onApplied({ revision: applied ?? '0', leaving: [], isAwaited: true });\n",
    ].join(''),
    what: 'A node says that a change is in force before it is.',
    needs: withServices,
  },
  {
    name: 'requests-under-way-are-passed-over',
    file: 'agent/services/drain-watch.ts',
    find: 'open.length === 0 ? revision',
    replace: 'open.length >= 0 ? revision',
    what: 'A node says that what was under way to a pod has ended as soon as nothing new is sent there.',
    needs: withServices,
  },
  {
    name: 'newest-change-took-it-out',
    file: 'agent/services/drain-watch.ts',
    find: 'this.#leaving.set(key, { before, sinceMs: nowMs, isOver: false });',
    replace:
      'this.#leaving.set(key, { before: Number(applied.revision) - 1, sinceMs: nowMs, isOver: false });',
    what: 'What was taken out is taken for taken out by the newest of the changes that were applied at once.',
    needs: withServices,
  },
  {
    name: 'deaf-to-kill-switches',
    file: 'api/traffic-split/split-in-force.ts',
    find: '  if (!isThrown(decided(killSwitch, flags, nowMs), killSwitch.variant)) return split;',
    replace:
      '  if (isThrown(decided(killSwitch, flags, nowMs), killSwitch.variant) || rules.length > 0) return split;',
    what: 'Nodes wait for the controller when a kill switch is thrown.',
    needs: ({ flagsOnNodes }) => flagsOnNodes === true,
  },
  {
    name: 'no-restart-back-off',
    file: 'agent/pods/restart-back-off.ts',
    find: 'return { dueAtMs: finishedAtMs + delayMs, delayMs, quickExits: before + 1 };',
    replace: 'return { dueAtMs: Infinity, delayMs, quickExits: before + 1 };',
    what: 'A container that ended is never started again.',
  },
  {
    name: 'confirms-before-the-end',
    file: 'agent/pods/ending-steps.ts',
    find: 'if (running.length > 0) return running.map',
    replace: `if (ending.cause === 'deleted' && !observed.memory.isConfirmed)
    return [{ step: { type: 'confirm-deleted' } }];
  if (running.length > 0) return running.map`,
    what: 'The API is told that a pod is gone while its containers run.',
  },
  {
    name: 'orphans-run-on',
    file: 'agent/pods/pods.ts',
    find: 'this.#start(orphan(identity), undefined).vanish(ORPHAN_GRACE_SECONDS);',
    replace: 'void orphan;',
    what: 'What is left of a pod that nobody knows runs on.',
  },
  {
    name: 'checkpoint-outlives-the-pod',
    file: 'agent/pods/pods.ts',
    find: '      worker?.vanish(podGraceSeconds(worker.pod));',
    replace: '      void worker;',
    what: 'A pod of the checkpoint that the API has no more runs on.',
  },
  {
    name: 'never-restarts-jobs',
    file: 'agent/pods/verdict.ts',
    find: "    case 'Never':\n      return false;",
    replace: "    case 'Never':\n      return true;",
    what: 'A container that is not to be restarted is.',
  },
  {
    name: 'failed-status-is-not-repeated',
    file: 'agent/pods/status-writer.ts',
    find: 'else if (isConflict(error)) await this.#fetch(uid, entry);\n      else this.#log(entry.pod, error);',
    replace: 'else if (isConflict(error)) await this.#fetch(uid, entry);\n      else entry.asked = wanted;',
    what: 'A status whose write got no answer is taken for written.',
  },
];
