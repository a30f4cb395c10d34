// The manifests that the repository shows are taken as they are, without a warning, and the example of Gateways works.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { httpRouteKind } from '@gantry/api/kinds/http-route';
import type { AnyObject } from '@gantry/api/meta';
import { findKind } from '@gantry/api/registry';
import { readYamlDocuments } from '@gantry/api/yaml-documents';
import { given, startTestEngine } from '../../engine/test-engine.ts';
import { gatewayControllers } from './gateway-controllers.ts';
import { said } from './toy-gateway.ts';

const ROOT = `${process.cwd()}/manifests`;
// Files of Prometheus are proved in e2e/monitoring.
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.ya?ml$/.test(file) && !file.startsWith('monitoring/'),
);

for (const file of files)
  test(`${file} is taken as it is`, async (t) => {
    const lab = await startTestEngine();
    const stop = lab.run(...gatewayControllers());
    const { documents, faults } = readYamlDocuments(readFileSync(join(ROOT, file), 'utf8'), file);
    t.deepEqual(faults, []);
    t.true(documents.length > 0);
    for (const { value } of documents) {
      const object = value as AnyObject;
      const definition = findKind(object.apiVersion, object.kind);
      if (definition === undefined) return t.fail(`there is no kind ${object.kind}`);
      const namespace = definition.namespaced ? { namespace: 'default' } : {};
      await given(lab, definition, { ...object, metadata: { ...namespace, ...object.metadata } });
    }
    t.deepEqual(lab.warnings, []);
    await lab.still();
    for (const gateway of lab.cache.list(gatewayKind))
      t.is(said(gateway.status?.conditions)[0], 'Accepted True Accepted');
    for (const { status } of lab.cache.list(httpRouteKind))
      t.deepEqual(said(status?.parents[0]?.conditions), [
        'Accepted True Accepted',
        'ResolvedRefs True ResolvedRefs',
      ]);
    await stop();
    await lab.close();
  });
