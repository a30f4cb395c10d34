// Containers, their ports and resources, by what is refused.
import test from 'ava';
import { C, testRefusals } from './test-pod.ts';

testRefusals(test, [
  [
    'a container name that is no DNS label',
    {},
    { name: 'Web' },
    [`${C}.name: Invalid value: "Web": must consist of`],
  ],
  [
    'two containers of one name',
    { initContainers: [{ name: 'web', image: 'a' }] },
    {},
    [`${C}.name: Duplicate value: "web"`],
  ],
  ['an empty image', {}, { image: '' }, [`${C}.image: Required value`]],
  [
    'an image with blanks around it',
    {},
    { image: ' a' },
    [`${C}.image: Invalid value: " a": must not have leading`],
  ],
  [
    'two ports of one name',
    {},
    {
      ports: [
        { name: 'http', containerPort: 1 },
        { name: 'http', containerPort: 2 },
      ],
    },
    [`${C}.ports[1].name: Duplicate value: "http"`],
  ],
  [
    'a port name without a letter',
    {},
    { ports: [{ name: '80', containerPort: 80 }] },
    [`${C}.ports[0].name: Invalid`],
  ],
  [
    'two containers on one host port',
    {
      containers: [1, 2].map((n) => ({
        name: `c${n}`,
        image: 'a',
        ports: [{ containerPort: n, hostPort: 80 }],
      })),
    },
    {},
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
  ],
  [
    "a host port beside the container's on the node's network",
    { hostNetwork: true },
    { ports: [{ containerPort: 80, hostPort: 81 }] },
    [`${C}.ports[0].containerPort: Invalid value: 80: must match`],
  ],
  [
    'a quantity that is none',
    {},
    { resources: { limits: { cpu: 'lots' } } },
    [
      `${C}.resources.limits[cpu]: Invalid value: "lots": must be a quantity such as '500m'`,
      `${C}.resources.requests[cpu]: Invalid value: "lots"`,
    ],
  ],
  [
    'a negative quantity',
    {},
    { resources: { requests: { memory: '-1' } } },
    [`${C}.resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0`],
  ],
  [
    'a request above its limit',
    {},
    { resources: { requests: { memory: '2Gi' }, limits: { memory: '1024Mi' } } },
    [
      `${C}.resources.requests[memory]: Invalid value: "2Gi": must be less than or equal to memory limit of 1024Mi`,
    ],
  ],
]);
