// Where a pod may run, and who it may be, by what is refused.
import test from 'ava';
import { C, testRefusals } from './test-pod.ts';

testRefusals(test, [
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
  [
    'a way of its own to resolve names',
    {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['10.0.0.1', 'fd00::1'],
        searches: ['a.example', '_tcp.b.example.', '.'],
        options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
      },
    },
    {},
    [],
  ],
  ['nobody to ask', { dnsPolicy: 'None' }, {}, ['spec.dnsConfig.nameservers: Required value: must provide']],
  [
    'too many to ask',
    { dnsConfig: { nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] } },
    {},
    ['spec.dnsConfig.nameservers: Too long'],
  ],
  [
    'words of a resolv.conf that are none',
    {
      dnsConfig: {
        nameservers: ['dns.example'],
        searches: ['a b'],
        options: [{ value: '1' }, { name: 'a\nnameserver 10.0.0.9' }, { name: 'ndots', value: '5 debug' }],
      },
    },
    {},
    ['nameservers[0]', 'searches[0]', 'options[0].name', 'options[1].name', 'options[2].value'].map(
      (field) => `spec.dnsConfig.${field}: `,
    ),
  ],
  [
    'too many search paths',
    { dnsConfig: { searches: Array.from({ length: 33 }, (_, at) => `s${at}.example`) } },
    {},
    ['spec.dnsConfig.searches: Too long'],
  ],
  [
    'search paths that are too long together',
    { dnsConfig: { searches: Array.from({ length: 32 }, () => `${'a'.repeat(60)}.example`) } },
    {},
    ['spec.dnsConfig.searches: Too long'],
  ],
  ['a host name that is none', { hostname: 'a.b' }, {}, ['spec.hostname: Invalid value: "a.b"']],
  ['a name above it that is none', { subdomain: 'a.b' }, {}, ['spec.subdomain: Invalid value: "a.b"']],
  [
    'a line of /etc/hosts without an address',
    { hostAliases: [{ ip: 'x', hostnames: ['a_b'] }] },
    {},
    ['spec.hostAliases[0].ip: Invalid value: "x"', 'spec.hostAliases[0].hostnames[0]: Invalid value: "a_b"'],
  ],
]);
