// A shop as the pictures show it: a checkout that is being released, pages and jobs beside it, and one thing that is wrong.
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { waitFor } from '../cluster/local-world.ts';
import type { BrowserStage } from './browser-stage.ts';
import { toyCanary, toyDeployment, toyService } from './toy-objects.ts';

/** The rollout, and how its version changes. */
export const SHOP = {
  key: { namespace: 'shop', name: 'checkout' },
  async release(stage: BrowserStage, image: string): Promise<void> {
    const { spec } = await stage.client.get<Rollout>(rolloutKind, this.key);
    const containers = (spec.template?.spec.containers ?? []).map((container) => ({ ...container, image }));
    await stage.client.patch(rolloutKind, this.key, 'merge', {
      spec: { template: { spec: { containers } } },
    });
  },
};

/** Makes it, and waits until the checkout is healthy. */
export async function makeShop(stage: BrowserStage): Promise<void> {
  await stage.namespace('shop');
  const broken = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'reports' } },
    spec: {
      selector: { matchLabels: { app: 'reports' } },
      template: {
        metadata: {
          labels: { app: 'reports' },
          annotations: { 'hollow.gantry.dev/pull-error': 'not-found' },
        },
        spec: { containers: [{ name: 'app', image: 'toy.example/reports:7' }] },
      },
    },
  };
  await stage.make(
    'shop',
    ...toyCanary(SHOP.key.name, 4, 'toy.example/checkout:2.3.1'),
    ...[toyDeployment('storefront', 6), toyService('storefront', 'storefront')],
    ...[toyDeployment('search', 3), toyService('search', 'search'), broken],
  );
  await waitFor('the checkout to be healthy', async () => {
    const { status } = await stage.client.get<Rollout>(rolloutKind, SHOP.key);
    return status?.phase === 'Healthy';
  });
}

/** Flags as a shop has them. */
export function exampleFlags(): object[] {
  const onOff = { on: true, off: false };
  const flags = {
    'new-checkout': {
      ...{ state: 'ENABLED', variants: onOff, defaultVariant: 'off' },
      targeting: {
        if: [
          { ends_with: [{ var: 'email' }, '@example.com'] },
          'on',
          {
            fractional: [
              ['on', 25],
              ['off', 75],
            ],
          },
        ],
      },
    },
    'express-delivery': { state: 'ENABLED', variants: onOff, defaultVariant: 'on' },
    banner: { state: 'DISABLED', variants: { none: '', sale: 'Sale until Sunday' }, defaultVariant: 'none' },
  };
  return [
    {
      apiVersion: 'gantry.dev/v1alpha1',
      kind: 'FeatureFlag',
      metadata: { name: 'checkout' },
      spec: { flagSpec: { flags } },
    },
  ];
}
