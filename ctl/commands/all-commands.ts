// Every command of `gantry`, one file each.
import type { RegisterCommand } from '../command.ts';
import { registerApply } from './apply.ts';
import { registerDown } from './down.ts';
import { registerGet } from './get.ts';
import { registerSetup } from './setup.ts';
import { registerUp } from './up.ts';

export const commands: readonly RegisterCommand[] = [
  registerUp,
  registerDown,
  registerSetup,
  registerApply,
  registerGet,
];
