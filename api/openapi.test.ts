import test from 'ava';
import type { JsonSchema } from './json-schema.ts';
import { createOpenapiDocuments } from './openapi.ts';
import { groupVersions, kinds } from './registry.ts';

interface Operation {
  parameters: { name: string }[];
  requestBody?: unknown;
  'x-kubernetes-group-version-kind': { group: string; version: string; kind: string };
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

const documents = createOpenapiDocuments('0.1.0');
const read = (key: string): Document => JSON.parse(documents.document(key) ?? '') as Document;
const keys = groupVersions.map(({ group, version }) =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`,
);

test('the index names a document for each group version, under an address that changes with it', (t) => {
  const { paths } = documents.index();
  t.deepEqual(Object.keys(paths), keys);
  t.regex(
    paths['apis/apps/v1']?.serverRelativeURL ?? '',
    /^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{8}$/,
  );
  t.notDeepEqual(createOpenapiDocuments('0.2.0').index(), documents.index());
  t.deepEqual(createOpenapiDocuments('0.1.0').index(), documents.index());
  t.is(documents.document('apis/nothing/v1'), undefined);
});

test('every reference leads somewhere', (t) => {
  for (const key of keys) {
    const { components } = read(key);
    const references = [...(documents.document(key) ?? '').matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
    const lost = references
      .map((match) => match[1] ?? '')
      .filter((name) => components.schemas[name] === undefined);
    t.deepEqual([...new Set(lost)], []);
  }
});

test('nothing of our own leaves the house', (t) => {
  for (const key of keys)
    t.notRegex(documents.document(key) ?? '', /x-gantry|patternProperties|additionalProperties":false/);
});

test('each kind has a schema that says which kind it is, and a patch that checks fields', (t) => {
  for (const { group, version, kind, resource, namespaced } of kinds) {
    const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const { paths, components } = read(base.slice(1));
    const marked = Object.values(components.schemas).filter((schema) =>
      JSON.stringify(schema['x-kubernetes-group-version-kind'] ?? []).includes(`"kind":"${kind}"`),
    );
    t.is(marked.length, 1, kind);
    const path = paths[`${base}${namespaced ? '/namespaces/{namespace}' : ''}/${resource}/{name}`];
    t.deepEqual(path?.['patch']?.['x-kubernetes-group-version-kind'], { group, version, kind });
    t.true(path?.['patch']?.parameters.some(({ name }) => name === 'fieldValidation'));
    t.is(
      path?.['patch']?.requestBody,
      undefined,
      'with strategic merge listed, kubectl computes patches from here',
    );
  }
});

test('fields keep their own words and their defaults', (t) => {
  const { schemas } = read('apis/apps/v1').components;
  const spec = schemas['io.k8s.api.apps.v1.DeploymentSpec']?.properties ?? {};
  t.like(spec['replicas'], { type: 'integer', format: 'int32', default: 1 });
  t.like(spec['template'], {
    description: 'From which its pods are made.',
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec' }],
  });
  t.is(spec['strategy']?.['x-kubernetes-patch-strategy'], 'retainKeys');
  const container = schemas['io.k8s.api.core.v1.Container'];
  t.like(container?.properties?.['ports'], {
    'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
    'x-kubernetes-patch-merge-key': 'containerPort',
  });
  t.deepEqual(container?.required, ['name', 'image']);
  t.is(container?.description, 'One container of a pod.');
  t.is(schemas['io.k8s.api.apps.v1.Deployment']?.required?.includes('metadata'), false);
});
