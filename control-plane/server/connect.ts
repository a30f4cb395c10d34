// Subresources that connect a client with a running container: log, exec, attach, portforward. The server
// finds, authorizes and limits; the handlers (`control-plane/tunnel`) carry the bytes.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { User } from './security.ts';

/** What the client wants to be connected with. */
export interface ConnectTarget {
  definition: KindDefinition;
  /** The object as the cache holds it. */
  object: AnyObject;
  /** One of {@link ConnectHandlers.subresources}. */
  subresource: string;
  query: URLSearchParams;
  user: User;
  requestId: string;
  /** Aborted when the client is gone or the server stops. */
  signal: AbortSignal;
}

/** An HTTP upgrade that has been let through; the handler owns the socket from here on. */
export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Serves the connecting subresources of pods. */
export interface ConnectHandlers {
  /** Subresource names served, with the verb that authorization and discovery show: `{ log: 'get', exec: 'create' }`. */
  readonly subresources: Readonly<Record<string, 'get' | 'create'>>;
  /**
   * Answers an ordinary request (`log`). Throws StatusError before the first byte is written.
   * Resolves when the answer has ended.
   */
  answer(target: ConnectTarget, response: ServerResponse): Promise<void>;
  /** Takes over an upgraded connection (WebSocket or SPDY). Throws StatusError before it has answered the upgrade. */
  upgrade(target: ConnectTarget, upgrade: Upgrade): Promise<void>;
}
