// What a pod's page does beyond showing: a log that follows, a terminal that answers, YAML that is edited, and the end.
import test from 'ava';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { isNotFound } from '@gantry/api/status-error';
import { waitFor } from '../cluster/local-world.ts';
import { openBrowserStage, openTab, type BrowserStage } from './browser-stage.ts';
import { toyPod } from './toy-objects.ts';

let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage({ nodes: ['north'] });
  await stage.make('default', toyPod('talker'), toyPod('ends'));
  await waitFor('the pods to run', async () => (await pod('talker')).status?.phase === 'Running');
});
test.after.always(() => stage?.close());

async function pod(name: string): Promise<Pod> {
  return stage.client.get<Pod>(podKind, { namespace: 'default', name });
}

test.serial('a log follows', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('pods/default/talker');
    await openTab(page, 'Log');
    const newest = page.getByText(/^line \d+$/).last();
    await newest.waitFor();
    const number = async (): Promise<number> => Number((await newest.innerText()).slice(5));
    const first = await number();
    // Not the very line: on a slow machine it is out of sight before it is looked for.
    await waitFor('five lines more', async () => (await number()) >= first + 5);
    await page.getByText('Following.').waitFor();
    t.pass();
  });
});

test.serial('a terminal answers, and says when it has ended', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('pods/default/talker');
    await openTab(page, 'Terminal');
    await page.getByRole('button', { name: 'Open' }).click();
    const screen = page.locator('.terminal .xterm-rows');
    await screen.filter({ hasText: '$' }).waitFor();
    await page.locator('.terminal textarea').focus();
    await page.keyboard.type('hello');
    await page.keyboard.press('Enter');
    await screen.filter({ hasText: 'you said hello' }).waitFor();
    await page.keyboard.type('exit');
    await page.keyboard.press('Enter');
    await page.locator('.terminal-end').filter({ hasText: /\S/ }).waitFor();
    t.pass();
  });
});

test.serial('YAML is edited; what somebody else has changed meanwhile is not lost', async (t) => {
  await stage.visit(t, {}, async ({ page, guard, open }) => {
    guard.allow(/status of 409/);
    await open('pods/default/talker');
    await openTab(page, 'YAML');
    await page.getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('textbox', { name: 'Object as YAML' });
    await page.locator('textarea:focus').waitFor();
    const text = await editor.inputValue();
    await stage.client.patch(podKind, { namespace: 'default', name: 'talker' }, 'merge', {
      metadata: { labels: { by: 'somebody-else' } },
    });
    await editor.fill(text.replace(/^metadata:$/m, 'metadata:\n  annotations:\n    by: page'));
    await page.getByText('Someone or something has changed this object since you began').waitFor();
    await page.getByRole('button', { name: 'Check and compare' }).click();
    await page.getByText('Nothing has been saved.').waitFor();
    await page.getByRole('button', { name: 'Put mine on top of theirs and compare' }).click();
    await page.getByRole('button', { name: 'Save', exact: true, disabled: false }).click();
    await page.getByText('Pod talker is saved.').waitFor();
    await page.locator('button:focus', { hasText: 'Edit' }).waitFor();
    const { labels, annotations } = (await pod('talker')).metadata;
    t.is(labels?.['by'], 'somebody-else');
    t.is(annotations?.['by'], 'page');
  });
});

test.serial('a pod is deleted after a question that says what goes with it', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('pods/default/ends');
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    t.regex(await dialog.innerText(), /Delete Pod ends\?[^]*Nobody makes it anew: it is gone for good/);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There is no').first().waitFor();
    const error = await t.throwsAsync(pod('ends'));
    t.true(isNotFound(error));
  });
});
