// Memory and processor time of processes, read from /proc.
import { readFileSync } from 'node:fs';

/** Ticks a second in /proc: fixed at 100 on Linux for all programs outside the kernel. */
const TICKS_PER_SECOND = 100;
const UTIME = 13;
const STIME = 14;

/** Resident memory of one process in megabytes (10^6 bytes). */
export function residentMegabytes(pid: number): number {
  return megabytesOf(pid, 'VmRSS');
}

/** The most that it ever was. */
export function peakResidentMegabytes(pid: number): number {
  return megabytesOf(pid, 'VmHWM');
}

function megabytesOf(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Processor time that the process has used so far, in seconds. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name stands in parentheses and may hold spaces: fields are counted behind it.
  const fields = ['', '', ...stat.slice(stat.lastIndexOf(')') + 2).split(' ')];
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
}
