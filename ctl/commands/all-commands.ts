// Every command of `gantry`, one file each, loaded only when it is asked for: start-up is part of every answer.
import type { RegisterCommand } from '../command.ts';

/** By the word that the user types. */
export const commandLoaders: Readonly<Record<string, () => Promise<RegisterCommand>>> = {
  __complete: async () => (await import('./completion.ts')).registerComplete,
  agent: async () => (await import('./agent.ts')).registerAgent,
  annotate: async () => (await import('./label.ts')).registerLabel,
  'api-resources': async () => (await import('./api-resources.ts')).registerApiResources,
  apply: async () => (await import('./apply.ts')).registerApply,
  attach: async () => (await import('./attach.ts')).registerAttach,
  completion: async () => (await import('./completion.ts')).registerCompletion,
  config: async () => (await import('./config.ts')).registerConfig,
  cordon: async () => (await import('./cordon.ts')).registerCordon,
  create: async () => (await import('./create.ts')).registerCreate,
  dashboard: async () => (await import('./dashboard.ts')).registerDashboard,
  delete: async () => (await import('./delete.ts')).registerDelete,
  describe: async () => (await import('./describe.ts')).registerDescribe,
  diff: async () => (await import('./diff.ts')).registerDiff,
  down: async () => (await import('./down.ts')).registerDown,
  drain: async () => (await import('./drain.ts')).registerDrain,
  edit: async () => (await import('./edit.ts')).registerEdit,
  events: async () => (await import('./events.ts')).registerEvents,
  exec: async () => (await import('./exec.ts')).registerExec,
  explain: async () => (await import('./explain.ts')).registerExplain,
  expose: async () => (await import('./expose.ts')).registerExpose,
  flag: async () => (await import('./flag.ts')).registerFlag,
  get: async () => (await import('./get.ts')).registerGet,
  label: async () => (await import('./label.ts')).registerLabel,
  logs: async () => (await import('./logs.ts')).registerLogs,
  patch: async () => (await import('./patch.ts')).registerPatch,
  'port-forward': async () => (await import('./port-forward.ts')).registerPortForward,
  rollout: async () => (await import('./rollout.ts')).registerRollout,
  scale: async () => (await import('./scale.ts')).registerScale,
  setup: async () => (await import('./setup.ts')).registerSetup,
  timeline: async () => (await import('./timeline.ts')).registerTimeline,
  token: async () => (await import('./token.ts')).registerToken,
  top: async () => (await import('./top.ts')).registerTop,
  uncordon: async () => (await import('./cordon.ts')).registerCordon,
  up: async () => (await import('./up.ts')).registerUp,
  version: async () => (await import('./version.ts')).registerVersion,
  wait: async () => (await import('./wait.ts')).registerWait,
};

/** The command of that word, or all of them: for help, suggestions and completion. */
export async function loadCommands(word: string | undefined): Promise<RegisterCommand[]> {
  const wanted = Object.entries(commandLoaders).find(([name]) => name === word);
  const loaders = wanted === undefined ? Object.values(commandLoaders) : [wanted[1]];
  return [...new Set(await Promise.all(loaders.map((load) => load())))];
}
