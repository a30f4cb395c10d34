// A release from its beginning to its end, driven from the page alone: controllers, nodes and proxies are those of a cluster.
import test from 'ava';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { openBrowserStage, type BrowserStage } from './browser-stage.ts';
import { RolloutView } from './rollout-view.ts';
import { toyCanary } from './toy-objects.ts';

let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage();
  await stage.make('default', ...toyCanary('shop'));
});
test.after.always(() => stage?.close());

async function withImage(image: string): Promise<void> {
  const key = { namespace: 'default', name: 'shop' };
  const { spec } = await stage.client.get<Rollout>(rolloutKind, key);
  const containers = (spec.template?.spec.containers ?? []).map((container) => ({ ...container, image }));
  await stage.client.patch(rolloutKind, key, 'merge', { spec: { template: { spec: { containers } } } });
}

test.serial('a canary: its steps, promoted one by one, then to the end', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    const view = new RolloutView(page);
    await open('rollouts/default/shop');
    await view.phase('Healthy');
    await withImage('toy.example/shop:2');
    await view.phase('Paused');
    await view.step(2);
    await view.says(/canary 25 %.*confirmed by all proxies/);

    const first = await view.act('Promote');
    t.regex(first, /Promote rollout shop\?/);
    t.regex(first, /Then, as the plan goes:[^]*50 %/);
    await view.step(4);
    await view.says(/canary 50 %.*confirmed by all proxies/);

    const last = await view.act('Promote fully');
    t.regex(last, /Promote fully rollout shop\?/);
    await view.phase('Healthy');
    t.is(await view.button('Abort').count(), 0);
    await view.says('toy.example/shop:2');
  });
});

test.serial('abort, retry, undo', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    const view = new RolloutView(page);
    await open('rollouts/default/shop');
    await view.phase('Healthy');
    await withImage('toy.example/shop:3');
    await view.step(2);

    t.regex(await view.act('Abort'), /Abort rollout shop\?/);
    await view.phase('Degraded');
    await view.says(/canary 0 %/);
    t.is(await view.button('Promote').count(), 0);
    t.is(await view.button('Abort').count(), 0);
    t.is(await view.button('Promote fully').count(), 1);
    // The button that had the focus is gone.
    await page.locator('main:focus').waitFor();

    t.regex(await view.act('Retry'), /Retry rollout shop\?/);
    await view.step(2);

    const undo = await view.act('Undo');
    t.regex(undo, /Go back to revision \d+\?/);
    await view.phase('Healthy');
    await view.says('toy.example/shop:2');
  });
});

test.serial('pause, resume, restart; a question that is not agreed to does nothing', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    const view = new RolloutView(page);
    await open('rollouts/default/shop');
    await view.phase('Healthy');
    await view.button('Pause').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    t.is(await view.button('Resume').count(), 0);
    const focused = page.locator('button:focus');
    await focused.filter({ hasText: 'Pause' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focused.filter({ hasText: 'Pause' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Search/ }).waitFor();
    await page.keyboard.press('Escape');
    await focused.filter({ hasText: 'Pause' }).waitFor();

    await view.act('Pause');
    await view.button('Resume').waitFor();
    await view.act('Resume');
    await view.button('Pause').waitFor();
    await view.act('Restart');
    await view.says(/Rollout shop .*restart/);
  });
});
