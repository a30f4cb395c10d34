// An HTTP GET whose status is the answer. Certificates are not checked and connections are not kept, as with
// Kubernetes' probes; redirects are followed within the same host only.
import { messageOf } from '@gantry/kit/operational-error';
import { Agent, request } from 'undici';
import type { Answer } from '../../probes/answer.ts';

const REDIRECTS_MAX = 10;
const USER_AGENT = 'kube-probe/1.32';
/** How much of a failing answer the user is shown. */
const BODY_BYTES_SHOWN = 256;

/** One agent serves all probes; `pipelining: 0` closes each connection after its answer. */
const agent = new Agent({ pipelining: 0, connect: { rejectUnauthorized: false }, maxResponseSize: -1 });

export async function askHttp(
  url: string,
  headers: readonly { name: string; value: string }[],
  signal: AbortSignal,
): Promise<Answer> {
  try {
    return await follow(new URL(url), headers, signal);
  } catch (error) {
    const words = signal.aborted ? 'context deadline exceeded: no answer in time' : messageOf(error);
    return { result: 'failure', message: `Get "${url}": ${words}` };
  }
}

async function follow(
  start: URL,
  headers: readonly { name: string; value: string }[],
  signal: AbortSignal,
): Promise<Answer> {
  let url = start;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const { statusCode, headers: answer, body } = await get(url, headers, signal);
    const next = isRedirect(statusCode) ? locationOf(answer['location'], url) : undefined;
    if (next === undefined) return verdict(statusCode, body);
    // A healthy answer that sends its users elsewhere: Kubernetes calls that a success with a warning.
    if (next.host !== start.host) return { result: 'success', message: 'Probe terminated redirects' };
    url = next;
  }
  return { result: 'failure', message: `stopped after ${String(REDIRECTS_MAX)} redirects` };
}

async function get(url: URL, headers: readonly { name: string; value: string }[], signal: AbortSignal) {
  const all: Record<string, string> = { 'user-agent': USER_AGENT, accept: '*/*', connection: 'close' };
  for (const { name, value } of headers) all[name.toLowerCase()] = value;
  const answer = await request(url, { dispatcher: agent, method: 'GET', headers: all, signal });
  return { ...answer, body: await beginning(answer.body) };
}

async function beginning(body: AsyncIterable<Uint8Array> & { destroy(): void }): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= BODY_BYTES_SHOWN) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_BYTES_SHOWN).toString('utf8');
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function locationOf(location: string | string[] | undefined, base: URL): URL | undefined {
  return typeof location === 'string' && URL.canParse(location, base.href)
    ? new URL(location, base)
    : undefined;
}

function verdict(status: number, body: string): Answer {
  if (status >= 200 && status < 400) return { result: 'success', message: body };
  return { result: 'failure', message: `HTTP probe failed with statuscode: ${String(status)}` };
}
