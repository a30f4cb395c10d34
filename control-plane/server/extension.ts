// Paths beside the Kubernetes API: the agents' tunnel, joining, what later parts add. Injected, so that the
// server's own routes do not grow with every part.
import type { IncomingHttpHeaders } from 'node:http';
import type { Upgrade } from './connect.ts';
import type { Credentials, User } from './security.ts';

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
  /** For those who check their callers themselves. */
  credentials: Credentials;
  /** Whom a limit for each client is about; empty when the client is gone. */
  remoteAddress: string;
}

/** An upgraded connection to an extension. */
export type UpgradeRequest = Omit<ExtensionRequest, 'body' | 'method' | 'credentials' | 'remoteAddress'>;

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
  /** Serves everything below `path` too, which then ends in `/`. */
  below?: boolean;
  /** Longest body that is read; the server's own limit when absent. */
  bodyBytesMax?: number;
  /** Methods served; others are answered with 405. */
  methods: readonly string[];
  /** `anonymous`: the handler itself checks who asks (joining by token); `authorized`: as every path. */
  access: 'anonymous' | 'authorized';
  answer?(request: ExtensionRequest): Promise<ExtensionAnswer>;
  /** Takes over an upgraded connection (WebSocket). */
  upgrade?(request: UpgradeRequest, upgrade: Upgrade): Promise<void>;
}
