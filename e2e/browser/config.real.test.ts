// Entries of Secrets and ConfigMaps edited one by one: unseen where they are secret, tried on the server first, never over what
// somebody else has stored, and offered only to who may.
import test from 'ava';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { eventKind } from '@gantry/api/kinds/event';
import { secretKind } from '@gantry/api/kinds/secret';
import type { Page } from 'playwright-core';
import { violationsOf } from './axe.ts';
import { openBrowserStage, type BrowserStage } from './browser-stage.ts';
import { elementsOfText, layoutFaults } from './text-and-layout.ts';
import { HOSTILE_LINE } from './toy-images.ts';

const NS = 'default';
const BYTES = Buffer.from([0, 255, 1, 254]);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage({ nodes: ['north'] });
});
test.after.always(() => stage?.close());

async function makeSecret(name: string, data: Record<string, string>, more: object = {}): Promise<void> {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]));
  await stage.make(NS, { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: encoded, ...more });
}

async function dataOf(name: string): Promise<Record<string, string>> {
  const { data = {} } = await stage.client.get(secretKind, { namespace: NS, name });
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

async function timesRevealed(name: string): Promise<number> {
  const { items } = await stage.client.list(eventKind, { namespace: NS });
  return items.filter(
    ({ reason, involvedObject }) => reason === 'SecretRevealed' && involvedObject.name === name,
  ).length;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const value = (page: Page, key: string) =>
  page.getByRole('textbox', { name: `Value of ${key}`, exact: true });
const changes = (page: Page) => page.getByRole('list', { name: 'What would change' });

async function beginEdit(page: Page): Promise<void> {
  await button(page, 'Edit').click();
  await button(page, 'Check and compare').waitFor();
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true, disabled: false }).click();
  await page
    .getByText(/ is saved\.$/)
    .first()
    .waitFor();
}

async function chooseFile(page: Page, key: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, `From a file …: ${key}`).click();
  await (await chooser).setFiles({ name: 'key.bin', mimeType: 'application/octet-stream', buffer });
}

async function addEntry(page: Page, key: string, text: string): Promise<void> {
  await button(page, 'Add an entry').click();
  await page.getByRole('textbox', { name: 'Name of the new entry' }).last().fill(key);
  await value(page, key).fill(text);
}

test.serial('a Secret is edited without one of its values being shown', async (t) => {
  await makeSecret('unseen', { user: 'ann', password: 'swordfish', old: 'gone soon', stays: 'as-it-is' });
  await stage.visit(t, {}, async ({ page, open }) => {
    const heard: string[] = [];
    page.on(
      'response',
      (response) =>
        void response.text().then(
          (text) => heard.push(text),
          () => undefined,
        ),
    );
    await open('secrets/default/unseen');
    await page.getByText('9 bytes, hidden').first().waitFor();
    await beginEdit(page);
    await button(page, 'Type a new value: password').click();
    await value(page, 'password').fill(HOSTILE_LINE);
    await button(page, 'Remove: old').click();
    await chooseFile(page, 'user', BYTES);
    await page.getByText('4 bytes from key.bin, not a text').waitFor();
    await addEntry(page, 'constructor', HOSTILE_LINE);
    await button(page, 'Check and compare').click();
    await changes(page).waitFor();
    t.deepEqual(
      (await changes(page).getByRole('listitem').allInnerTexts()).map((text) =>
        text.replace(/\s+/g, ' ').trim(),
      ),
      [
        `added constructor ${Buffer.byteLength(HOSTILE_LINE)} bytes`,
        'removed old 9 bytes',
        `changed password 9 bytes → ${Buffer.byteLength(HOSTILE_LINE)} bytes`,
        'changed user 3 bytes → 4 bytes',
      ],
    );
    t.is((await dataOf('unseen'))['password'], 'swordfish', 'a trial stores nothing');
    await save(page);
    t.deepEqual(await dataOf('unseen'), {
      ...{ constructor: HOSTILE_LINE, password: HOSTILE_LINE, stays: 'as-it-is' },
      user: BYTES.toString(),
    });
    t.is(await timesRevealed('unseen'), 0);
    t.false(heard.some((text) => text.includes(base64('as-it-is')) || text.includes(base64('swordfish'))));
    t.deepEqual(await elementsOfText(page), []);
  });
});

test.serial('a value that was revealed is edited as it is; focus comes back', async (t) => {
  await makeSecret('seen', { page: HOSTILE_LINE, bytes: 'x' });
  await stage.client.patch(secretKind, { namespace: NS, name: 'seen' }, 'merge', {
    data: { bytes: BYTES.toString('base64') },
  });
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('secrets/default/seen');
    await beginEdit(page);
    t.is(await value(page, 'page').count(), 0);
    await page.getByRole('button', { name: /^Reveal for/ }).click();
    await value(page, 'page').waitFor();
    t.is(await value(page, 'page').inputValue(), HOSTILE_LINE);
    await page.getByText('4 bytes, not a text').waitFor();
    t.is(await value(page, 'bytes').count(), 0, 'bytes are no text to be edited');
    await value(page, 'page').fill('first\nsecond\n');
    await page.getByRole('button', { name: /^Hide/ }).click();
    t.is(await value(page, 'page').inputValue(), 'first\nsecond\n', 'what was typed stays');
    await button(page, 'Check and compare').click();
    await save(page);
    t.is((await dataOf('seen'))['page'], 'first\nsecond\n');
    t.is(await timesRevealed('seen'), 1);
    await page.locator('button:focus', { hasText: 'Edit' }).waitFor();
    await page.keyboard.press('Enter');
    await button(page, 'Cancel').click();
    await page.locator('button:focus', { hasText: 'Edit' }).waitFor();
  });
});

test.serial('what somebody else has stored meanwhile is not lost', async (t) => {
  await makeSecret('contested', { mine: 'a', theirs: 'b' });
  await stage.visit(t, {}, async ({ page, guard, open }) => {
    guard.allow(/status of 409/);
    await open('secrets/default/contested');
    await beginEdit(page);
    await button(page, 'Type a new value: mine').click();
    await value(page, 'mine').fill('page');
    await stage.client.patch(secretKind, { namespace: NS, name: 'contested' }, 'merge', {
      data: { theirs: base64('somebody else') },
    });
    await page.getByText('changed by someone or something since you began').waitFor();
    await button(page, 'Check and compare').click();
    await page.getByText('Nothing has been saved.').waitFor();
    await button(page, 'Put mine on top of theirs and compare').click();
    await changes(page).filter({ hasText: 'mine' }).waitFor();
    t.is(await changes(page).getByRole('listitem').count(), 1);
    await save(page);
    t.deepEqual(await dataOf('contested'), { mine: 'page', theirs: 'somebody else' });
  });
});

test.serial(
  'what the server refuses is told with its field; a name that is none is told at once',
  async (t) => {
    const type = 'kubernetes.io/ssh-auth';
    await makeSecret('typed', { 'ssh-privatekey': 'k' }, { type });
    await stage.visit(t, {}, async ({ page, guard, open }) => {
      guard.allow(/status of 422/);
      await open('secrets/default/typed');
      await beginEdit(page);
      await button(page, 'Remove: ssh-privatekey').click();
      await button(page, 'Check and compare').click();
      await page.getByRole('alert').filter({ hasText: 'ssh-privatekey' }).waitFor();
      t.true(await button(page, 'Save').isDisabled());
      await button(page, 'Undo: ssh-privatekey').click();
      await button(page, 'Add an entry').click();
      const name = page.getByRole('textbox', { name: 'Name of the new entry' });
      for (const [key, said] of [
        [HOSTILE_LINE, /must consist of letters/],
        ['ssh-privatekey', /there is an entry of this name/],
      ] as const) {
        await name.fill(key);
        await page.locator('.entry-key').filter({ hasText: said }).waitFor();
        t.true(await button(page, 'Check and compare').isDisabled());
      }
      t.deepEqual(await elementsOfText(page), []);
      t.deepEqual(await dataOf('typed'), { 'ssh-privatekey': 'k' });
    });
  },
);

test.serial('what is immutable says so, and who may not change it is not offered to', async (t) => {
  await makeSecret('frozen', { a: 'b' }, { immutable: true });
  const map = (name: string, more: object) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: 'b' } },
    ...more,
  });
  await stage.make(NS, map('frozen', { immutable: true }), map('looked-at', {}));
  await stage.visit(t, {}, async ({ page, open }) => {
    for (const [word, kind] of [
      ['secrets', 'Secret'],
      ['configmaps', 'ConfigMap'],
    ]) {
      await open(`${word}/default/frozen`);
      await page.getByText(`This ${kind} is immutable`).waitFor();
      t.is(await button(page, 'Edit').count(), 0);
    }
    await open('configmaps/default/looked-at');
    await button(page, 'Edit').waitFor();
  });
  await stage.visit(t, { user: 'reader', groups: ['gantry:viewers'] }, async ({ page, open }) => {
    await open('configmaps/default/looked-at');
    await page.getByRole('region', { name: 'Values' }).filter({ hasText: 'a' }).waitFor();
    t.is(await button(page, 'Edit').count(), 0);
  });
});

test.serial(
  'a ConfigMap: texts with their line ends, bytes, and the difference before it is stored',
  async (t) => {
    await stage.make(NS, {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'edited' } },
      data: { dos: 'one\r\ntwo\r\n', mixed: 'a\rb', page: HOSTILE_LINE, stays: 's' },
      binaryData: { icon: BYTES.toString('base64') },
    });
    await stage.visit(t, {}, async ({ page, open }) => {
      await open('configmaps/default/edited');
      await beginEdit(page);
      await value(page, 'dos').fill('one\nthree\n');
      t.is(await value(page, 'mixed').count(), 0);
      await value(page, 'page').fill(`${HOSTILE_LINE}!`);
      await chooseFile(page, 'icon', Buffer.from('a text now'));
      await button(page, 'Check and compare').click();
      await changes(page).filter({ hasText: 'three' }).waitFor();
      t.deepEqual(await elementsOfText(page), []);
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        t.deepEqual(await layoutFaults(page, width), []);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          t.deepEqual(await violationsOf(page, 'all'), [], `${width} ${colorScheme}`);
        }
      }
      await save(page);
      const { data, binaryData } = await stage.client.get(configMapKind, { namespace: NS, name: 'edited' });
      t.deepEqual(data, {
        ...{ dos: 'one\r\nthree\r\n', mixed: 'a\rb', page: `${HOSTILE_LINE}!`, stays: 's' },
        icon: 'a text now',
      });
      t.deepEqual(binaryData ?? {}, {});
    });
  },
);
