// Ports as clients write them. Pure.
import { badRequest } from '@gantry/api/status-error';

const PORT_MAX = 65_535;
/** Ports in one request; a WebSocket channel has a number of one byte, and each port takes two. */
export const PORTS_MAX = 100;

/** @returns undefined for what is no port number. */
export function portOf(text: string | undefined): number | undefined {
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= PORT_MAX ? port : undefined;
}

/** The ports of a request for WebSocket channels: `ports=80&ports=81` or `ports=80,81`. @throws StatusError 400. */
export function portsOf(query: URLSearchParams): number[] {
  const texts = query.getAll('ports').flatMap((text) => text.split(','));
  if (texts.length === 0) throw badRequest('query parameter "ports" is required');
  if (texts.length > PORTS_MAX) throw badRequest(`at most ${PORTS_MAX} ports can be forwarded at once`);
  return texts.map((text) => {
    const port = portOf(text.trim());
    if (port === undefined) throw badRequest(`unable to parse "${text}" as a port: must be 1 to ${PORT_MAX}`);
    return port;
  });
}
