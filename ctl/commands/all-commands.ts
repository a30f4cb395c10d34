// Every command of `gantry`, one file each.
import type { RegisterCommand } from '../command.ts';
import { registerApply } from './apply.ts';
import { registerCordon } from './cordon.ts';
import { registerCreate } from './create.ts';
import { registerDelete } from './delete.ts';
import { registerDown } from './down.ts';
import { registerExec } from './exec.ts';
import { registerGet } from './get.ts';
import { registerLogs } from './logs.ts';
import { registerRollout } from './rollout.ts';
import { registerScale } from './scale.ts';
import { registerSetup } from './setup.ts';
import { registerUp } from './up.ts';

export const commands: readonly RegisterCommand[] = [
  registerUp,
  registerDown,
  registerSetup,
  registerApply,
  registerGet,
  registerCreate,
  registerDelete,
  registerScale,
  registerRollout,
  registerLogs,
  registerExec,
  registerCordon,
];
