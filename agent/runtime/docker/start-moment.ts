// Whether a container's first process has its surroundings, but not yet its program. Pure.

/** What the runtime's process calls itself until it becomes the container's program. */
const RUNC_NAME = 'runc:[2:INIT]';
/** What the kernel says of a process that waits for the other end of its start pipe. */
const AT_START_PIPE = 'wait_for_partner';

/**
 * @param read gives the texts of `/proc/<pid>/wchan` and `/proc/<pid>/status`; the second is asked for only where the
 * first does not tell.
 *
 * runc sets the hostname, then the filter of system calls, then waits at a pipe to be let go. The filter is seen also
 * on a machine so busy that nothing ever waits; the wait also where there is no filter, or another runtime.
 */
export function isAboutToStart(read: (name: 'wchan' | 'status') => string): boolean {
  if (read('wchan') === AT_START_PIPE) return true;
  const status = read('status');
  return status.startsWith(`Name:\t${RUNC_NAME}\n`) && /^Seccomp:\t2$/m.test(status);
}
