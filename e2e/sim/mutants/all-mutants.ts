// Every deliberate fault that the simulation has to find.
import { AGENT_MUTANTS } from './agent-mutants.ts';
import { ROLLOUT_MUTANTS } from './rollout-mutants.ts';
import { CONTROL_PLANE_MUTANTS } from './control-plane-mutants.ts';
import type { Mutant } from './mutant.ts';

export const MUTANTS: readonly Mutant[] = [...CONTROL_PLANE_MUTANTS, ...ROLLOUT_MUTANTS, ...AGENT_MUTANTS];
