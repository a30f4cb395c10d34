// Waits for one object to be as wanted: list, then watch, again after each break, until done or out of time.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { isExpired, StatusError } from '@gantry/api/status-error';
import { CliError, EXIT, type CommandContext } from './command.ts';
import type { Connection } from './connect.ts';
import { becauseText } from './why/tell-if-slow.ts';

/** What is waited for. */
export interface WatchGoal {
  timeoutMs: number;
  /** Called with the object as it is; undefined when there is none. May throw to give up. */
  done(current: AnyObject | undefined): boolean;
  /** Ends the sentence "waiting for …", with what is known. */
  waitingFor(current: AnyObject | undefined): string;
  /** Asked when the time is up: what kept it waiting. Must not throw. */
  why?(): Promise<readonly string[]>;
  /** Called on every change, e.g. for a progress line. */
  progress?(current: AnyObject | undefined): void;
}

const RETRY_MS = 500;

/** Resolves once `done` holds. @throws CliError with exit code 7 when the time is up; it says what was missing. */
export async function watchUntil(
  context: CommandContext,
  connection: Connection,
  target: { definition: KindDefinition; namespace: string; name: string },
  goal: WatchGoal,
): Promise<AnyObject | undefined> {
  const timeout = AbortSignal.timeout(goal.timeoutMs);
  const signal = AbortSignal.any([timeout, context.signal]);
  let current: AnyObject | undefined;
  for (;;) {
    try {
      for await (const seen of changesOf(connection, target, signal)) {
        current = seen;
        goal.progress?.(seen);
        if (goal.done(seen)) return seen;
      }
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      if (timeout.aborted) {
        const seconds = Math.round(goal.timeoutMs / 1000);
        const because = becauseText((await goal.why?.()) ?? []);
        throw new CliError(
          `Timed out after ${seconds} s waiting for ${goal.waitingFor(current)}${because}.`,
          {
            exitCode: EXIT.timeout,
          },
        );
      }
      if (!isPassing(error)) throw error;
      await new Promise<void>((resolve) => context.clock.schedule(RETRY_MS, resolve));
    }
  }
}

/** A watch that is too old, or a connection that broke: start again. */
function isPassing(error: unknown): boolean {
  if (isExpired(error)) return true;
  if (error instanceof CliError) return false;
  return !(error instanceof StatusError) || (error.status.code ?? 0) >= 500;
}

async function* changesOf(
  connection: Connection,
  { definition, namespace, name }: { definition: KindDefinition; namespace: string; name: string },
  signal: AbortSignal,
): AsyncGenerator<AnyObject | undefined> {
  const selection = { namespace, fieldSelector: `metadata.name=${name}`, signal };
  const { items, resourceVersion } = await connection.client.list(definition, selection);
  yield items[0];
  for await (const { type, object } of connection.client.watch(definition, {
    ...selection,
    resourceVersion,
  })) {
    if (type !== 'BOOKMARK') yield type === 'DELETED' ? undefined : object;
  }
}
