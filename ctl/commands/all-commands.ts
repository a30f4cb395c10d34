// Every command of `gantry`, one file each.
import type { RegisterCommand } from '../command.ts';
import { registerApply } from './apply.ts';
import { registerCordon } from './cordon.ts';
import { registerCreate } from './create.ts';
import { registerDelete } from './delete.ts';
import { registerDown } from './down.ts';
import { registerDrain } from './drain.ts';
import { registerEvents } from './events.ts';
import { registerExec } from './exec.ts';
import { registerGet } from './get.ts';
import { registerLogs } from './logs.ts';
import { registerRollout } from './rollout.ts';
import { registerScale } from './scale.ts';
import { registerSetup } from './setup.ts';
import { registerToken } from './token.ts';
import { registerTop } from './top.ts';
import { registerUp } from './up.ts';
import { registerVersion } from './version.ts';
import { registerWait } from './wait.ts';

export const commands: readonly RegisterCommand[] = [
  registerApply,
  registerCordon,
  registerCreate,
  registerDelete,
  registerDown,
  registerDrain,
  registerEvents,
  registerExec,
  registerGet,
  registerLogs,
  registerRollout,
  registerScale,
  registerSetup,
  registerToken,
  registerTop,
  registerUp,
  registerVersion,
  registerWait,
];
