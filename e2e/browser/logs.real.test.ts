// Logs that are not made for a screen: lines of many thousand characters in colours, and one without an end.
import test from 'ava';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { Page } from 'playwright-core';
import { waitFor } from '../cluster/local-world.ts';
import { openBrowserStage, type BrowserStage } from './browser-stage.ts';
import { layoutFaults } from './text-and-layout.ts';
import { LAST_WORDS, LONG_LINE_LENGTH } from './toy-images.ts';
import { toyPod } from './toy-objects.ts';

let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage({ nodes: ['north'] });
  await stage.make('default', toyPod('rambler', {}, 'ramble'));
  await waitFor('the pod to run', async () => {
    const pod = await stage.client.get<Pod>(podKind, { namespace: 'default', name: 'rambler' });
    return pod.status?.phase === 'Running';
  });
});
test.after.always(() => stage?.close());

/** Lines that lie over each other, or are not where the list has put them. */
function brokenLines(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll('.log-line')]
      .map((line) => ({ text: line.innerText.slice(0, 40), ...line.getBoundingClientRect().toJSON() }))
      .sort((a, b) => a.top - b.top)
      .flatMap((line, at, all) => (at > 0 && Math.abs(all[at - 1].bottom - line.top) > 1 ? [line.text] : []))`,
  );
}

for (const width of [1280, 390])
  test.serial(`a very long line is short until it is asked for, ${width} px wide`, async (t) => {
    await stage.visit(t, { viewport: { width, height: 800 } }, async ({ page, open }) => {
      await open('pods/default/rambler?tab=log');
      const log = page.getByRole('log');
      await log.locator('.log-line').filter({ hasText: 'endless' }).waitFor();
      await log.evaluate((element) => {
        element.scrollTop = 0;
      });
      const line = log.locator('.log-line').filter({ hasText: 'first' });
      const more = line.getByRole('button', { name: /more characters/ });
      await more.waitFor();
      t.is(await more.innerText(), `… ${(LONG_LINE_LENGTH - 1_000).toLocaleString('en')} more characters`);
      t.is(await line.locator('.ansi-red').innerText(), 'first');
      t.is(await line.locator('.ansi-green').count(), 0);
      await waitFor('the lines to be in their places', async () => (await brokenLines(page)).length === 0);

      await more.focus();
      await page.keyboard.press('Enter');
      await line.locator('.ansi-green', { hasText: LAST_WORDS }).waitFor();
      t.is(await page.locator('button:focus').innerText(), 'Show less');
      await waitFor('the lines to be in their places', async () => (await brokenLines(page)).length === 0);
      t.deepEqual(await layoutFaults(page, width), []);
      await page.keyboard.press('Enter');
      await more.waitFor();
    });
  });

test.serial('what is searched for is in sight, also far on in a line', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('pods/default/rambler?tab=log');
    await page.getByRole('searchbox', { name: 'Search the log' }).fill(LAST_WORDS);
    await page.locator('.log-line mark', { hasText: LAST_WORDS }).waitFor();
    t.is(await page.locator('.log-line').count(), 1);
  });
});
