// What HAProxy has still to finish: requests of servers on their way out, and whatever processes of before a reload have.
import type { HaproxyProcess } from './haproxy-process.ts';
import { readSessions } from './read-running.ts';
import type { Running } from './running.ts';

/** The processes that ran before this configuration did. */
const BEFORE = 'before ';

/** Names of what nothing new is sent to any more. Where there was no reload nobody is left of before. */
export function leavingIn({ generation, layout }: Running): string[] {
  const leaving = [`${BEFORE}${generation}`];
  // There may be thousands of servers, and few of them leave: nothing is made for the others.
  for (const [slot, laid] of layout.servers)
    for (const { id, state } of laid.values()) if (state !== 'ready') leaving.push(`${slot}/${id}`);
  return leaving;
}

/**
 * How many requests and connections each has, those in line too; of processes of before only whether there are any. Servers that are gone
 * are left out.
 *
 * @param keys see {@link leavingIn}.
 * @throws OperationalError `proxy-silent`.
 */
export async function requestsUnderWay(
  haproxy: Pick<HaproxyProcess, 'ask' | 'isAlone'>,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const before = keys.filter((key) => key.startsWith(BEFORE));
  const servers = keys.filter((key) => !key.startsWith(BEFORE));
  const slots = [...new Set(servers.map((key) => key.slice(0, key.indexOf('/'))))];
  const answers = slots.length === 0 ? [] : await haproxy.ask(slots.map((slot) => `show stat ${slot} 4 -1`));
  const found = new Map(answers.flatMap((answer) => [...readSessions(answer)]));
  if (before.length === 0) return found;
  const left = (await haproxy.isAlone()) ? 0 : 1;
  for (const key of before) found.set(key, left);
  return found;
}
