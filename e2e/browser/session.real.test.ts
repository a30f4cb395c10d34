// Getting in, staying in, and getting out: links that are good once, a control plane that goes and comes back, and somebody who
// may only look.
import test from 'ava';
import { podKind } from '@gantry/api/kinds/pod';
import { openBrowserStage, openTab, tab, type BrowserStage } from './browser-stage.ts';
import { goTo } from './guarded-page.ts';
import { toyPod } from './toy-objects.ts';

let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage({ nodes: ['north'] });
});
test.after.always(() => stage?.close());

test.serial('a login link works once; whoever is not logged in is told what to do', async (t) => {
  const { page, guard } = await stage.openPage();
  guard.allow(/the server responded with a status of 401/);
  const link = await stage.loginLink();
  await goTo(page, `${stage.cluster.url}/dashboard/pods`);
  await page.getByText('gantry dashboard').first().waitFor();
  await goTo(page, 'about:blank');
  await goTo(page, link);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  t.false(page.url().includes('login='));

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are not signed in').waitFor();
  await goTo(page, 'about:blank');
  await goTo(page, link);
  await page.getByText('this login link has been used').waitFor();
  await goTo(page, `${stage.cluster.url}/dashboard/`);
  await page.getByText('You are not signed in').waitFor();
  t.deepEqual(guard.problems, []);
  await page.context().close();
});

test.serial('a control plane that is gone is told of; when it is back, all is fresh', async (t) => {
  await stage.make('default', toyPod('stays'), toyPod('goes'));
  await stage.visit(t, {}, async ({ page, guard, open }) => {
    guard.allow(/WebSocket connection to|ERR_CONNECTION_REFUSED|Failed to load resource/);
    await open('pods');
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('stays').waitFor();
    await row('goes').waitFor();
    await stage.cluster.goAway();
    const banner = page.getByRole('alert').filter({ hasText: 'Disconnected.' });
    await banner.waitFor();
    t.regex(await banner.innerText(), /What you see is (\d+[mhs]+)+ old/);
    t.true(await row('goes').isVisible());

    await stage.cluster.comeBack();
    await stage.client.delete(podKind, { namespace: 'default', name: 'goes' }, { gracePeriodSeconds: 0 });
    await stage.make('default', toyPod('comes'));
    await row('comes').waitFor();
    await row('goes').waitFor({ state: 'detached' });
    t.true(await row('stays').isVisible());
    await banner.waitFor({ state: 'detached' });
  });
});

test.serial('who may only look is offered nothing to do', async (t) => {
  await stage.visit(t, { user: 'reader', groups: ['gantry:viewers'] }, async ({ page, open }) => {
    await open('pods/default/stays');
    await tab(page, 'Log').waitFor();
    t.is(await tab(page, 'Terminal').count(), 0);
    t.is(await page.getByRole('button', { name: 'Delete' }).count(), 0);
    await openTab(page, 'YAML');
    await page.getByText('apiVersion: v1').first().waitFor();
    t.is(await page.getByRole('button', { name: /Edit|Save/ }).count(), 0);
  });
});

test.serial('who may see nothing is told so, and waits for nothing', async (t) => {
  await stage.visit(t, { user: 'nobody', groups: [] }, async ({ page, guard, open }) => {
    // The timeline and the outline of Secrets are asked for by requests of their own.
    guard.allow(/status of 403/);
    const cards = ['What is wrong right now', 'Releases under way', 'Nodes and capacity', 'Traffic'];
    for (const name of cards)
      await page
        .getByRole('region', { name })
        .filter({ hasText: /User "nobody" cannot/ })
        .waitFor();
    t.is(await page.locator('main', { hasText: /Loading …|Waiting for/ }).count(), 0);
    for (const view of ['nodes', 'services', 'pods', 'timeline', 'events', 'secrets']) {
      await open(view);
      await page
        .locator('main')
        .filter({ hasText: /User "nobody" cannot/ })
        .waitFor();
      t.is(await page.locator('main', { hasText: /Loading …|Waiting for/ }).count(), 0, view);
    }
  });
});
