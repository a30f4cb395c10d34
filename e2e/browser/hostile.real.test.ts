// Names, labels, annotations, messages, descriptions and log lines as an attacker writes them: text they are, nothing runs, and
// what stands around them stays where it is.
import test from 'ava';
import type { Page } from 'playwright-core';
import { openBrowserStage, openTab, type BrowserStage } from './browser-stage.ts';
import { elementsOfText, layoutFaults } from './text-and-layout.ts';
import { HOSTILE_LINE } from './toy-images.ts';
import { toyDeployment, toyPod } from './toy-objects.ts';

const NS = 'default';
const WIDTHS = [1280, 390];
const HEIGHT = 800;
/** Runs if it gets in: as an element, out of an attribute, as a link, after an end of a script; then it is turned round. */
const HOSTILE = [
  '<img src=x onerror="window.hostile=1">',
  '"><script>window.hostile=1</script>',
  "' onmouseover='window.hostile=1",
  '</textarea></style></title><svg onload=window.hostile=1>',
  '{{constructor.constructor("window.hostile=1")()}} ${window.hostile=1}',
  '\u202Eetirw\u202C \u0645\u0631\u062D\u0628\u0627 \u200B\u200B\u2066',
  'W'.repeat(300),
].join(' ');
/** Names and label values that the API lets in, at their longest where length is what harms. */
const NAMES = { markup: 'img-src-x.onerror-alert-1', proto: 'constructor', long: `a${'w'.repeat(252)}` };
const LABELS = { onerror: 'alert_1', 'x.example/script': `S${'W'.repeat(62)}`, constructor: 'prototype' };

let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage({ nodes: ['north'] });
  const annotations = {
    note: HOSTILE,
    'x.example/link': 'javascript:window.hostile=1',
    long: 'M'.repeat(2_000),
  };
  const metadata = { annotations, labels: LABELS };
  const configMaps = Object.values(NAMES).map((name) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata } },
    data: { 'index.html': HOSTILE, __proto: HOSTILE, constructor: 'javascript:window.hostile=1' },
  }));
  const flag = {
    ...{ state: 'ENABLED', defaultVariant: '<b>on</b>' },
    ...{ variants: { '<b>on</b>': HOSTILE, off: 'off' }, metadata: { description: HOSTILE } },
  };
  await stage.make(
    NS,
    ...configMaps,
    toyPod('talker', metadata),
    toyPod(NAMES.markup, metadata),
    toyDeployment(NAMES.proto, 1),
    {
      ...{
        apiVersion: 'gantry.dev/v1alpha1',
        kind: 'FeatureFlag',
        metadata: { name: NAMES.markup, ...metadata },
      },
      spec: { flagSpec: { flags: { constructor: flag, 'img.src_x:1': flag } } },
    },
    ...['talker', 'nobody'].map((name, at) => ({
      ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: `${name}.${at}` }, type: 'Warning' },
      ...{ reason: '<u>Reason</u>', message: HOSTILE.slice(0, 1_000), count: 1 },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: NS, name },
      ...{ firstTimestamp: new Date().toISOString(), lastTimestamp: new Date().toISOString() },
      source: { component: '<s>source</s>' },
    })),
  );
});
test.after.always(() => stage?.close());

/** All that is wrong with what is shown. */
async function faultsOf(page: Page): Promise<string[]> {
  const found = await elementsOfText(page);
  if ((await page.evaluate('window.hostile')) !== undefined) found.push('a script has run');
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    found.push(...(await layoutFaults(page, width)));
  }
  await page.setViewportSize({ width: WIDTHS[0] ?? 0, height: HEIGHT });
  return found;
}

/** Places, and words that are there once all is. */
const PLACES: readonly (readonly [path: string, shown: string | RegExp])[] = [
  ['configmaps', NAMES.markup],
  [`configmaps/default/${NAMES.markup}`, 'onmouseover'],
  [`configmaps/default/${NAMES.long}`, 'onmouseover'],
  [`configmaps/default/${NAMES.proto}`, 'onmouseover'],
  ['pods', 'talker'],
  ['pods/default/talker', 'onmouseover'],
  ['pods/default/talker?tab=events', 'onmouseover'],
  ['pods/default/talker?tab=yaml', 'onmouseover'],
  [`pods/default/${NAMES.markup}`, 'onmouseover'],
  [`deployments/default/${NAMES.proto}`, NAMES.proto],
  ['featureflags', NAMES.markup],
  [`featureflags/default/${NAMES.markup}?flag=constructor`, 'onmouseover'],
  [`featureflags/default/${NAMES.markup}?flag=${encodeURIComponent('img.src_x:1')}`, 'onmouseover'],
  ['events', 'onmouseover'],
  ['timeline', NAMES.proto],
];

for (const [path, shown] of PLACES) {
  test.serial(`${path.replace(NAMES.long, 'LONG')}: text, and in its place`, async (t) => {
    await stage.visit(t, {}, async ({ page, open }) => {
      await open(path);
      await page.locator('main').getByText(shown).first().waitFor();
      t.deepEqual(await faultsOf(page), []);
    });
  });
}

test.serial('a log of markup and of words turned round', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('pods/default/talker');
    await openTab(page, 'Log');
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('onerror');
    await page.locator('main mark').filter({ hasText: 'onerror' }).first().waitFor();
    t.deepEqual(await faultsOf(page), []);
  });
});

test.serial('search, and the question before a deletion', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('configmaps');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Search/ }).fill('<img src=x onerror="window.hostile=1">');
    await page.getByRole('dialog').waitFor();
    t.deepEqual(await elementsOfText(page), []);
    await page.getByRole('combobox', { name: /Search/ }).fill('img-src');
    await page.getByRole('option').filter({ hasText: NAMES.markup }).first().waitFor();
    t.deepEqual(await faultsOf(page), []);
    await page.keyboard.press('Escape');
    await open(`configmaps/default/${NAMES.long}`);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').filter({ hasText: NAMES.long }).waitFor();
    t.deepEqual(await faultsOf(page), []);
  });
});

test.serial('an address is hostile too', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    const words = encodeURIComponent(HOSTILE_LINE);
    for (const path of [
      `pods/default/${words}`,
      `${words}`,
      `pods?show=${words}`,
      `configmaps/${words}/${words}`,
    ]) {
      await page.goto(`${stage.cluster.url}/dashboard/${path}`);
      await page.locator('main').filter({ hasText: /\S/ }).waitFor();
      t.deepEqual(await faultsOf(page), [], path);
    }
    await open('');
  });
});
