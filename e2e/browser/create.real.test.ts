// Objects made and changed from YAML in the page: tried on the server first, refused with the field named, and what would change
// shown before it does.
import test from 'ava';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { isNotFound } from '@gantry/api/status-error';
import type { Page } from 'playwright-core';
import { openBrowserStage, type BrowserStage } from './browser-stage.ts';
import { HOSTILE_LINE } from './toy-images.ts';

const NS = 'default';
let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage({ nodes: ['north'] });
});
test.after.always(() => stage?.close());

/** JSON is YAML too, and its quotes keep hostile words whole. */
function settings(name: string, data: object): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata: ${JSON.stringify(data)}\n`;
}

function workload(name: string, replicas: string): string {
  return [
    ...['apiVersion: apps/v1', 'kind: Deployment', 'metadata:', `  name: ${name}`, 'spec:', `  ${replicas}`],
    ...['  selector:', '    matchLabels: {app: made}', '  template:', '    metadata:'],
    ...[
      '      labels: {app: made}',
      '    spec:',
      '      containers: [{name: app, image: "toy.example/made:1"}]',
      '',
    ],
  ].join('\n');
}

async function fill(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'YAML of the objects' }).fill(text);
}

/** What the server says to the text, once it has said it. */
async function check(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check and compare' }).click();
  await page.locator('.manifest-results, .faults').first().waitFor();
}

test.serial('two documents are tried, made, and led to', async (t) => {
  await stage.visit(t, {}, async ({ page, guard, open }) => {
    guard.allow(/status of 404/);
    await open('create');
    const apply = page.getByRole('button', { name: 'Apply', exact: true });
    await fill(
      page,
      `${settings('made', { colour: 'blue', page: HOSTILE_LINE })}---\n${workload('made', 'replicas: 1')}`,
    );
    t.true(await apply.isDisabled());
    await check(page);
    const results = page.locator('.manifest-results > li');
    await results.filter({ hasText: 'will be made' }).nth(1).waitFor();
    const error = await t.throwsAsync(stage.client.get(configMapKind, { namespace: NS, name: 'made' }));
    t.true(isNotFound(error), 'a trial makes nothing');

    await apply.click();
    await results
      .locator('.badge', { hasText: /^made$/ })
      .nth(1)
      .waitFor();
    const { data } = await stage.client.get(configMapKind, { namespace: NS, name: 'made' });
    t.deepEqual(data, { colour: 'blue', page: HOSTILE_LINE });
    t.is((await stage.client.get(deploymentKind, { namespace: NS, name: 'made' })).spec.replicas, 1);
    await results.getByRole('link', { name: 'made' }).last().click();
    await page.getByRole('heading', { level: 1, name: 'made' }).waitFor();
  });
});

test.serial('what is refused names the field, and nothing of it is done', async (t) => {
  await stage.visit(t, {}, async ({ page, guard, open }) => {
    guard.allow(/status of (400|404|422)/);
    await open('create');
    const apply = page.getByRole('button', { name: 'Apply', exact: true });
    for (const [replicas, said] of [
      ['replicas: -1', /spec\.replicas/],
      ['replica: 2', /spec\.replica\b/],
    ] as const) {
      await fill(page, `${settings('beside', { colour: 'blue' })}---\n${workload('refused', replicas)}`);
      await check(page);
      const refused = page.locator('.manifest-results > li').filter({ hasText: 'refused' });
      await refused.locator('.faults').filter({ hasText: said }).waitFor();
      t.true(await apply.isDisabled(), 'what is good of the text is not applied without the rest');
    }
    await fill(page, 'apiVersion: v1\nkind: Nothing\nmetadata:\n  name: x\n');
    await page.locator('.manifest-results').waitFor({ state: 'detached' });
    await check(page);
    await page.locator('.faults').filter({ hasText: 'Nothing' }).waitFor();
    await fill(page, 'kind: [unclosed');
    await page.locator('.faults').waitFor({ state: 'detached' });
    await check(page);
    await page.locator('.faults li').first().waitFor();
    t.true(await apply.isDisabled());
    for (const name of ['beside', 'refused'])
      t.true(isNotFound(await t.throwsAsync(stage.client.get(configMapKind, { namespace: NS, name }))));
  });
});

test.serial('what would change is shown before it does', async (t) => {
  await stage.visit(t, {}, async ({ page, guard, open }) => {
    guard.allow(/status of 404/);
    await open('create');
    const colour = async (): Promise<string | undefined> =>
      (await stage.client.get(configMapKind, { namespace: NS, name: 'seen' })).data?.['colour'];
    const apply = page.getByRole('button', { name: 'Apply', exact: true });
    const results = page.locator('.manifest-results');
    await fill(page, settings('seen', { colour: 'blue' }));
    await check(page);
    await apply.click();
    await results.locator('.badge', { hasText: /^made$/ }).waitFor();

    await fill(page, settings('seen', { colour: 'red' }));
    await results.waitFor({ state: 'detached' });
    await check(page);
    await results.filter({ hasText: 'will change' }).waitFor();
    const difference = await results.innerText();
    t.regex(difference, /colour: blue/);
    t.regex(difference, /colour: red/);
    t.is(await colour(), 'blue');
    await apply.click();
    await results.locator('.badge', { hasText: /^changed$/ }).waitFor();
    t.is(await colour(), 'red');

    await fill(page, settings('seen', { colour: 'red' }));
    await check(page);
    await results.filter({ hasText: 'stays as it is' }).waitFor();
  });
});
