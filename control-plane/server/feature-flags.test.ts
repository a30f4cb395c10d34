// FeatureFlags through the API, under both their names: one store, the fields the same, the apiVersion as asked.
import test from 'ava';
import {
  CHANGE_REASON_ANNOTATION,
  HISTORY_MAX,
  historyOf,
  type HistoryEntry,
} from '@gantry/api/change-history';
import type { ControllerRevision } from '@gantry/api/kinds/controller-revision';
import { startTestServer } from './test-server.ts';
import { testClient, type TestClient } from './test-client.ts';

const OWN = '/apis/gantry.dev/v1alpha1/namespaces/default/featureflags';
const ALIAS = '/apis/core.openfeature.dev/v1beta1/namespaces/default/featureflags';
const FLAG = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

const flags = (name: string, fields: object = {}, apiVersion = 'core.openfeature.dev/v1beta1'): object => ({
  apiVersion,
  kind: 'FeatureFlag',
  metadata: { name },
  spec: { flagSpec: { flags: { checkout: { ...FLAG, ...fields } } } },
});

async function withClient(act: (client: TestClient) => Promise<void>): Promise<void> {
  const plane = await startTestServer();
  try {
    await act(testClient(plane.url));
  } finally {
    await plane.stop();
  }
}

async function told(client: TestClient): Promise<string[]> {
  const { body } = await client.get('/api/v1/namespaces/default/events?fieldSelector=reason%3DFlagChanged');
  return body.items.map(({ message }) => String(message)).sort();
}

test('what is written under one name is read under both, each time as the path says', (t) =>
  withClient(async (client) => {
    const made = await client.call('POST', ALIAS, flags('web'));
    t.is(made.code, 201);
    t.is(made.body['apiVersion'], 'core.openfeature.dev/v1beta1');
    t.like(made.body['status'], { observedGeneration: 1, flags: 1, enabled: 1, targeted: 0 });
    t.like((await client.get(`${OWN}/web`)).body, { apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag' });
    t.is((await client.call('POST', OWN, flags('web', {}, 'gantry.dev/v1alpha1'))).code, 409);
    const list = await client.get(ALIAS);
    t.like(list.body, { kind: 'FeatureFlagList', apiVersion: 'core.openfeature.dev/v1beta1' });
    t.is(list.body.items[0]?.apiVersion, 'core.openfeature.dev/v1beta1');
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await client.get(ALIAS, { accept });
    const [row] = table.body['rows'] as { cells: unknown[] }[];
    t.deepEqual(row?.cells.slice(0, 4), ['web', 1, '1/1', 'checkout']);
    const watch = await client.watch(`${ALIAS}?watch=true`);
    t.is((await watch.next())?.object['apiVersion'], 'core.openfeature.dev/v1beta1');
    watch.close();
  }));

test('patches of all types, and server-side apply, under the alias', (t) =>
  withClient(async (client) => {
    const apply = (fields: object) =>
      client.call('PATCH', `${ALIAS}/web?fieldManager=x`, flags('web', fields), {
        'content-type': 'application/apply-patch+yaml',
      });
    t.is((await apply({})).code, 201);
    const targeting = {
      fractional: [
        ['on', 10],
        ['off', 90],
      ],
    };
    const applied = await apply({ targeting });
    t.is(applied.code, 200);
    t.is(applied.body['apiVersion'], 'core.openfeature.dev/v1beta1');
    t.like(applied.body['status'], { observedGeneration: 2, targeted: 1 });
    t.like((await apply({})).body['status'], { observedGeneration: 3, targeted: 0 });
    const merge = await client.call(
      'PATCH',
      `${ALIAS}/web`,
      { spec: { flagSpec: { flags: { checkout: { state: 'DISABLED' } } } } },
      { 'content-type': 'application/merge-patch+json' },
    );
    t.like(merge.body['status'], { enabled: 0 });
    t.is(merge.body['apiVersion'], 'core.openfeature.dev/v1beta1');
    const put = await client.call('PUT', `${ALIAS}/web`, flags('web'));
    t.is(put.code, 200);
    t.is(put.body['apiVersion'], 'core.openfeature.dev/v1beta1');
    t.is((await client.get(`${OWN}/web`)).body['apiVersion'], 'gantry.dev/v1alpha1');
  }));

test('each change of flags leaves an Event that names who and what; other writes do not', (t) =>
  withClient(async (client) => {
    await client.call('POST', OWN, flags('web', {}, 'gantry.dev/v1alpha1'));
    const patch = (body: object) =>
      client.call('PATCH', `${OWN}/web`, body, { 'content-type': 'application/merge-patch+json' });
    await patch({ metadata: { labels: { a: 'b' } } });
    const change = { flags: { checkout: { defaultVariant: 'on' } } };
    t.is((await patch({ spec: { flagSpec: change } })).body.metadata.generation, 2);
    await patch({ spec: { flagSpec: change } });
    await client.call(
      'PATCH',
      `${OWN}/web?dryRun=All`,
      { spec: { flagSpec: { flags: { checkout: { state: 'DISABLED' } } } } },
      {
        'content-type': 'application/merge-patch+json',
      },
    );
    await client.call('DELETE', `${OWN}/web`);
    t.deepEqual(await told(client), [
      'test-admin: flag checkout: added, enabled, default off',
      'test-admin: flag checkout: default off -> on',
      'test-admin: flag checkout: removed',
    ]);
    const { body } = await client.get(
      '/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dweb',
    );
    t.like(body.items[0]?.['involvedObject'], {
      apiVersion: 'gantry.dev/v1alpha1',
      kind: 'FeatureFlag',
      namespace: 'default',
    });
  }));

test('what cannot be evaluated is refused with its path', (t) =>
  withClient(async (client) => {
    const { code, body } = await client.call(
      'POST',
      ALIAS,
      flags('web', { targeting: { fractional: [['onn', 1]] } }),
    );
    t.is(code, 422);
    t.regex(
      String(body['message']),
      /spec\.flagSpec\.flags\[checkout\]\.targeting\.fractional\[0\]\[0\]: .*did you mean "on"/,
    );
  }));

test('discovery and OpenAPI know both names', (t) =>
  withClient(async (client) => {
    for (const [group, version] of [
      ['gantry.dev', 'v1alpha1'],
      ['core.openfeature.dev', 'v1beta1'],
    ] as const) {
      const { body } = await client.get(`/apis/${group}/${version}`);
      t.true((body['resources'] as { name: string }[]).some(({ name }) => name === 'featureflags'));
      const { text } = await client.get(`/openapi/v3/apis/${group}/${version}`);
      t.regex(
        text,
        new RegExp(`"group":"${group}","version":"${version}","kind":"FeatureFlag"`.replaceAll('.', '\\.')),
      );
      t.regex(text, /defaultVariant/);
    }
  }));

async function history(client: TestClient): Promise<HistoryEntry[]> {
  const { body } = await client.get('/apis/apps/v1/namespaces/default/controllerrevisions');
  return historyOf(body.items as unknown as ControllerRevision[]);
}

test('each change is kept with who, why and what, whoever writes it, and nothing that changes no flag', (t) =>
  withClient(async (client) => {
    const patch = (body: object) =>
      client.call('PATCH', `${ALIAS}/web`, body, { 'content-type': 'application/merge-patch+json' });
    const because = (reason: string | null) => ({ annotations: { [CHANGE_REASON_ANNOTATION]: reason } });
    const checkout = (fields: object) => ({ flagSpec: { flags: { checkout: fields } } });
    await client.call('POST', ALIAS, flags('web'));
    await patch({ metadata: because('release'), spec: checkout({ defaultVariant: 'on' }) });
    await patch({ spec: checkout({ state: 'DISABLED' }) });
    await patch({ metadata: { labels: { a: 'b' } } });
    await client.call(
      'PATCH',
      `${ALIAS}/web?dryRun=All`,
      { spec: checkout({ state: 'ENABLED' }) },
      {
        'content-type': 'application/merge-patch+json',
      },
    );
    const entries = await history(client);
    t.deepEqual(
      entries.map(({ revision, reason, changes }) => [revision, reason, changes]),
      [
        [1, undefined, ['flag checkout: added, enabled, default off']],
        [2, 'release', ['flag checkout: default off -> on']],
        [3, undefined, ['flag checkout: disabled']],
      ],
    );
    t.like(entries[1]?.data, { spec: checkout({ defaultVariant: 'on', state: 'ENABLED' }) });
    t.truthy(entries[0]?.by);
  }));

test('only the newest changes are kept', (t) =>
  withClient(async (client) => {
    await client.call('POST', ALIAS, flags('web'));
    for (let change = 0; change < HISTORY_MAX + 5; change += 1)
      await client.call(
        'PATCH',
        `${ALIAS}/web`,
        { spec: { flagSpec: { flags: { checkout: { metadata: { change } } } } } },
        { 'content-type': 'application/merge-patch+json' },
      );
    const revisions = (await history(client)).map(({ revision }) => revision);
    t.true(revisions.length >= HISTORY_MAX && revisions.length <= HISTORY_MAX + 2, String(revisions.length));
    t.is(revisions.at(-1), HISTORY_MAX + 6);
    t.false(revisions.includes(1));
  }));

test('whoever writes a key that another FeatureFlag has is told which one is in force', (t) =>
  withClient(async (client) => {
    t.is((await client.call('POST', ALIAS, flags('b-first'))).headers.get('warning'), null);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const second = await client.call('POST', ALIAS, flags('a-second'));
    t.is(second.code, 201);
    t.regex(
      second.headers.get('warning') ?? '',
      /flag \\"checkout\\": FeatureFlag \\"b-first\\" has one of this key too, and being older is the one in force/,
    );
    const again = await client.call('PUT', `${ALIAS}/b-first`, flags('b-first', { defaultVariant: 'on' }));
    t.regex(again.headers.get('warning') ?? '', /a-second\\" has one of this key too; this one is in force/);
  }));
