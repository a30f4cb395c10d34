// A cluster with many pods, a browser, and people who are logged in.
import type { Client } from '@gantry/api/client';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { statusErrorOf } from '@gantry/api/status-answer';
import { startChromium } from '../../browser/chromium.ts';
import type { LocalWorld } from '../../cluster/local-world.ts';
import type { BrowserContext, Page } from 'playwright-core';
import { NAMESPACE } from '../workload.ts';

const SERVER = /server: (\S+)/;
const VIEWPORT = { width: 1280, height: 800 };
const PATIENCE_MS = 60_000;

/** What the measurements work with. */
export interface DashboardLab {
  client: Client;
  world: LocalWorld;
  /** `https://…/dashboard/` */
  overview: string;
  /** A page in a browser of its own, logged in, with nothing cached and nothing open. */
  newcomer(): Promise<Page>;
  stop(): Promise<void>;
}

/** Opens the browser. */
export async function openLab(world: LocalWorld, kubeconfig: string): Promise<DashboardLab> {
  const [, server = ''] = SERVER.exec(kubeconfig) ?? [];
  const running = await startChromium();
  return {
    ...{ client: world.client, world, overview: `${server}/dashboard/` },
    async newcomer() {
      const options = { ignoreHTTPSErrors: true, viewport: VIEWPORT };
      const context = await running.browser.newContext(options);
      context.setDefaultTimeout(PATIENCE_MS);
      await logIn(context, server, await loginToken(world.client));
      return context.newPage();
    },
    stop: () => running.stop(),
  };
}

/** The page's own request, without the page. */
async function logIn(context: BrowserContext, server: string, token: string): Promise<void> {
  const answer = await context.request.post(`${server}/gantry/v1/dashboard/session`, {
    headers: { origin: server, 'x-gantry-dashboard': '1', 'content-type': 'application/json' },
    data: { token },
  });
  if (!answer.ok()) throw new Error(`login: ${answer.status()} ${await answer.text()}`);
}

async function loginToken(client: Client): Promise<string> {
  const answer = await client.raw({
    ...{ method: 'POST', path: '/gantry/v1/dashboard/login-link', body: '{}' },
    headers: { 'content-type': 'application/json' },
  });
  if (answer.status !== 200) throw await statusErrorOf(answer);
  let text = '';
  for await (const chunk of answer.body) text += Buffer.from(chunk).toString('utf8');
  return (JSON.parse(text) as { token: string }).token;
}

/** Changes pods at a steady rate, one after the other round the list, until told to stop. */
export async function changePods(
  client: Client,
  wish: { perSecond: number; forMs: number },
): Promise<number> {
  const { items } = await client.list<Pod>(podKind, { namespace: NAMESPACE });
  const names = items.map(({ metadata }) => metadata.name ?? '');
  const beganMs = performance.now();
  const total = Math.round((wish.perSecond * wish.forMs) / 1000);
  const under = new Set<Promise<unknown>>();
  for (let at = 0; at < total; at++) {
    const waitMs = beganMs + (at * 1000) / wish.perSecond - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const name = names[at % names.length] ?? '';
    const patch = { metadata: { annotations: { 'bench.gantry.dev/change': String(at) } } };
    const write = client
      .patch(podKind, { namespace: NAMESPACE, name }, 'merge', patch)
      .finally(() => under.delete(write));
    under.add(write);
    if (under.size >= WRITES_AT_ONCE) await Promise.race(under);
  }
  await Promise.all(under);
  return total / ((performance.now() - beganMs) / 1000);
}

const WRITES_AT_ONCE = 32;
