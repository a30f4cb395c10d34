// Every view that the page's table has: reached through the navigation, readable for everybody, and never more than text.
import test from 'ava';
import { findKind } from '@gantry/api/registry';
import type { Page } from 'playwright-core';
import { violationsOf } from './axe.ts';
import { openBrowserStage, openTab, type BrowserStage } from './browser-stage.ts';
import { elementsOfText, layoutFaults } from './text-and-layout.ts';
import { makeCast, NAMED_BY_CONTROLLERS, OBJECTS } from './cast.ts';
import { viewWords } from './views.ts';

/** Views without objects of their own. */
const WITHOUT_OBJECTS = new Set(['', 'workloads', 'create', 'events', 'timeline']);
const WIDTHS = [1280, 390];
const HEIGHT = 800;

let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage();
  await makeCast(stage);
});
test.after.always(() => stage?.close());

/** What an address shows once all of it is there. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  // Not waitForFunction: what it repeats is evaluated in the page, which the page's policy refuses.
  await page.locator('main', { hasText: 'Loading …' }).waitFor({ state: 'detached' });
}

test.serial('the navigation leads to every view', async (t) => {
  await stage.visit(t, {}, async ({ page }) => {
    const navigation = page.getByRole('navigation', { name: 'Views' });
    const links = await navigation.getByRole('link').all();
    const titles = await Promise.all(links.map((link) => link.innerText()));
    t.true(titles.length > 1);
    for (const title of titles) {
      await navigation.getByRole('link', { name: title, exact: true }).click();
      await navigation.locator('a[aria-current]', { hasText: title }).waitFor();
      await settled(page);
      t.regex(await page.title(), /\S+ · Gantry/, title);
    }
  });
});

test.serial('search by keyboard alone finds an object', async (t) => {
  await stage.visit(t, {}, async ({ page }) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Search/ }).waitFor();
    await page.keyboard.type('talker');
    // Enter goes where the choice stands: lists that come late may put others before it.
    await page
      .getByRole('option', { selected: true })
      .filter({ hasText: /^talker\s*Pod\b/ })
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'talker' }).waitFor();
    t.true(page.url().endsWith('/dashboard/pods/default/talker'));
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Search/ }).waitFor();
    await page.keyboard.type('nothing is called so');
    await page.getByText('Nothing has this name.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: /Search/ }).waitFor({ state: 'detached' });
  });
});

test.serial('the namespace that is looked at narrows lists, and is remembered', async (t) => {
  await stage.namespace('elsewhere');
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('rollouts');
    await page.getByRole('row').filter({ hasText: 'shop' }).waitFor();
    await page.getByLabel('Namespace').selectOption('elsewhere');
    await page.getByText('There is no rollout here').waitFor();
    await page.reload();
    await page.getByText('There is no rollout here').waitFor();
    t.is(await page.getByLabel('Namespace').inputValue(), 'elsewhere');
  });
});

test.serial('a chart follows the theme', async (t) => {
  await stage.visit(t, { colorScheme: 'light' }, async ({ page }) => {
    // The line of requests, as the legend shows it.
    const marker = page.locator('.chart .u-marker').nth(1);
    const seen = async (): Promise<string> => (await marker.getAttribute('style')) ?? '';
    const changed = (before: string): Promise<void> =>
      page.locator(`.chart .u-series:nth-child(2) .u-marker:not([style="${before}"])`).waitFor();
    await marker.waitFor();
    const light = await seen();
    await page.getByLabel('Theme').selectOption('dark');
    await changed(light);
    const dark = await seen();
    t.not(dark, light);
    await page.getByLabel('Theme').selectOption('system');
    await changed(dark);
    t.is(await seen(), light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await changed(light);
    t.is(await seen(), dark);
  });
});

/** Tabs that are the same on every object's page are looked at once. */
const SHARED_TABS = /[?]tab=(yaml|timeline)$/;
const seenTabs = new Set<string>();

/** The addresses of a view: its list, and one object. */
async function placesOf(word: string): Promise<string[]> {
  if (WITHOUT_OBJECTS.has(word)) return [word];
  const named = NAMED_BY_CONTROLLERS[word];
  const object = named === undefined ? OBJECTS[word] : await anyOf(...named);
  if (object === undefined)
    throw new Error(`there is no object for the view ${word}: add one to e2e/browser/cast.ts`);
  return [word, [word, ...object].join('/')];
}

async function anyOf(apiVersion: string, kind: string): Promise<readonly [string, string]> {
  const definition = findKind(apiVersion, kind);
  const { items } = definition === undefined ? { items: [] } : await stage.client.list(definition);
  return ['default', items[0]?.metadata.name ?? ''];
}

for (const word of viewWords()) {
  test.serial(`${word === '' ? 'overview' : word}: for everybody to read, and only text`, async (t) => {
    await stage.visit(t, {}, async ({ page, open }) => {
      const found: string[] = [];
      for (const path of await placesOf(word)) {
        await open(path);
        await settled(page);
        for (const tab of await tabsOf(page)) found.push(...(await lookAt(page, tab ?? path, tab)));
      }
      t.deepEqual(found, []);
    });
  });
}

/** What is wrong with what is shown, in both themes and widths. */
async function lookAt(page: Page, where: string, tab: string | undefined): Promise<string[]> {
  const [, shared] = SHARED_TABS.exec(where) ?? [];
  if (shared !== undefined && seenTabs.has(shared)) return [];
  if (shared !== undefined) seenTabs.add(shared);
  if (tab !== undefined) await page.locator(`nav.tabs a[href="${tab}"]`).first().click();
  await settled(page);
  const found = (await elementsOfText(page)).map((element) => `${where}: an element was made: ${element}`);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const violations = await violationsOf(page, colorScheme === 'light' ? 'all' : 'colours');
      found.push(...violations.map((sentence) => `${where} ${width} ${colorScheme}: ${sentence}`));
    }
    found.push(...(await layoutFaults(page, width)).map((fault) => `${where}: ${fault}`));
  }
  return found;
}

/** Addresses of the tabs; undefined where there are none. */
async function tabsOf(page: Page): Promise<(string | undefined)[]> {
  const links = await page.locator('nav.tabs a').all();
  const addresses = await Promise.all(links.map((link) => link.getAttribute('href')));
  return addresses.length === 0 ? [undefined] : addresses.map((address) => address ?? undefined);
}

test.serial('a log shows markup as it was written', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('pods/default/talker');
    await openTab(page, 'Log');
    // Only the lines in sight are in the document, and the newest are.
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('onerror');
    await page.locator('main mark').filter({ hasText: 'onerror' }).first().waitFor();
    t.deepEqual(await elementsOfText(page), []);
  });
});
