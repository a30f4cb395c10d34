// A transport to whichever replica of the control plane is chosen. A request without an answer fails, as it may have been carried
// out; who repeats it reaches the next replica.
import type { SecureContext } from 'node:tls';
import type { NodeTransport } from '@gantry/api/node-transport';
import type { Transport, TransportResponse } from '@gantry/api/client';
import { TransportError } from '@gantry/api/transport-error';
import type { ServerChoice } from './server-choice.ts';

/** Of a server that has no store, of one that is stopping, or of something before it that does not reach it. */
const UNABLE: ReadonlySet<number> = new Set([502, 503, 504]);
/** The server has answered, if not well. */
const ANSWERED: ReadonlySet<string> = new Set(['answer-too-large', 'answer-unreadable']);

/** Whether another server may do better than one that answers so. */
export function isUnable({ status }: TransportResponse): boolean {
  return UNABLE.has(status);
}

/** The same of one that gives no answer. */
export function isSilent(error: unknown): boolean {
  return error instanceof TransportError && !ANSWERED.has(error.code);
}

/** Connections to each server that was asked, and the way to end them. */
export interface AnyServer {
  transport: Transport;
  /** Who asks, for further connections. */
  secureContext(): SecureContext;
  close(): Promise<void>;
}

/** @param open makes connections to a server; called once for each that is asked. */
export function connectAnyServer(choice: ServerChoice, open: (server: string) => NodeTransport): AnyServer {
  const ways = new Map<string, NodeTransport>();
  const wayTo = (server: string): NodeTransport => {
    const known = ways.get(server);
    if (known !== undefined) return known;
    const servers = choice.all();
    for (const [other, way] of ways) {
      if (servers.includes(other)) continue;
      ways.delete(other);
      void way.close();
    }
    const way = open(server);
    ways.set(server, way);
    return way;
  };
  return {
    secureContext: () => wayTo(choice.current()).secureContext,
    async transport(request) {
      const server = choice.current();
      try {
        const answer = await wayTo(server).transport(request);
        if (isUnable(answer)) choice.giveUp(server);
        return answer;
      } catch (error) {
        if (isSilent(error)) choice.giveUp(server);
        throw error;
      }
    },
    async close() {
      await Promise.all([...ways.values()].map((way) => way.close()));
      ways.clear();
    },
  };
}
