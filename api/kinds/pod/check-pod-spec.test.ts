import test from 'ava';
import { podKind, type Pod, type PodSpec } from '../pod.ts';
import { admitShape } from '../../validate.ts';

/** A complete pod; `spec` and `container` replace parts of it. */
function podOf(spec: object = {}, container: object = {}): Pod {
  const { object, issues, unknown } = admitShape(podKind, {
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...spec },
  });
  if (issues.length + unknown.length > 0) throw new Error(JSON.stringify([issues, unknown]));
  return object as Pod;
}

const findings = (pod: Pod): string[] =>
  (podKind.check?.(pod) ?? []).map(({ path, message }) => `${path}: ${message}`);

const C = 'spec.containers[0]';
const MOUNT = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
const DATA = { volumes: [{ name: 'data', emptyDir: {} }] };

const REFUSED: [string, object, object, string[]][] = [
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
  [
    'a probe of nothing',
    {},
    { livenessProbe: {} },
    [`${C}.livenessProbe: Required value: one of exec, httpGet, tcpSocket`],
  ],
  [
    'a probe of two things',
    {},
    { readinessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 1 } } },
    [`${C}.readinessProbe.tcpSocket: Forbidden: may not be set together with exec`],
  ],
  [
    'a liveness probe that must succeed twice',
    {},
    { livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } },
    [`${C}.livenessProbe.successThreshold: Invalid value: 2: must be 1`],
  ],
  [
    'a probe at no port',
    {},
    { livenessProbe: { httpGet: { port: 0 } }, readinessProbe: { tcpSocket: { port: 'Bad_Port' } } },
    [
      `${C}.livenessProbe.httpGet.port: Invalid value: 0`,
      `${C}.readinessProbe.tcpSocket.port: Invalid value: "Bad_Port"`,
    ],
  ],
  [
    'a hook without a command',
    {},
    { lifecycle: { preStop: { exec: {} } } },
    [`${C}.lifecycle.preStop.exec.command: Required value`],
  ],
  [
    'a probe on an init container',
    { initContainers: [{ name: 'init', image: 'a', livenessProbe: { tcpSocket: { port: 80 } } }] },
    {},
    ['spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers'],
  ],
  [
    'a user that cannot be known to be harmless',
    { securityContext: { runAsNonRoot: true } },
    {},
    [`${C}.securityContext.runAsNonRoot: Invalid value: true: needs a \`runAsUser\` other than 0`],
  ],
  [
    'privileged without more privileges',
    {},
    { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
    [`${C}.securityContext.allowPrivilegeEscalation: Invalid value: false: cannot be false`],
  ],
  [
    'labels of nodes that no node can have',
    { nodeSelector: { 'a b': 'c' } },
    {},
    ['spec.nodeSelector: Invalid value: "a b"'],
  ],
  [
    'a toleration of everything without Exists',
    { tolerations: [{ operator: 'Equal' }, { key: 'a', operator: 'Exists', value: 'b' }] },
    {},
    [
      'spec.tolerations[0].operator: Invalid value: "Equal": must be Exists when `key` is empty',
      'spec.tolerations[1].value: Invalid value: "b": must be empty',
    ],
  ],
  [
    'a toleration that ends of something that never begins',
    { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] },
    {},
    ['spec.tolerations[0].effect: Invalid value: "NoSchedule": must be NoExecute'],
  ],
  [
    'a spread constraint twice',
    {
      topologySpreadConstraints: [1, 2].map((maxSkew) => ({
        maxSkew,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
      })),
    },
    {},
    [
      'spec.topologySpreadConstraints[1].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"',
    ],
  ],
  [
    'node affinity with operators and values that do not go together',
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'a', operator: 'In' },
                  { key: 'a', operator: 'Exists', values: ['b'] },
                  { key: 'a', operator: 'Gt', values: ['b'] },
                ],
                matchFields: [{ key: 'spec.x', operator: 'In', values: ['a'] }],
              },
            ],
          },
        },
      },
    },
    {},
    [0, 1, 2]
      .map((index) => `matchExpressions[${index}].values`)
      .concat('matchFields[0].key')
      .map(
        (path) =>
          `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].${path}: `,
      ),
  ],
  [
    'pod anti-affinity without a place',
    {
      affinity: {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '' }] },
      },
    },
    {},
    [
      'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
    ],
  ],
  ['a host name that is none', { hostname: 'a.b' }, {}, ['spec.hostname: Invalid value: "a.b"']],
  [
    'a line of /etc/hosts without an address',
    { hostAliases: [{ ip: 'x', hostnames: ['a_b'] }] },
    {},
    ['spec.hostAliases[0].ip: Invalid value: "x"', 'spec.hostAliases[0].hostnames[0]: Invalid value: "a_b"'],
  ],
];

for (const [title, spec, container, expected] of REFUSED) {
  test(`refused: ${title}`, (t) => {
    const found = findings(podOf(spec, container));
    t.is(found.length, expected.length, found.join('\n'));
    expected.forEach((start) => {
      t.true(
        found.some((finding) => finding.startsWith(start)),
        `${start}\nnot in\n${found.join('\n')}`,
      );
    });
  });
}

test('a full pod is accepted', (t) => {
  const spec = {
    initContainers: [{ name: 'init', image: 'busybox', command: ['true'] }],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'host', hostPath: { path: '/var/log', type: 'Directory' } },
      { name: 'all', projected: { sources: [{ configMap: { name: 'a' } }, { secret: { name: 'b' } }] } },
    ],
    tolerations: [{ operator: 'Exists' }],
    securityContext: { runAsNonRoot: true, runAsUser: 1000 },
  };
  const container = {
    ...MOUNT,
    ports: [{ name: 'http', containerPort: 80, hostPort: 8080 }],
    env: [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }],
    livenessProbe: { httpGet: { port: 'http' } },
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    resources: { requests: { cpu: '0.5' }, limits: { cpu: '500m', memory: '64Mi' } },
  };
  t.deepEqual(findings(podOf(spec, container)), []);
});

const updates = (change: (spec: PodSpec) => void, before: object = {}): string[] => {
  const old = podOf(before);
  const next = structuredClone(old);
  change(next.spec);
  return (podKind.checkUpdate?.(next, old) ?? []).map(({ path, message }) => `${path}: ${message}`);
};

test('of a pod only few fields may change', (t) => {
  t.deepEqual(
    updates((spec) => {
      spec.containers.forEach((container) => (container.image = 'web:2'));
      spec.tolerations = [{ operator: 'Exists' }];
      spec.activeDeadlineSeconds = 5;
      spec.nodeName = 'node-1';
    }),
    [],
  );
  const [changed = ''] = updates((spec) => (spec.hostNetwork = true));
  t.regex(
    changed,
    /^spec: Forbidden: pod updates may not change fields other than .*\(changed: hostNetwork\)$/,
  );
  const [moved = ''] = updates((spec) => (spec.nodeName = 'node-2'), { nodeName: 'node-1' });
  t.regex(moved, /^spec.nodeName: Forbidden: a pod stays on its node/);
  const [longer = ''] = updates((spec) => (spec.activeDeadlineSeconds = 9), { activeDeadlineSeconds: 5 });
  t.regex(
    longer,
    /^spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to the previous value 5/,
  );
  const [bare = ''] = updates((spec) => (spec.tolerations = []), { tolerations: [{ operator: 'Exists' }] });
  t.regex(bare, /^spec.tolerations: Forbidden/);
});
