import test from 'ava';
import { StatusError } from '@gantry/api/status-error';
import { answerForm } from './media-type.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const DISCOVERY_V2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const rows: [accept: string | undefined, as: string, encoding: string, contentType: string][] = [
  [undefined, 'Object', 'json', 'application/json'],
  ['*/*', 'Object', 'json', 'application/json'],
  ['application/json, */*;q=0.8', 'Object', 'json', 'application/json'],
  ['application/vnd.kubernetes.protobuf,application/json', 'Object', 'json', 'application/json'],
  ['application/yaml', 'Object', 'yaml', 'application/yaml'],
  ['application/yaml;q=0.1, application/json', 'Object', 'json', 'application/json'],
  ['application/json;q=0, application/yaml', 'Object', 'yaml', 'application/yaml'],
  [`${TABLE},application/json`, 'Table', 'json', 'application/json;as=Table;g=meta.k8s.io;v=v1'],
  [
    'application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
    'Object',
    'json',
    'application/json',
  ],
  [
    'application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    'PartialObjectMetadata',
    'json',
    'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  ],
  [`${DISCOVERY_V2},application/json`, 'APIGroupDiscoveryList', 'json', DISCOVERY_V2],
];

for (const [accept, as, encoding, contentType] of rows) {
  test(`Accept: ${accept ?? '(none)'}`, (t) => {
    const form = answerForm(accept);
    t.like(form, { as, encoding, contentType });
  });
}

test('what cannot be served is 406', (t) => {
  const error = t.throws(() => answerForm('text/html, application/vnd.kubernetes.protobuf'), {
    instanceOf: StatusError,
  });
  t.is(error?.status.code, 406);
});
