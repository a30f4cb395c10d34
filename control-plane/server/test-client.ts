// Plain HTTP against a test server, with the few forms that tests use.
import type { AnyObject } from '@gantry/api/meta';
import { configMap } from '../resources/test-resources.ts';

/** An answer, its body read. */
export interface TestAnswer {
  code: number;
  headers: Headers;
  text: string;
  body: TestBody;
}

/** A body of JSON, loosely typed: tests look into many kinds. */
export interface TestBody {
  kind: string;
  metadata: AnyObject['metadata'] & { continue?: string; remainingItemCount?: number };
  items: AnyObject[];
  [field: string]: unknown;
}

/** A client for one server. */
export interface TestClient {
  call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<TestAnswer>;
  get: (path: string, headers?: Record<string, string>) => Promise<TestAnswer>;
  /** Makes ConfigMaps in `default`. */
  seed: (...names: string[]) => Promise<void>;
  /** Opens a watch. */
  watch: (path: string, headers?: Record<string, string>) => Promise<TestWatch>;
}

/** An open watch. */
export interface TestWatch {
  code: number;
  headers: Headers;
  /** The next event; undefined at the end. */
  next: () => Promise<WatchEvent | undefined>;
  /** The next `count` events as `TYPE name`. */
  take: (count: number) => Promise<string[]>;
  close: () => void;
}

/** A line of a watch. */
export interface WatchEvent {
  type: string;
  object: TestBody;
}

/** Where most tests work. */
export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

/** Makes a client. */
export function testClient(url: string): TestClient {
  const call: TestClient['call'] = async (method, path, body, headers = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    return { code: response.status, headers: response.headers, text: answer, body: parsed(answer) };
  };
  return {
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    seed: async (...names) => {
      for (const name of names) await call('POST', CONFIG_MAPS, configMap(name));
    },
    watch: (path, headers = {}) => openWatch(`${url}${path}`, headers),
  };
}

function parsed(text: string): TestBody {
  try {
    return JSON.parse(text) as TestBody;
  } catch {
    return {} as TestBody;
  }
}

async function openWatch(url: string, headers: Record<string, string>): Promise<TestWatch> {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  const lines = linesOf(response.body as AsyncIterable<Uint8Array> | null);
  const next = async (): Promise<WatchEvent | undefined> => {
    const { value, done } = await lines.next();
    return done === true ? undefined : (JSON.parse(value) as WatchEvent);
  };
  return {
    code: response.status,
    headers: response.headers,
    next,
    take: async (count) => {
      const seen: string[] = [];
      while (seen.length < count) {
        const event = await next();
        if (event === undefined) break;
        seen.push(`${event.type} ${event.object.metadata.name ?? '-'}`);
      }
      return seen;
    },
    close: () => {
      stop.abort();
    },
  };
}

async function* linesOf(
  body: AsyncIterable<Uint8Array> | null,
): AsyncGenerator<string, undefined, undefined> {
  if (body === null) return undefined;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((line) => line !== '');
  }
  return undefined;
}
