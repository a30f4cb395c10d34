// A control plane that is older than the agent: it does not serve one of the kinds, or does not let agents read it.
import type { Transport } from '@gantry/api/client';

/** Answers requests for a resource with a failure, and passes on all others. */
export function refuseResource(resource: string, code: number): (transport: Transport) => Transport {
  return (transport) => async (request) => {
    if (!request.path.includes(`/${resource}`)) return transport(request);
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: 'no' };
    const body = new TextEncoder().encode(JSON.stringify(status));
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(body);
        controller.close();
      },
    });
    return { status: code, headers: { 'content-type': 'application/json' }, body: stream };
  };
}
