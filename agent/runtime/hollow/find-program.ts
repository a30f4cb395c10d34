// What a command is in an image: one of its programs, or, in an image that says nothing of its programs, anything. Pure.
import type { HollowImage } from './hollow-images.ts';
import type { HollowProgram } from './hollow-program.ts';

export type FoundProgram =
  | { outcome: 'any' }
  | { outcome: 'program'; program: HollowProgram }
  /** The message is the one that Docker's engine has. */
  | { outcome: 'missing'; code: 'command-not-found' | 'command-not-runnable'; message: string };

export function findProgram(image: HollowImage | undefined, argv: readonly string[]): FoundProgram {
  const { programs, files = {} } = image ?? {};
  if (programs === undefined) return { outcome: 'any' };
  const [name = ''] = argv;
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program !== undefined) return { outcome: 'program', program };
  const missing = (code: 'command-not-found' | 'command-not-runnable', why: string): FoundProgram => ({
    ...{ outcome: 'missing', code },
    message: `exec: "${name}": ${why}`,
  });
  if (!name.includes('/')) return missing('command-not-found', 'executable file not found in $PATH');
  if (Object.hasOwn(files, name)) return missing('command-not-runnable', 'permission denied');
  return missing('command-not-found', `stat ${name}: no such file or directory`);
}
