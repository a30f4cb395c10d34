// What users get wrong: one clear message, a next step where there is one, and the exit code of its kind.
import test from 'ava';
import { startCtlWorld, type CtlWorld } from './ctl-world.ts';

let world: CtlWorld;
test.before(async () => {
  world = await startCtlWorld();
});
test.after.always(() => world.stop());

/** A command line, what comes on standard input, the exit code, and what the message must say. */
const mistakes: [string, string, number, readonly RegExp[]][] = [
  ['gett pods', '', 2, [/unknown command 'gett'/, /Did you mean get\?/]],
  ['get pods --outptu json', '', 2, [/unknown option '--outptu'/, /Did you mean --output\?/]],
  ['get pots', '', 2, [/no kind "pots"; did you mean "pods"\?/, /gantry api-resources/]],
  ['get pod/none', '', 3, [/pods "none" not found/]],
  ['get pods -o xml', '', 2, [/-o xml is not known/, /Use one of: wide, json/]],
  ['get pod/none configmap/kept pod/gone', '', 3, [/pods "none" not found\n.*pods "gone" not found/]],
  ['get pod none -A', '', 2, [/use -n instead of -A/]],
  ['get pod none -l a=b', '', 2, [/either names or selectors/]],
  ['get pod none -w', '', 3, [/pods "none" not found/]],
  ['get pods,deploy -w', '', 2, [/--watch takes one kind/]],
  ['get pods -w --sort-by .metadata.name', '', 2, [/leave out --sort-by/]],
  ['logs web --tail many', '', 2, [/--tail must be a whole number of 0 or more, not "many"/]],
  ['logs web --max-pods -1', '', 2, [/--max-pods must be a whole number/]],
  ['logs web --since 5q', '', 2, [/--since must be a duration/]],
  ['flag get none x', '', 3, [/no FeatureFlag "none" in namespace default/, /gantry flag list -A/]],
  ['flag eval none', '', 3, [/FLAG_NOT_FOUND: there is no flag "none"/, /gantry flag list/]],
  ['flag eval x --context =b', '', 2, [/"=b" is not NAME=VALUE/, /For example: --context targetingKey=anna/]],
  ['flag set none x', '', 2, [/required option '--default-variant <variant>'/]],
  ['rollout status web', '', 2, [/no kind "web"/, /KIND\/NAME, for example deploy\/web/]],
  ['attach', '', 2, [/missing required argument 'target'/]],
  ['attach none', '', 3, [/pods "none" not found/]],
  ['exec none', '', 2, [/Name the command behind --/]],
  ['port-forward none', '', 2, [/missing required argument 'ports'/]],
  ['port-forward none 80:', '', 2, [/"80:" is not \[LOCAL:\]REMOTE/, /For example: 8080:80/]],
  ['port-forward none 80', '', 3, [/pods "none" not found/]],
  ['port-forward svc/none 80', '', 3, [/services "none" not found/]],
  ['port-forward none 80 --address me', '', 2, [/--address "me" is no address/]],
  ['get pods deploy/web', '', 2, [/not both in one command/]],
  ['get pods -l a==b==c', '', 5, [/selector/i]],
  ['describe pods -n nowhere', '', 3, [/No objects found in namespace nowhere/, /gantry get pods -A/]],
  ['describe pod none', '', 3, [/not found/]],
  ['apply -f none.yaml', '', 5, [/none\.yaml: there is no such file or folder/]],
  ['apply -f -', 'a: [1', 5, [/standard input:1/]],
  ['apply -f -', 'apiVersion: v1\nkind: Pood\nmetadata: { name: a }\n', 5, [/did you mean Pod\?/]],
  [
    'apply -f -',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndatta: {}\n',
    5,
    [/unknown field.*datta/, /1 of 1 could not be applied/],
  ],
  ['apply', '', 2, [/required option '-f, --filename/]],
  ['diff -f -', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n', 5, [/metadata\.name: is missing/]],
  ['scale deploy/web --replicas many', '', 2, [/whole number of 0 or more, not "many"/]],
  ['scale configmap/a --replicas 1', '', 2, [/A ConfigMap cannot be scaled/]],
  ['rollout status pod/a', '', 2, [/A Pod has no rollout/]],
  ['rollout staus deploy/a', '', 2, [/unknown command 'staus'/]],
  ['delete pods', '', 2, [/select them with -l or --all/]],
  ['label pod a', '', 2, [/Name the labels to set \(KEY=VALUE\)/]],
  ['label configmap/kept a=2', '', 4, [/has a=1 already/, /--overwrite/]],
  ['patch configmap/kept -p 5', '', 2, [/--patch must be an object/]],
  ['patch configmap/kept -p {} --type none', '', 2, [/--type must be one of strategic, merge, json/]],
  ['explain pod.spec.container', '', 3, [/did you mean "containers"\?/]],
  ['wait pod/none --for ready', '', 2, [/--for "ready" is not known/]],
  ['wait pod/none --for create --timeout 1s', '', 7, [/Timed out after 1 s/]],
  ['config use-context none', '', 1, [/There is no context "none"/, /There are: test, team/]],
  ['config set-context none', '', 2, [/Name the context, or --current, and what to set/]],
  ['completion powershell', '', 2, [/There is no completion for "powershell"/, /bash, zsh, fish/]],
  ['agent join https://127.0.0.1:1 --name a_b', '', 2, [/--name "a_b" must be/]],
  ['agent join https://127.0.0.1:1 --name a', '', 2, [/needs a token/, /gantry token create --join/]],
  ['agent leave --name none', '', 3, [/There is no agent "none"/]],
  ['--kubeconfig none get pods', '', 6, [/There is no kubeconfig at none/, /gantry up/]],
  ['--context none get pods', '', 1, [/has no context "none"/, /--context: test, team/]],
];

test('mistakes bring a clear message and the exit code of their kind', async (t) => {
  const kept = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kept, labels: { a: "1" } }\n';
  await world.gantry('apply -f -', { stdin: kept });
  for (const [line, stdin, exitCode, patterns] of mistakes) {
    const answer = await world.gantry(line, { stdin });
    t.is(answer.exitCode, exitCode, `gantry ${line}\n${answer.out}${answer.err}`);
    for (const pattern of patterns) t.regex(answer.err, pattern, `gantry ${line}`);
    t.notRegex(answer.err, /\n {4}at /, 'no stack reaches a user');
  }
});

const KUBECONFIG = `
current-context: c
clusters: [{ name: c, cluster: { server: "http://127.0.0.1:1" } }]
users: [{ name: u, user: {} }]
contexts: [{ name: c, context: { cluster: c, user: u } }]
`;

test('a cluster that does not answer, and a kubeconfig that is not supported, are named', async (t) => {
  const silent = world.file('silent', KUBECONFIG);
  const unreachable = await world.gantry(['--kubeconfig', silent, 'get', 'pods']);
  t.is(unreachable.exitCode, 6);
  t.regex(unreachable.err, /does not answer: .*127\.0\.0\.1:1.*\n.*gantry up/);
  const plugin = world.file('plugin', KUBECONFIG.replace('user: {}', 'user: { exec: { command: login } }'));
  const refused = await world.gantry(['--kubeconfig', plugin, 'get', 'pods']);
  t.is(refused.exitCode, 1);
  t.regex(refused.err, /users of kind "exec" are not supported\.\nUse a client certificate or a token/);
});
