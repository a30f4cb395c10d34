// Paths beside the Kubernetes API: the agents' tunnel, joining, what later parts add. Injected, so that the
// server's own routes do not grow with every part.
import type { IncomingHttpHeaders } from 'node:http';
import type { Upgrade } from './connect.ts';
import type { User } from './security.ts';

/** A request to an extension, its body read and within the limit. */
export interface ExtensionRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  user: User;
  requestId: string;
  signal: AbortSignal;
}

/** Its answer; `body` of an object is sent as JSON. */
export interface ExtensionAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: object | string | Buffer;
}

/** One path with its handler. StatusErrors thrown become their Status. */
export interface Extension {
  /** Exact path, e.g. `/gantry/v1/join`. */
  path: string;
  /** Methods served; others are answered with 405. */
  methods: readonly string[];
  /** `anonymous`: the handler itself checks who asks (joining by token); `authorized`: as every path. */
  access: 'anonymous' | 'authorized';
  answer?(request: ExtensionRequest): Promise<ExtensionAnswer>;
  /** Takes over an upgraded connection (WebSocket). */
  upgrade?(request: Omit<ExtensionRequest, 'body' | 'method'>, upgrade: Upgrade): Promise<void>;
}
