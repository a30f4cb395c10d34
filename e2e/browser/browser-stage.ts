// What the tests in a browser share: a cluster, a browser, and pages that are logged in and watched.
import type { ExecutionContext } from 'ava';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import type { AnyObject } from '@gantry/api/meta';
import { findKind } from '@gantry/api/registry';
import { systemClock } from '@gantry/kit/clock';
import { systemIds } from '@gantry/kit/random';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { startBrowserCluster, type BrowserCluster, type ClusterOptions } from './browser-cluster.ts';
import { startChromium, type RunningBrowser } from './chromium.ts';
import { goTo, guard, TRIES_MAX, type Guard } from './guarded-page.ts';

/** Who looks, and through what. */
export interface Visitor {
  user?: string;
  groups?: readonly string[];
  colorScheme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
}

/** What a visit is given. */
export interface Visit {
  page: Page;
  guard: Guard;
  /** Opens a place of the page; it is loaded anew. */
  open: (path: string) => Promise<void>;
}

const DESKTOP = { width: 1280, height: 800 };
/** On a busy machine all takes longer. */
const PATIENCE_MS = 40_000;
const LOGIN_MS = 60_000;
const LOOK_LENGTH_MAX = 600;

/** A cluster and a browser. */
export class BrowserStage {
  readonly cluster: BrowserCluster;
  readonly #running: RunningBrowser;

  constructor(cluster: BrowserCluster, running: RunningBrowser) {
    this.cluster = cluster;
    this.#running = running;
  }

  get client(): BrowserCluster['client'] {
    return this.cluster.client;
  }

  /** A link that logs in once. */
  async loginLink({ user = 'admin', groups = ['system:masters'] }: Visitor = {}): Promise<string> {
    const nowMs = systemClock.nowMs();
    const pass = { name: user, groups, id: systemIds.uid(), untilMs: nowMs + 60 * LOGIN_MS };
    const token = await this.cluster.tokens.issuePass('login', pass, nowMs + LOGIN_MS);
    return `${this.cluster.url}/dashboard/#login=${token}`;
  }

  /** A page that is not logged in. Its context is closed by the caller. */
  async openPage({ colorScheme = 'light', viewport = DESKTOP }: Visitor = {}): Promise<{
    page: Page;
    guard: Guard;
  }> {
    const options: BrowserContextOptions = { ignoreHTTPSErrors: true, colorScheme, viewport };
    const context = await this.#running.browser.newContext({ ...options, reducedMotion: 'reduce' });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    return { page, guard: guard(page, this.cluster.url) };
  }

  /** Logs in and waits for the overview. */
  async logIn(page: Page, visitor: Visitor = {}): Promise<void> {
    await goTo(page, await this.loginLink(visitor));
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  }

  /** A visit of somebody who is logged in; ends with the proof that the page has done nothing wrong. */
  async visit(t: ExecutionContext, visitor: Visitor, body: (visit: Visit) => Promise<void>): Promise<void> {
    const { page, guard: watched } = await this.openPage(visitor);
    try {
      await this.logIn(page, visitor);
      const open = async (path: string): Promise<void> => {
        await openView(page, `${this.cluster.url}/dashboard/${path}`);
      };
      await body({ page, guard: watched, open });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${await lookOf(page)}`, { cause: error });
    } finally {
      await page.context().close();
    }
    t.deepEqual(watched.problems, []);
  }

  /** Makes objects as the admin; `namespace` where they have none. */
  async make(namespace: string, ...objects: readonly object[]): Promise<void> {
    for (const object of objects as readonly AnyObject[]) {
      const definition = findKind(object.apiVersion, object.kind);
      if (definition === undefined) throw new Error(`no kind ${object.kind}`);
      const place = definition.namespaced ? { namespace } : {};
      await this.client.create(definition, { ...object, metadata: { ...place, ...object.metadata } });
    }
  }

  async namespace(name: string): Promise<string> {
    await this.client.create(namespaceKind, {
      ...{ apiVersion: 'v1', kind: 'Namespace', spec: {} },
      metadata: { name },
    });
    return name;
  }

  async close(): Promise<void> {
    await this.#running.stop();
    await this.cluster.stop();
  }
}

/** A view is a piece of the page that is loaded too: twice in short order the page itself does not try again. */
async function openView(page: Page, url: string): Promise<void> {
  const heading = page.getByRole('heading', { level: 1 });
  const refused = page.getByText('This view cannot be loaded');
  for (let tried = 1; ; tried++) {
    await goTo(page, url);
    await heading.or(refused).first().waitFor();
    if (tried === TRIES_MAX || (await refused.count()) === 0) return heading.waitFor();
  }
}

/** Starts both; what has started is stopped when the other fails. */
export async function openBrowserStage(options: ClusterOptions = {}): Promise<BrowserStage> {
  const running = await startChromium();
  try {
    return new BrowserStage(await startBrowserCluster(options), running);
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** What is to be seen, for who reads of a failure. */
async function lookOf(page: Page): Promise<string> {
  const text = await page.evaluate<string>('document.body.innerText').catch(() => '');
  return `at ${page.url()}:\n${text.slice(0, LOOK_LENGTH_MAX)}`;
}

/** A tab of an object's page, by its word. */
export function tab(page: Page, name: string): Locator {
  return page.locator('nav.tabs').getByRole('link', { name, exact: true });
}

/** Opens a tab. */
export async function openTab(page: Page, name: string): Promise<void> {
  await tab(page, name).click();
}
