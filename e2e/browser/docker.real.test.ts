// From the page on a real engine: a shell in a container, and a canary that requests go through while it is driven.
import test from 'ava';
import { container, isReady, podOf } from '../cluster/stage.ts';
import { failuresOf } from '../cluster/load/load.ts';
import { RELEASES as NS } from '../cluster/release-stage.ts';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import { openTab } from './browser-stage.ts';
import { openDockerStage, type DockerStage } from './docker-stage.ts';
import { RolloutView } from './rollout-view.ts';

let stage: DockerStage;

test.before(async () => {
  stage = await openDockerStage();
});
test.after.always(() => stage?.close());

test.serial('a shell in a container', async (t) => {
  const { browser, cluster } = stage;
  await cluster.make(NS, podOf('shell', { containers: [container()] }));
  await cluster.podUntil(NS, 'shell', isReady, 'ready');
  await browser.visit(t, {}, async ({ page, open }) => {
    await open('pods/default/shell');
    await openTab(page, 'Terminal');
    await page.getByRole('button', { name: 'Open' }).click();
    const screen = page.locator('.terminal .xterm-rows');
    await screen.filter({ hasText: /[#$]/ }).waitFor();
    await page.locator('.terminal textarea').focus();
    // What is seen is reckoned in the container: what was typed has no such number in it.
    await page.keyboard.type('echo "<img src=x>$((6 * 7))of $(hostname)" > /tmp/said; cat /tmp/said');
    await page.keyboard.press('Enter');
    await screen.filter({ hasText: '42of shell' }).waitFor();
    t.is(await page.locator('main img').count(), 0);
    await page.keyboard.type('exit 3');
    await page.keyboard.press('Enter');
    await page.locator('.terminal-end').filter({ hasText: '3' }).waitFor();
  });
});

/** A canary that waits at a quarter, and its Services. */
function shop(): object[] {
  const labels = { app: 'shop' };
  const service = (name: string): object => ({
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
  const steps = [{ setWeight: 25 }, { pause: {} }];
  return [
    service('shop'),
    service('shop-canary'),
    {
      ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', metadata: { name: 'shop' } },
      spec: {
        ...{ replicas: 2, selector: { matchLabels: labels } },
        strategy: { canary: { stableService: 'shop', canaryService: 'shop-canary', steps } },
        template: { metadata: { labels }, spec: { containers: [shopContainer('1')] } },
      },
    },
  ];
}

function shopContainer(version: string): object {
  return {
    ...{ name: 'shop', image: 'gantry.local/demo:1', imagePullPolicy: 'Never' },
    env: [{ name: 'VERSION', value: version }],
    ports: [{ containerPort: 8080, name: 'http' }],
    readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
  };
}

async function release(version: string): Promise<void> {
  const spec = { template: { spec: { containers: [shopContainer(version)] } } };
  await stage.cluster.client.patch(rolloutKind, { namespace: NS, name: 'shop' }, 'merge', { spec });
}

test.serial('a canary is promoted and another one aborted, and no request fails', async (t) => {
  const { browser, cluster } = stage;
  await cluster.make(NS, ...shop());
  await cluster.healthy('shop');
  const load = await cluster.load('shop', 0, { pauseMs: 50 });
  await browser.visit(t, {}, async ({ page, open }) => {
    const view = new RolloutView(page);
    await open('rollouts/default/shop');
    await view.phase('Healthy');
    await release('2');
    await view.step(2);
    await view.says(/canary 25 %.*confirmed by all proxies/);
    t.regex(await view.act('Promote'), /Promote rollout shop\?/);
    await view.phase('Healthy');
    await cluster.healthy('shop');

    await release('3');
    await view.step(2);
    await view.says(/canary 25 %.*confirmed by all proxies/);
    t.regex(await view.act('Abort'), /Abort rollout shop\?/);
    await view.phase('Degraded');
    await cluster.atWeight('shop', 0);
  });
  const report = await load.stop();
  t.deepEqual(failuresOf(report), {});
  const texts = Object.values(report)
    .flatMap(({ texts: said }) => Object.keys(said))
    .join(' ');
  for (const version of ['version 1', 'version 2', 'version 3']) t.true(texts.includes(version), version);
});
