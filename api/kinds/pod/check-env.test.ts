// Environment variables, by what is refused.
import test from 'ava';
import { C, testRefusals } from './test-pod.ts';

testRefusals(test, [
  [
    'a variable with a value and a source',
    {},
    { env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    [`${C}.env[0].valueFrom: Invalid value: "": may not be specified when`],
  ],
  [
    'a variable with two sources',
    {},
    {
      env: [
        {
          name: 'A',
          valueFrom: { configMapKeyRef: { name: 'a', key: 'k' }, secretKeyRef: { name: 'a', key: 'k' } },
        },
      ],
    },
    [`${C}.env[0].valueFrom.secretKeyRef: Forbidden: may not be set together with configMapKeyRef`],
  ],
  [
    'a variable with no source',
    {},
    { env: [{ name: 'A', valueFrom: {} }] },
    [`${C}.env[0].valueFrom: Required value`],
  ],
  [
    'a field that variables cannot hold',
    {},
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.image' } } }] },
    [
      `${C}.env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "spec.image": supported values: "metadata.name"`,
    ],
  ],
  [
    'a resource that is none',
    {},
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.gpu', divisor: 'x' } } }] },
    [
      `${C}.env[0].valueFrom.resourceFieldRef.resource: Unsupported value`,
      `${C}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "x"`,
    ],
  ],
  [
    'a variable without a name',
    {},
    { env: [{ name: '' }] },
    [`${C}.env[0].name: Invalid value: "": must not be empty`],
  ],
  [
    'variables from nowhere',
    {},
    { envFrom: [{ prefix: 'A_' }] },
    [`${C}.envFrom[0]: Required value: one of configMapRef`],
  ],
]);
