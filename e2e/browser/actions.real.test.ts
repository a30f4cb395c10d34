// What can be done from the page to nodes, workloads, flags, Secrets and jobs: each question says what will happen, and it does.
import test from 'ava';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { eventKind } from '@gantry/api/kinds/event';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { jobKind } from '@gantry/api/kinds/job';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { waitFor } from '../cluster/local-world.ts';
import { act } from './ask.ts';
import { openBrowserStage, type BrowserStage } from './browser-stage.ts';
import { makeCast } from './cast.ts';
import { HOSTILE_LINE } from './toy-images.ts';

const NS = 'default';
let stage: BrowserStage;

test.before(async () => {
  stage = await openBrowserStage();
  await makeCast(stage);
  await available(3);
});
test.after.always(() => stage?.close());

async function available(replicas: number): Promise<void> {
  await waitFor(`${replicas} pods of web`, async () => {
    const { status } = await stage.client.get(deploymentKind, { namespace: NS, name: 'web' });
    return status?.availableReplicas === replicas && status.replicas === replicas;
  });
}

test.serial('a workload: scaled, restarted, and back to what it was', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('deployments/default/web');
    const scaled = await act(page, 'Scale', (dialog) => dialog.getByLabel('Pods').fill('5'));
    t.regex(scaled, /Scale web[^]*Now: 3\./);
    await available(5);
    t.regex(await act(page, 'Restart'), /All 5 pods are replaced/);
    const back = page.getByRole('button', { name: 'Go back', exact: true });
    await back.first().waitFor();
    t.regex(await act(page, 'Go back'), /Go back to revision 1\?/);
    await available(5);
  });
});

test.serial('a node: closed, emptied, opened', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('nodes/-/north');
    t.regex(await act(page, 'Cordon'), /Close north for new pods\?[^]*Those that run here stay/);
    await page.getByRole('button', { name: 'Uncordon' }).waitFor();
    t.true((await stage.client.get(nodeKind, { namespace: '', name: 'north' })).spec.unschedulable);

    const { items } = await stage.client.list<Pod>(podKind, { namespace: NS });
    const isBare = ({ spec, metadata }: Pod): boolean =>
      spec.nodeName === 'north' && metadata.ownerReferences === undefined;
    await page.getByRole('button', { name: 'Drain …' }).click();
    // Asked only where there is such a pod, and once the page knows of it.
    if (items.some(isBare))
      await page.getByLabel('Delete pods for good that no controller makes anew').check();
    await page.getByRole('button', { name: /^Drain \d+ pods$/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Drain/ })
      .click();
    await waitFor('north to be empty', async () => {
      const { items } = await stage.client.list<Pod>(podKind, { namespace: NS });
      const here = items.filter(({ spec }) => spec.nodeName === 'north');
      return here.every(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'DaemonSet');
    });
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    t.regex(await act(page, 'Uncordon'), /Open north again\?/);
    await page.getByRole('button', { name: 'Cordon', exact: true }).waitFor();
  });
});

test.serial('a flag: tried, killed, released, edited, and reverted', async (t) => {
  const flag = async () => {
    const { spec } = await stage.client.get(featureFlagKind, { namespace: NS, name: 'banner' });
    return spec;
  };
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('featureflags/default/banner?flag=loud');
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await page.locator('.decision').filter({ hasText: 'STATIC' }).waitFor();

    const killed = await act(page, 'Kill', async (dialog) => {
      await dialog.getByLabel('While it is off').selectOption('loud');
      await dialog.getByLabel('Why, for the history').fill(HOSTILE_LINE);
    });
    t.regex(killed, /Turn loud off for all, at once\?/);
    await page.getByRole('button', { name: 'Release kill switch' }).waitFor();
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await page.locator('.decision').filter({ hasText: 'DISABLED' }).waitFor();
    await act(page, 'Release kill switch');
    await page.getByRole('button', { name: 'Kill', exact: true }).waitFor();

    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.locator('textarea:focus').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('button:focus', { hasText: 'Edit' }).press('Enter');
    const editor = page.getByRole('textbox', { name: 'Flag as JSON' });
    const text = await editor.inputValue();
    await editor.fill(text.replace(/"defaultVariant": "plain"/, '"defaultVariant": "loud"'));
    await page.getByRole('button', { name: 'Check and compare' }).click();
    await page.getByRole('button', { name: 'Save', exact: true, disabled: false }).click();
    await waitFor('the new default', async () =>
      JSON.stringify(await flag()).includes('"defaultVariant":"loud"'),
    );

    // A page that has not heard of the new default would be told of a conflict: what it shows is what it may change.
    const plain = page.getByRole('row').filter({ hasText: 'plain' });
    await plain.getByRole('button', { name: 'Make default' }).waitFor();
    await page.getByRole('button', { name: 'Revert to this' }).last().waitFor();
    const revert = page.getByRole('button', { name: 'Revert to this' }).last();
    await revert.click();
    const dialog = page.getByRole('dialog');
    t.regex(await dialog.innerText(), /Make all flags of banner what they were at #1\?/);
    await dialog.getByRole('button', { name: 'Revert to this' }).click();
    await waitFor('the old default', async () =>
      JSON.stringify(await flag()).includes('"defaultVariant":"plain"'),
    );
    t.is(await page.locator('main img').count(), 0);
  });
});

test.serial('a Secret is revealed on record, and as text', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('secrets/default/password');
    await page.getByText('onerror').first().waitFor();
    t.is(await page.getByText('onerror').count(), 1, 'the annotation only');
    await page.getByRole('button', { name: /^Reveal for/ }).click();
    await page.getByRole('button', { name: /^Hide/ }).waitFor();
    await page.getByText('onerror').nth(1).waitFor();
    const { items } = await stage.client.list(eventKind, { namespace: NS });
    const told = items.filter(
      ({ involvedObject: { kind, name } }) => kind === 'Secret' && name === 'password',
    );
    t.regex(told.map(({ message }) => message).join(' '), /admin/);
    await page.getByRole('button', { name: /^Hide/ }).click();
    await page.getByText('onerror').nth(1).waitFor({ state: 'detached' });
  });
});

test.serial('a CronJob runs now; a Job is suspended and goes on', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('cronjobs/default/nightly');
    t.regex(await act(page, 'Run now'), /Run nightly now\?/);
    await waitFor('a Job of it', async () => {
      const { items } = await stage.client.list(jobKind, { namespace: NS });
      return items.some(({ metadata }) => metadata.name?.startsWith('nightly') === true);
    });
    await act(page, 'Suspend');
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    await act(page, 'Resume');
    t.pass();
  });
});

test.serial('a ConfigMap is deleted', async (t) => {
  await stage.visit(t, {}, async ({ page, open }) => {
    await open('configmaps/default/settings');
    t.regex(await act(page, 'Delete'), /Delete ConfigMap settings\?/);
    await page.getByText(/There is no ConfigMap/).waitFor();
    t.pass();
  });
});
