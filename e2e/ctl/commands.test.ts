// Each command of `gantry` that talks to the API once, in the order of a first session.
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { startCtlWorld, type CtlWorld } from './ctl-world.ts';

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "web:1" }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, labels: { app: web } }
data: { mode: "n", colour: blue }
---
apiVersion: v1
kind: Pod
metadata: { name: solo, labels: { app: solo } }
spec:
  containers: [{ name: main, image: "solo:1", command: [sleep, "1d"] }]
`;
const NODE = `{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"}}`;
const FLAGS = `apiVersion: core.openfeature.dev/v1beta1
kind: FeatureFlag
metadata: { name: shop }
spec:
  flagSpec:
    flags:
      checkout:
        state: ENABLED
        variants: { "on": true, "off": false }
        defaultVariant: "off"
        targeting: { if: [{ "==": [{ var: tier }, gold] }, "on", null] }
      colour:
        state: ENABLED
        variants: { red: "#f00", blue: "#00f" }
        defaultVariant: red
        targeting: { fractional: [[red, 50], [blue, 50]] }
`;
const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: door }
stringData: { key: hunter2 }
`;

let world: CtlWorld;
test.before(async () => {
  world = await startCtlWorld();
});
test.after.always(() => world.stop());

/** A command line, its exit code, and what it must have printed. */
const session: [string, number, readonly RegExp[]][] = [
  ['version', 0, [/Client: gantry/, /Server: v1\.32/]],
  ['version --client', 0, [/^Client: gantry \d+\.\d+\.\d+\n$/]],
  ['--version', 0, [/^Client: gantry \d+\.\d+\.\d+\n$/]],
  ['--help', 0, [/--version +show the version of this program/]],
  ['diff -f FILE', 1, [/\+\+\+ .*deployment\.apps\/web/, /^\+ {2}replicas: 2$/m]],
  ['apply -f FILE --dry-run', 0, [/deployment\.apps\/web created \(server dry run\)/]],
  ['apply -f FILE', 0, [/deployment\.apps\/web created/, /configmap\/settings created/, /pod\/solo created/]],
  ['apply -f FILE', 0, [/deployment\.apps\/web unchanged/, /pod\/solo unchanged/]],
  ['diff -f FILE', 0, [/^$/]],
  ['create -f NODE', 0, [/node\/n1 created/]],
  ['get deploy/web', 0, [/^NAME +READY +UP-TO-DATE/, /^web +0\/2/m]],
  ['get configmap settings -o yaml', 0, [/mode: "n"/, /colour: blue/]],
  ['get pods -o name', 0, [/^pod\/solo\n$/]],
  ['get pods,deploy -l app=web', 0, [/deployment\.apps\/web/]],
  ['get pods -o jsonpath={.items[*].metadata.name}', 0, [/^solo$/]],
  ['get pods -o custom-columns=NAME:.metadata.name --no-headers', 0, [/^solo\n$/]],
  ['get deploy/web configmap/settings -o name', 0, [/^deployment\.apps\/web\nconfigmap\/settings\n$/]],
  ['describe pod solo', 0, [/^Name: +solo$/m, /Image: +solo:1/, /Command: +sleep\n +1d/, /Events: +<none>/]],
  ['describe deploy/web', 0, [/Replicas: +2 desired/, /StrategyType|Strategy: +RollingUpdate/]],
  [
    'expose deploy/web --port 80 --target-port 8080 --dry-run=client -o yaml',
    0,
    [/kind: Service/, /targetPort: 8080/],
  ],
  ['expose deploy/web --port 80 --target-port 8080', 0, [/^service\/web exposed\n$/]],
  ['expose deploy web', 2, []],
  ['create service nodeport door --tcp 80:8080', 0, [/^service\/door created\n$/]],
  ['create service wrong x', 2, []],
  [
    'get svc',
    0,
    [/^door +NodePort +10\.96\.\d+\.\d+ +<none> +80:3\d{4}\/TCP/m, /^web +ClusterIP +10\.96\./m],
  ],
  ['get all', 0, [/^service\/web /m]],
  [
    'describe service web',
    0,
    [/^Selector: +app=web$/m, /^TargetPort: +8080\/TCP$/m, /^Endpoints: +<none>$/m],
  ],
  ['get endpointslices', 0, []],
  ['delete svc web door', 0, [/service "web" deleted/, /service "door" deleted/]],
  ['describe node n1', 0, [/Unschedulable: +false/, /Allocated Resources:/]],
  ['describe configmap -l app=web', 0, [/mode: +n/]],
  ['label pod/solo tier=front', 0, [/pod\/solo labeled/]],
  ['label pod/solo tier=front', 0, [/it is so already/]],
  ['label pod/solo tier-', 0, [/pod\/solo labeled/]],
  ['annotate pod/solo note=hello --overwrite', 0, [/pod\/solo annotated/]],
  ['scale deploy/web --replicas 3', 0, [/deployment\.apps\/web scaled/]],
  ['patch deploy/web -p {"spec":{"replicas":4}}', 0, [/deployment\.apps\/web patched\n/]],
  ['patch deploy/web --type merge -p {"spec":{"replicas":4}}', 0, [/patched \(no change\)/]],
  ['patch deploy/web --subresource status --type merge -p {"status":{"collisionCount":1}}', 0, [/patched\n/]],
  ['patch deploy/web --subresource exec -p {"spec":{}}', 2, [/--subresource must be status, not "exec"/]],
  ['get deploy web -o jsonpath={.spec.replicas}', 0, [/^4$/]],
  ['rollout pause deploy/web', 0, [/paused/]],
  ['rollout resume deploy/web', 0, [/resumed/]],
  ['rollout restart deploy/web', 0, [/restarted/]],
  ['rollout history deploy/web', 0, [/REVISION/]],
  ['rollout status deploy/web --no-watch', 0, [/./]],
  ['cordon n1', 0, [/node\/n1 cordoned/]],
  ['drain n1 --timeout 5s', 0, [/n1/]],
  ['uncordon n1', 0, [/node\/n1 uncordoned/]],
  ['events', 0, [/No events found/]],
  ['wait pod/solo --for jsonpath={.status.phase}=Pending', 0, [/pod\/solo condition met/]],
  ['explain pod.spec.containers.image', 0, [/FIELD: image <string> -required-/]],
  ['explain deploy --recursive', 0, [/maxSurge <IntOrString>/]],
  ['api-resources', 0, [/deployments +deploy +apps\/v1 +true +Deployment/]],
  [
    'api-resources -o name --namespaced false',
    0,
    [
      /^namespaces\nnodes\nclusteranalysistemplates[.\w]+\ngatewayclasses[.\w]+\ningressclasses[.\w]+\npriorityclasses.scheduling.k8s.io\n$/,
    ],
  ],
  ['flag list', 0, [/No flags found in namespace default/]],
  ['apply -f FLAGS', 0, [/featureflag\.gantry\.dev\/shop created/]],
  ['apply -f FLAGS', 0, [/featureflag\.gantry\.dev\/shop unchanged/]],
  ['get ff', 0, [/^NAME +FLAGS +ENABLED +AGE\nshop +2 +2\/2 /]],
  [
    'flag list',
    0,
    [/^NAME +KEY +STATE +DEFAULT +VARIANTS +TARGETING\nshop +checkout +ENABLED +off +on,off +if\n/],
  ],
  ['flag list -A', 0, [/^NAMESPACE +NAME/, /^default +shop +colour/m]],
  ['flag get shop checkout', 0, [/^State: +ENABLED$/m, /^ {2}on +true$/m, /^Targeting:\n {2}if:/m]],
  ['flag get shop colour -o json', 0, [/"defaultVariant": "red"/]],
  [
    'flag eval checkout --context targetingKey=anna --context tier=gold',
    0,
    [/^checkout +true +on +TARGETING_MATCH$/m],
  ],
  ['flag eval checkout --context tier=iron --context test', 0, [/^checkout +false +off +DEFAULT$/m]],
  ['flag eval', 0, [/^checkout +false/m, /^colour +<none> +<none> +TARGETING_KEY_MISSING$/m]],
  [
    'flag set shop checkout --default-variant on',
    0,
    [/^featureflag\.gantry\.dev\/shop checkout: off -> on\n$/],
  ],
  ['flag set shop checkout --default-variant on', 0, [/it is so already/]],
  ['flag disable ff/shop checkout', 0, [/checkout: disabled/]],
  ['flag eval checkout --context {"tier":"iron"} -o yaml', 0, [/^reason: DISABLED$/m]],
  ['flag eval checkout -o json', 0, [/"reason": "DISABLED"/]],
  ['flag enable shop checkout', 0, [/checkout: enabled/]],
  ['flag kill shop checkout --variant off --reason broken', 0, [/checkout: killed: all programs get off\n$/]],
  ['flag kill shop checkout', 0, [/it is so already/]],
  [
    'flag enable shop checkout',
    0,
    [
      /already/,
      /It is killed all the same: all programs get off\. gantry flag restore shop checkout lets it/,
    ],
  ],
  ['flag list', 0, [/shop +checkout +KILLED +on/]],
  ['flag list shop -o json', 0, [/"key": "checkout",\s+"state": "KILLED"/]],
  ['flag get checkout', 0, [/^FeatureFlag: +featureflag\.gantry\.dev\/shop$/m]],
  ['flag get shop', 2, [/shop is a FeatureFlag: name one of its flags too\.\nIt has checkout, colour/]],
  ['flag get chekout', 3, [/There is no flag "chekout" in namespace \S+; did you mean "checkout"\?/]],
  ['flag list nowhere', 3, [/There is no FeatureFlag "nowhere"/]],
  [
    'flag get shop checkout',
    0,
    [/^State: +KILLED \(all programs get off\)$/m, /^Rules:\n/m, /^ {2}offVariant: /m],
  ],
  ['flag eval checkout', 0, [/^checkout +false +off +DISABLED$/m]],
  ['flag restore checkout', 0, [/checkout: kill switch released/]],
  ['flag eval checkout --type boolean', 0, [/^checkout +true +on +DEFAULT$/m]],
  ['flag eval checkout --type string', 5, [/TYPE_MISMATCH: flag "checkout" is of type boolean, not string/]],
  ['flag eval checkout --type bool', 2, [/--type bool is not known/]],
  ['flag stats shop', 0, [/^KEY +VERSION +VARIANT +REASON +EVALUATIONS\ncheckout +1 +off +DEFAULT +\d+$/m]],
  [
    'flag history shop',
    0,
    [
      /^REVISION +WHEN +WHO +WHY +CHANGES\n1 +\S+ +test-admin +<none> +flag checkout: added, enabled, default off; /,
      /^2 +\S+ +test-admin +<none> +flag checkout: default off -> on$/m,
      /^5 +\S+ +test-admin +broken +flag checkout: kill switch engaged; /m,
      /^6 +\S+ +test-admin +<none> +flag checkout: kill switch released$/m,
    ],
  ],
  ['flag history shop colour', 0, [/^1 .*flag colour: added[^;\n]*\n$/m]],
  ['flag history shop nothing', 3, [/FeatureFlag "shop" has no flag "nothing"/]],
  ['flag history shop colour -o yaml', 0, [/^- revision: 1\n/]],
  ['flag revert shop --to 1 --dry-run', 0, [/^ {2}flag checkout: default on -> off$/m, /\(dry run\)/]],
  ['flag revert shop --to 1 --reason again', 0, [/shop: reverted to revision 1: again$/m]],
  ['flag revert shop --to 1', 0, [/it is as it was at revision 1/]],
  [
    'flag revert shop --to 99',
    3,
    [/Revision 99 of FeatureFlag "shop" is not kept/, /gantry flag history shop/],
  ],
  ['flag history shop checkout', 0, [/^7 +\S+ +test-admin +reverted to revision 1: again +flag checkout: /m]],
  ['describe featureflag shop', 0, [/FlagChanged/, /test-admin: flag checkout: default off -> on/]],
  ['explain featureflag.spec.flagSpec.flags.targeting', 0, [/JSONLogic/]],
  ['delete -f FLAGS', 0, [/"shop" deleted/]],
  ['config view', 0, [/token: REDACTED/]],
  ['config current-context', 0, [/^test\n$/]],
  ['config get-contexts', 0, [/\* +test/]],
  ['completion bash', 0, [/complete -o default -F _gantry gantry/]],
  ['__complete -- get po', 0, [/^pods\n$/]],
  ['__complete -- get pods so', 0, [/^solo\n$/]],
  ['__complete -- -n nowhere get pods so', 0, [/^$/]],
  ['__complete -- rollout st', 0, [/^status\n$/]],
  ['agent list', 0, [/There are no agents/]],
  ['delete pod solo --now', 0, [/pod "solo" deleted/]],
  ['delete -f FILE --ignore-not-found --no-wait', 0, [/deployment\.apps "web" deleted/]],
];

test.serial('a first session', async (t) => {
  const files = {
    FILE: world.file('web.yaml', WEB),
    NODE: world.file('node.json', NODE),
    FLAGS: world.file('flags.yaml', FLAGS),
  };
  for (const [line, exitCode, patterns] of session) {
    const words = line.split(' ').map((word) => files[word as keyof typeof files] ?? word);
    const answer = await world.gantry(words);
    t.is(answer.exitCode, exitCode, `gantry ${line}\n${answer.out}${answer.err}`);
    for (const pattern of patterns) t.regex(answer.out + answer.err, pattern, `gantry ${line}`);
  }
});

test.serial('secrets: neither describe nor diff shows a value', async (t) => {
  t.is((await world.gantry('apply -f -', { stdin: SECRET })).exitCode, 0);
  const changed = world.file('secret.yaml', SECRET.replace('hunter2', 'hunter3'));
  const described = await world.gantry('describe secret door');
  t.regex(described.out, /key: +7 bytes/);
  const diff = await world.gantry(['diff', '-f', changed]);
  t.is(diff.exitCode, 1);
  t.regex(diff.out, /^-.*\(before\)/m);
  const values = ['hunter2', 'hunter3'].flatMap((text) => [text, Buffer.from(text).toString('base64')]);
  for (const value of values) t.false((described.out + diff.out + diff.err).includes(value));
});

test.serial('many objects at once are applied without a word of Node about it', async (t) => {
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', note);
  t.teardown(() => process.off('warning', note));
  const one = (n: number): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: many-${n} }\n`;
  const stdin = Array.from({ length: 40 }, (_, n) => one(n)).join('---\n');
  t.is((await world.gantry('apply -f -', { stdin })).exitCode, 0);
  t.deepEqual(warnings, []);
});

test.serial('apply: what others have set is named, with what to do about it', async (t) => {
  t.is((await world.gantry('apply -f -', { stdin: FLAGS })).exitCode, 0);
  await world.gantry('flag set shop checkout --default-variant on');
  const again = await world.gantry('apply -f -', { stdin: FLAGS });
  t.is(again.exitCode, 5);
  t.regex(
    again.err,
    /conflict with "gantry-flag" .*\.defaultVariant\. Others have set these fields: .* take them over with --force-conflicts\.\n/,
  );
  t.is((await world.gantry('apply --force-conflicts -f -', { stdin: FLAGS })).exitCode, 0);
});

test.serial('edit: nothing changed, changed, refused with the reason and then given up', async (t) => {
  await world.gantry('apply -f -', {
    stdin: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: e }\ndata: { k: one }\n',
  });
  const edit = (editor: string) => world.gantry('edit configmap e', { env: { GANTRY_EDITOR: editor } });
  t.deepEqual(await edit('true'), { out: 'Edit cancelled, no changes made.\n', err: '', exitCode: 0 });
  t.is((await edit('sed -i s/one/two/')).out, 'configmap/e edited\n');
  t.is((await world.gantry('get configmap e -o jsonpath={.data.k}')).out, 'two');
  // Once refused, the second run of the editor finds the reason on top and changes nothing more.
  const seen = join(world.folder, 'seen');
  const editor = world.file(
    'editor.sh',
    `#!/bin/sh\nif grep -q "data" "$1" && ! grep -q "daten" "$1"; then sed -i s/^data:/daten:/ "$1"; else cp "$1" ${seen}; fi\n`,
    0o700,
  );
  const refused = await edit(editor);
  t.is(refused.exitCode, 5);
  t.regex(refused.err, /the change was not taken\.\nYour text is in /);
  const kept = /Your text is in (.+)\.\n/.exec(refused.err)?.[1] ?? '';
  t.regex(readFileSync(kept, 'utf8'), /daten:/);
  rmSync(dirname(kept), { recursive: true });
  t.regex(readFileSync(seen, 'utf8'), /^# .*unknown field.*daten/m);
  t.regex((await edit('no-such-editor')).err, /cannot be started\.\nSet GANTRY_EDITOR/);
});

test.serial('config: another context, another namespace; comments and secrets stay', async (t) => {
  t.is((await world.gantry('config use-context team')).out, 'Switched to context "team".\n');
  t.regex((await world.gantry('get pods')).err, /No objects found in namespace team/);
  t.is((await world.gantry('config set-context --current -n other')).exitCode, 0);
  t.regex((await world.gantry('get pods')).err, /in namespace other/);
  t.is((await world.gantry('config use-context test')).exitCode, 0);
  const text = readFileSync(world.kubeconfig, 'utf8');
  t.regex(text, /^# for a test\ncurrent-context: test\n/);
  t.regex(text, /token: very-secret/);
});

test.serial('a watch shows each change in the format that was asked for, until Ctrl-C', async (t) => {
  await world.gantry('apply -f -', { stdin: WEB });
  const columns = 'get deploy web -w -o custom-columns=NAME:.metadata.name,WANTED:.spec.replicas';
  const watching = world.gantry(columns, { stopWhen: /web +7\n/ });
  t.is((await world.gantry('scale deploy/web --replicas 7')).exitCode, 0);
  const watched = await watching;
  t.regex(watched.out, /^NAME +WANTED\n(web +\d+\n)*web +7\n$/);
  t.regex(watched.err, /Interrupted/);
  t.is((await world.gantry('get deploy -w -o name', { stopWhen: /./ })).out, 'deployment.apps/web\n');
  const asYaml = await world.gantry('get deploy web -w -o yaml', { stopWhen: /kind/ });
  t.regex(asYaml.out, /^---\napiVersion: apps\/v1\n/);
});
