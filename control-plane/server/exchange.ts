// What a route's handler works with and what it returns: one request and its answer, without Koa.
import type { KindDefinition } from '@gantry/api/definition';
import type { ServedForm } from '@gantry/api/registry';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AnswerForm } from './media-type.ts';
import type { RequestBody } from './request-body.ts';
import type { RequestInfo } from './request-info.ts';
import type { User } from './security.ts';

/** A request that has been let in. */
export interface Exchange {
  info: RequestInfo;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  user: User;
  requestId: string;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  /** What the client accepts. @throws StatusError 406. */
  form: () => AnswerForm;
  /** @throws StatusError 413, 400. */
  readBody: () => Promise<RequestBody>;
  /** Adds a `Warning` header; the same sentence is told once. */
  warn: (sentence: string) => void;
}

/** A request about a kind that is served. */
export interface ResourceExchange extends Exchange {
  /** As it is stored. */
  definition: KindDefinition;
  /** As the group version of the request serves it. */
  served: ServedForm;
}

/** What is sent back. */
export type Answer =
  /** A value, serialised in the form that was asked for. */
  | { type: 'value'; status: number; value: object; contentType?: string }
  /** Text that is ready, in pieces when it is large. */
  | {
      type: 'text';
      status: number;
      contentType: string;
      text: string | Iterable<string | Buffer> | AsyncIterable<string>;
      headers?: Readonly<Record<string, string>>;
    }
  /** The handler writes by itself, headers included. */
  | { type: 'stream'; run: (response: ServerResponse) => Promise<void> };

/** 200 with a value. */
export function valueAnswer(value: object, status = 200): Answer {
  return { type: 'value', status, value };
}
