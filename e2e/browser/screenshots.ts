// `make screenshots`: takes the pictures of the dashboard for the documents, of a small cluster with a canary on its way.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { systemClock } from '@gantry/kit/clock';
import type { Page } from 'playwright-core';
import { REPOSITORY, waitFor } from '../cluster/local-world.ts';
import { openBrowserStage, type BrowserStage, type Visitor } from './browser-stage.ts';
import { toyPod } from './toy-objects.ts';
import { exampleFlags, makeShop, SHOP } from './toy-shop.ts';
import { createToyTraffic } from './toy-traffic.ts';

const FOLDER = join(REPOSITORY, 'docs', 'images');
const BYTES_MAX = 200_000;
/** So long the charts have something to show. */
const HISTORY_MS = 45_000;
const DESKTOP: Visitor = { viewport: { width: 1280, height: 800 } };
/** Down to the charts. */
const TALL: Visitor = { viewport: { width: 1280, height: 1100 } };
const PHONE: Visitor = { viewport: { width: 390, height: 844 } };

interface Picture {
  name: string;
  path: string;
  visitor: Visitor;
}

const PICTURES: readonly Picture[] = [
  { name: 'overview', path: '', visitor: DESKTOP },
  { name: 'overview-dark', path: '', visitor: { ...DESKTOP, colorScheme: 'dark' } },
  { name: 'rollout', path: 'rollouts/shop/checkout', visitor: TALL },
  { name: 'rollout-dark', path: 'rollouts/shop/checkout', visitor: { ...TALL, colorScheme: 'dark' } },
  { name: 'rollout-phone', path: 'rollouts/shop/checkout', visitor: PHONE },
  { name: 'pods', path: 'pods', visitor: DESKTOP },
  { name: 'log', path: 'pods/shop/importer?tab=log', visitor: { ...DESKTOP, colorScheme: 'dark' } },
  { name: 'flags', path: 'featureflags', visitor: DESKTOP },
  { name: 'timeline', path: 'timeline', visitor: DESKTOP },
];

async function main(wanted: readonly string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const stage = await openBrowserStage({
    nodes: ['fra-1', 'fra-2', 'fra-3'],
    traffic: (cache) => createToyTraffic(systemClock, cache),
  });
  try {
    await makeShop(stage);
    await stage.make('shop', ...exampleFlags(), toyPod('importer'));
    const pictures = PICTURES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
    const pages: Page[] = [];
    for (const picture of pictures) pages.push(await openPicture(stage, picture));
    await toHalf(stage);
    for (const [at, page] of pages.entries()) await take(page, pictures[at]?.name ?? '');
  } finally {
    await stage.close();
  }
}

async function openPicture(stage: BrowserStage, { path, visitor }: Picture): Promise<Page> {
  const { page } = await stage.openPage(visitor);
  await stage.logIn(page, visitor);
  if (path !== '') await page.goto(`${stage.cluster.url}/dashboard/${path}`);
  return page;
}

/** Lets the canary come to its first pause, then has it promoted to the next. */
async function toHalf(stage: BrowserStage): Promise<void> {
  await delay(HISTORY_MS / 3);
  await SHOP.release(stage, 'toy.example/checkout:2.4.0');
  await atStep(stage, 1);
  await delay(HISTORY_MS / 3);
  const status = { pauseConditions: null };
  await stage.client.patch(rolloutKind, SHOP.key, 'merge', { status }, { subresource: 'status' });
  await atStep(stage, 3);
  await delay(HISTORY_MS / 3);
}

async function atStep(stage: BrowserStage, index: number): Promise<void> {
  await waitFor(`step ${index}`, async () => {
    const { status } = await stage.client.get<Rollout>(rolloutKind, SHOP.key);
    return status?.currentStepIndex === index && (status.pauseConditions ?? []).length > 0;
  });
}

async function take(page: Page, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  const bytes = statSync(path).size;
  console.log(`${name}: ${(bytes / 1000).toFixed(0)} kB`);
  if (bytes > BYTES_MAX) throw new Error(`${path} is too large: ${bytes} bytes`);
}

await main(process.argv.slice(2));
process.exit();
