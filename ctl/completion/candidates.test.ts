import test from 'ava';
import { candidatesFor, globalOptions, type CommandShape } from './candidates.ts';

const leaf = (
  name: string,
  args: string[],
  options: string[] = [],
  withValue: string[] = [],
): CommandShape => ({
  name,
  subcommands: [],
  options,
  withValue,
  arguments: args,
});
const root: CommandShape = {
  ...leaf('gantry', [], ['--namespace'], ['-n', '--namespace', '--context']),
  subcommands: [
    leaf('get', ['kinds', 'names'], ['--output', '--watch'], ['-o', '--output']),
    leaf('logs', ['target'], ['--follow']),
    leaf('cordon', ['nodes']),
    leaf('completion', ['shell']),
    {
      ...leaf('rollout', []),
      subcommands: [
        leaf('status', ['workload', 'name']),
        leaf('promote', ['rollout', 'name']),
        leaf('set-image', ['rollout', 'images']),
      ],
    },
  ],
};

const cases: [string, readonly string[], object | undefined][] = [
  ['g', ['get'], undefined],
  ['get p', ['pods', 'priorityclasses'], undefined],
  ['get pods ', [], { kind: 'pods', prefix: '' }],
  ['get pods web-1 ', [], { kind: 'pods', prefix: '' }],
  ['get deploy/', [], { kind: 'deploy', prefix: 'deploy/' }],
  ['get --w', ['--watch'], undefined],
  ['get -o ', ['wide', 'json', 'yaml', 'name', 'jsonpath=', 'custom-columns='], undefined],
  ['get pods --output j', ['json', 'jsonpath='], undefined],
  ['get pods -n ', [], { kind: 'namespaces', prefix: '' }],
  ['get pods --context ', [], undefined],
  ['-n team get pods ', [], { kind: 'pods', prefix: '' }],
  ['rollout ', ['status', 'promote', 'set-image'], undefined],
  ['rollout status daem', ['daemonsets'], { kind: 'rollouts', prefix: '' }],
  ['rollout promote ', [], { kind: 'rollouts', prefix: '' }],
  ['rollout promote ro/', [], { kind: 'ro', prefix: 'ro/' }],
  ['rollout set-image web ', [], undefined],
  ['rollout status deploy/', [], { kind: 'deploy', prefix: 'deploy/' }],
  ['logs ', [], { kind: 'pods', prefix: '' }],
  ['cordon ', [], { kind: 'nodes', prefix: '' }],
  ['get nothing ', [], undefined],
  ['completion z', ['zsh'], undefined],
];
for (const [line, words, namesOf] of cases) {
  test(`completes "${line}"`, (t) => {
    const found = candidatesFor(root, line.split(' '));
    t.deepEqual(found.words, words);
    t.deepEqual(found.namesOf as object | undefined, namesOf);
  });
}

test('options that say which cluster are found', (t) => {
  t.deepEqual(globalOptions(['get', '-n', 'team', '--context=c', 'pods', '']), {
    namespace: 'team',
    context: 'c',
  });
});
