// Every scenario, each played in both worlds.
import { agentRestart } from './agent-restart.ts';
import { configMapFile } from './config-map-file.ts';
import { containerCrash } from './container-crash.ts';
import { controlPlaneRestart } from './control-plane-restart.ts';
import { cronJobTicks } from './cron-job-ticks.ts';
import { deploymentScales } from './deployment-scales.ts';
import { jobCompletes } from './job-completes.ts';
import { jobFails } from './job-fails.ts';
import { namespaceDeletion } from './namespace-deletion.ts';
import { nodeDrain } from './node-drain.ts';
import { ownerDeletion } from './owner-deletion.ts';
import { pausedUpdate } from './paused-update.ts';
import { podReplaced } from './pod-replaced.ts';
import { rollingUpdate } from './rolling-update.ts';
import { rolloutUndo } from './rollout-undo.ts';
import { storeFrozen } from './store-frozen.ts';
import { stuckUpdate } from './stuck-update.ts';
import type { Scenario } from './scenario.ts';

/** From what users do to what befalls them. */
export const allScenarios: readonly Scenario[] = [
  deploymentScales,
  rollingUpdate,
  rolloutUndo,
  stuckUpdate,
  pausedUpdate,
  containerCrash,
  podReplaced,
  jobCompletes,
  jobFails,
  cronJobTicks,
  ownerDeletion,
  configMapFile,
  namespaceDeletion,
  nodeDrain,
  agentRestart,
  controlPlaneRestart,
  storeFrozen,
];
