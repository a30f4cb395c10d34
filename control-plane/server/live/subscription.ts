// One watch or topic on a live connection: authorized as its path would be by itself, and served by the same code.
import { childAbort } from '@gantry/kit/child-abort';
import type { BoundedWriter } from '../bounded-writer.ts';
import type { ServerDeps } from '../deps.ts';
import { statusFor, unknownMethod, unknownPath } from '../error-answer.ts';
import type { Exchange } from '../exchange.ts';
import { answerForm, JSON_FORM } from '../media-type.ts';
import { authorize } from '../permit.ts';
import { requestInfo } from '../request-info.ts';
import { watchedResource } from '../resource-routes.ts';
import type { User } from '../security.ts';
import { openWatch } from '../watch.ts';
import type { Outbox } from './outbox.ts';
import type { Topics } from './topics.ts';

/** What a subscription needs of its connection. */
export interface SubscriptionDeps {
  deps: ServerDeps;
  topics: Topics;
  user: User;
  requestId: string;
  outbox: Outbox;
}

/** Runs one until `signal`, or until it ends by itself; then the client is told so. Never rejects. */
export async function runSubscription(
  of: SubscriptionDeps,
  id: number,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  let run: (writer: BoundedWriter) => Promise<void>;
  const tell = (text: string): void => {
    if (!signal.aborted) of.outbox.write(`${id} ${text}\n`);
  };
  const tellError = (error: unknown): void => {
    tell(`{"type":"ERROR","object":${JSON.stringify(statusFor(error, of.requestId, of.deps.logger))}}`);
  };
  try {
    run = await opened(of, path, signal);
  } catch (error) {
    tellError(error);
    return;
  }
  const stop = childAbort(signal);
  try {
    await run(writerFor(of.outbox, id, stop.signal, () => stop.abort()));
  } catch (error) {
    tellError(error);
  } finally {
    stop.release();
  }
  tell('{"type":"CLOSED"}');
}

/** @throws StatusError when it cannot be opened. */
async function opened(
  { deps, topics, user, requestId }: SubscriptionDeps,
  path: string,
  signal: AbortSignal,
): Promise<(writer: BoundedWriter) => Promise<void>> {
  const url = urlOf(path);
  const topic = topics.find(url.pathname);
  if (topic !== undefined) return topic.open(user, url.searchParams);
  const info = requestInfo('GET', url.pathname, url.searchParams);
  if (info === undefined) throw unknownPath();
  authorize(deps.security, user, info);
  const exchange: Exchange = {
    ...{ info, query: url.searchParams, headers: {}, user, requestId, signal },
    form: () => formOf(url.searchParams),
    readBody: () => Promise.reject(unknownMethod()),
    warn: () => undefined,
  };
  return openWatch(deps, watchedResource(deps, exchange));
}

function urlOf(path: string): URL {
  try {
    return new URL(`http://server${path}`);
  } catch {
    throw unknownPath();
  }
}

/** There is no Accept header for each watch: `as=PartialObjectMetadata` stands in the query. */
function formOf(query: URLSearchParams): ReturnType<Exchange['form']> {
  const as = query.get('as') ?? '';
  return as === '' ? JSON_FORM : answerForm(`application/json;as=${as};g=meta.k8s.io;v=v1`);
}

/** Lines with the number of their subscription, until it ends. */
function writerFor(outbox: Outbox, id: number, ended: AbortSignal, cut: () => void): BoundedWriter {
  return {
    get closed() {
      return ended.aborted;
    },
    write(line) {
      if (!ended.aborted) outbox.write(`${id} ${line}`);
    },
    ready: () => outbox.ready(),
    onceClosed(listener) {
      if (ended.aborted) queueMicrotask(listener);
      ended.addEventListener('abort', listener, { once: true });
      return () => {
        ended.removeEventListener('abort', listener);
      };
    },
    cut,
  };
}
