// Volumes and mounts, by what is refused.
import test from 'ava';
import { C, DATA, MOUNT, testRefusals } from './test-pod.ts';

testRefusals(test, [
  [
    'a mount of no volume',
    {},
    MOUNT,
    [`${C}.volumeMounts[0].name: Invalid value: "data": no volume of this name (the pod has no volumes)`],
  ],
  [
    'two mounts at one place',
    DATA,
    { volumeMounts: [MOUNT.volumeMounts[0], MOUNT.volumeMounts[0]] },
    [`${C}.volumeMounts[1].mountPath: Invalid value: "/data": must be unique`],
  ],
  [
    'a mount that climbs out of its volume',
    DATA,
    { volumeMounts: [{ name: 'data', mountPath: '/data', subPath: '../etc' }] },
    [`${C}.volumeMounts[0].subPath: Invalid value: "../etc": must not contain '..'`],
  ],
  [
    'a volume of nothing',
    { volumes: [{ name: 'data' }] },
    {},
    ['spec.volumes[0]: Required value: one of emptyDir'],
  ],
  [
    'a volume of two things',
    { volumes: [{ name: 'data', emptyDir: {}, hostPath: { path: '/a' } }] },
    {},
    ['spec.volumes[0].hostPath: Forbidden: may not be set together with emptyDir'],
  ],
  [
    'a size that is none',
    { volumes: [{ name: 'data', emptyDir: { medium: 'Memory', sizeLimit: 'big' } }] },
    {},
    ['spec.volumes[0].emptyDir.sizeLimit: Invalid value: "big": must be a quantity'],
  ],
  [
    'two volumes of one name',
    { volumes: [...DATA.volumes, ...DATA.volumes] },
    {},
    ['spec.volumes[1].name: Duplicate value: "data"'],
  ],
  [
    'a relative path on the node',
    { volumes: [{ name: 'data', hostPath: { path: 'a' } }] },
    {},
    ['spec.volumes[0].hostPath.path: Invalid value: "a": must be an absolute path'],
  ],
  [
    'an entry that leaves its volume',
    { volumes: [{ name: 'data', configMap: { name: 'a', items: [{ key: 'k', path: '/etc/passwd' }] } }] },
    {},
    ['spec.volumes[0].configMap.items[0].path: Invalid value: "/etc/passwd": must be a relative path'],
  ],
  [
    'a resource of a container that is not there',
    {
      volumes: [
        {
          name: 'data',
          downwardAPI: {
            items: [{ path: 'cpu', resourceFieldRef: { resource: 'limits.cpu', containerName: 'x' } }],
          },
        },
      ],
    },
    {},
    [
      'spec.volumes[0].downwardAPI.items[0].resourceFieldRef.containerName: Invalid value: "x": must be one of: web',
    ],
  ],
]);
