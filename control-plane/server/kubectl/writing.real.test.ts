import { startTestServer } from '../test-server.ts';
import { scenario } from './scenario.ts';
import type { Step } from './scenario.ts';

const configMap = (name: string, colour: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, labels: {app: shop}}
data: {colour: ${colour}}
`;

const deployment = (image: string, more = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: main, image: ${image}}
${more}
`;

const SIDECAR = '      - {name: side, image: logger, ports: [{containerPort: 9000}]}';

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {nodeName: n1, containers: [{name: main, image: busybox}]}
`;

const LIST = `
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: l1, labels: {app: shop}}, data: {a: b}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: l2, labels: {app: shop}}, data: {a: b}}
`;

const objects: Step[] = [
  { run: 'create -f -', stdin: configMap('one', 'red'), out: /configmap\/one created/ },
  {
    run: 'create -f -',
    stdin: configMap('one', 'red'),
    code: 1,
    err: /AlreadyExists.*configmaps "one" already exists/,
  },
  { run: 'create -f - --dry-run=server', stdin: configMap('dry', 'red'), out: /created \(server dry run\)/ },
  { run: 'get cm dry', code: 1, err: /not found/ },
  {
    run: 'create -f -',
    stdin: configMap('two', 'red').replace('\ndata:', '\ndta:'),
    code: 1,
    err: /strict decoding error: unknown field "dta"/,
  },
  {
    run: 'create -f - --validate=warn',
    stdin: configMap('two', 'red').replace('\ndata:', '\ndta:'),
    out: /created/,
    err: /Warning: unknown field "dta"/,
  },
  {
    run: 'create -f - --validate=ignore',
    stdin: configMap('three', 'red').replace('\ndata:', '\ndta:'),
    out: /created/,
  },
  {
    run: 'create -f -',
    stdin: configMap('Bad_Name', 'red'),
    code: 1,
    err: /metadata.name: Invalid value: "Bad_Name"/,
  },
  {
    run: 'create -f - -n nowhere',
    stdin: configMap('x', 'red'),
    code: 1,
    err: /namespaces "nowhere" not found/,
  },
  { run: 'create cm made --from-literal=a=b', minorMax: 31, out: /configmap\/made created/ },
  { run: 'create cm made --from-literal=a=b', minorMin: 32, code: 1, err: /unknown format|protobuf/ },
  { run: 'apply -f -', stdin: configMap('app', 'red'), out: /configmap\/app created/ },
  { run: 'apply -f -', stdin: configMap('app', 'red'), out: /configmap\/app unchanged/ },
  { run: 'diff -f -', stdin: configMap('app', 'red'), out: /^$/ },
  {
    run: 'diff -f -',
    stdin: configMap('app', 'blue'),
    code: 1,
    out: [/^- +colour: red$/m, /^\+ +colour: blue$/m],
  },
  {
    run: 'apply -f - --dry-run=server',
    stdin: configMap('app', 'blue'),
    out: /configured \(server dry run\)/,
  },
  { run: 'apply -f -', stdin: configMap('app', 'blue'), out: /configmap\/app configured/ },
  { run: 'get cm app -o jsonpath={.data.colour}', out: /^blue$/ },
  { run: 'apply view-last-applied cm app', out: /colour: blue/ },
  { run: 'edit cm app', env: { EDITOR: 'sed -i s/blue/green/' }, out: /configmap\/app edited/ },
  { run: 'edit cm app', env: { EDITOR: 'true' }, err: /Edit cancelled, no changes made/ },
  { run: 'get cm app -o jsonpath={.data.colour}', out: /^green$/ },
  { run: `patch cm app -p '{"data":{"size":"5"}}'`, out: /configmap\/app patched/ },
  { run: `patch cm app -p '{"data":{"size":"5"}}'`, out: /patched \(no change\)/ },
  { run: `patch cm app --type=merge -p '{"data":{"size":null}}'`, out: /patched/ },
  {
    run: `patch cm app --type=json -p '[{"op":"replace","path":"/data/colour","value":"grey"}]'`,
    out: /patched/,
  },
  {
    run: `patch cm app --type=json -p '[{"op":"test","path":"/data/colour","value":"no"}]'`,
    code: 1,
    err: /invalid|not the expected/,
  },
  { run: 'get cm app -o jsonpath={.data}', out: /^{"colour":"grey"}$/ },
  { run: 'replace -f -', stdin: configMap('app', 'white'), out: /replaced/ },
  { run: 'replace -f - --force', stdin: configMap('app', 'black'), out: [/deleted/, /replaced/] },
  { run: 'label cm app owner=me', out: /labeled/ },
  { run: 'label cm app owner=you', code: 1, err: /already has a value/ },
  { run: 'label cm app owner=you --overwrite', out: /labeled/ },
  { run: 'label cm app owner-', out: /unlabeled/ },
  { run: "annotate cm app 'note=hello world'", out: /annotated/ },
  { run: 'annotate cm app note-', out: /annotated/ },
  { run: 'apply -f -', stdin: LIST, out: [/configmap\/l1 created/, /configmap\/l2 created/] },
  { run: 'apply -f -', stdin: LIST, out: [/configmap\/l1 unchanged/, /configmap\/l2 unchanged/] },
  {
    run: 'apply -f -',
    stdin: LIST.replace('data: {a: b}', 'dat: {a: b}'),
    code: 1,
    err: /unknown field "dat"/,
  },
  {
    run: 'apply -f -',
    stdin: 'apiVersion: v1\nkind: Widget\nmetadata: {name: w}',
    code: 1,
    err: /no matches for kind "Widget" in version "v1"/,
  },
  {
    run: 'apply -f - --prune -l app=shop --prune-allowlist=core/v1/ConfigMap',
    stdin: configMap('one', 'red'),
    out: [/configmap\/one configured/, /configmap\/l1 pruned/],
  },
  { run: 'delete cm -l app=shop', out: [/"app" deleted/, /"one" deleted/] },
  { run: 'delete cm app', code: 1, err: /NotFound/ },
  { run: 'delete cm app --ignore-not-found', out: /^$/ },
  { run: 'delete -f - --ignore-not-found', stdin: configMap('two', 'x'), out: /^$/ },
];

const workloads: Step[] = [
  { run: 'apply -f -', stdin: deployment('busybox', SIDECAR), out: /created/ },
  { run: 'apply -f -', stdin: deployment('busybox', SIDECAR), out: /unchanged/ },
  { run: 'apply -f -', stdin: deployment('busybox'), out: /configured/ },
  { run: 'get deploy web -o jsonpath={.spec.template.spec.containers[*].name}', out: /^main$/ },
  { run: 'scale deploy web --replicas=4', out: /scaled/ },
  {
    run: 'scale deploy web --current-replicas=3 --replicas=5',
    code: 1,
    err: /Expected replicas to be 3, was 4/,
  },
  { run: 'scale deploy web --current-replicas=4 --replicas=5', out: /scaled/ },
  { run: 'get deploy web -o jsonpath={.spec.replicas}', out: /^5$/ },
  {
    run: `patch deploy web --subresource=status --type=merge -p '{"status":{"replicas":5}}'`,
    out: /patched/,
  },
  { run: 'set image deploy/web main=nginx:2', out: /image updated/ },
  { run: 'set env deploy/web A=b', out: /env updated/ },
  { run: 'set resources deploy/web --limits=cpu=200m,memory=64Mi', out: /updated/ },
  {
    run: `patch deploy web -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'`,
    code: 1,
    err: /immutable|selector/,
  },
  { run: 'get deploy web -o wide', out: /nginx:2/ },
  { run: 'delete deploy web --cascade=orphan --wait=false', out: /deleted/ },
];

const serverSide: Step[] = [
  { run: 'apply --server-side -f -', stdin: deployment('busybox'), out: /serverside-applied/ },
  { run: 'apply --server-side -f -', stdin: deployment('busybox'), out: /serverside-applied/ },
  {
    run: 'apply --server-side --field-manager=other -f -',
    stdin: deployment('nginx'),
    code: 1,
    err: /conflict with "kubectl"/,
  },
  {
    run: 'apply --server-side --field-manager=other --force-conflicts -f -',
    stdin: deployment('nginx'),
    out: /serverside-applied/,
  },
  { run: 'get deploy web -o jsonpath={.spec.template.spec.containers[0].image}', out: /^nginx$/ },
  { run: 'get deploy web -o yaml --show-managed-fields', out: [/manager: other/, /operation: Apply/] },
  { run: 'apply -f -', stdin: configMap('moved', 'red'), out: /created/ },
  { run: 'apply --server-side -f -', stdin: configMap('moved', 'red'), out: /serverside-applied/ },
  { run: 'apply --server-side -f -', stdin: configMap('moved', 'blue'), out: /serverside-applied/ },
  { run: 'get cm moved -o jsonpath={.data.colour}', out: /^blue$/ },
  {
    run: 'diff --server-side -f -',
    stdin: configMap('moved', 'green'),
    code: 1,
    out: /^\+ +colour: green$/m,
  },
];

const deletion: Step[] = [
  { run: 'create -f -', stdin: POD, out: /created/ },
  { run: 'delete pod a --timeout=1s', code: 1, err: /timed out waiting/ },
  { run: 'get pod a', out: /Terminating/ },
  { run: 'delete pod a --grace-period=0 --force', out: /force deleted/, err: /Warning: Immediate deletion/ },
  { run: 'get pod a', code: 1, err: /NotFound/ },
  { run: 'create -f -', stdin: POD.replace('nodeName: n1, ', ''), out: /created/ },
  { run: 'delete pod a', out: /"a" deleted/ },
  {
    run: 'create -f -',
    stdin: configMap('held', 'x').replace('labels', 'finalizers: [x/y], labels'),
    out: /created/,
  },
  { run: 'delete cm held --wait=false', out: /deleted/ },
  { run: 'get cm held -o jsonpath={.metadata.deletionTimestamp}', out: /^\d{4}-/ },
  { run: `patch cm held --type=merge -p '{"metadata":{"finalizers":null}}'`, out: /patched/ },
  { run: 'get cm held', code: 1, err: /NotFound/ },
  { run: 'delete ns kube-system', code: 1, err: /may not be deleted/ },
  { run: 'create -f -', stdin: configMap('d1', 'x') + '---' + configMap('d2', 'x'), out: /d2 created/ },
  { run: 'delete cm --all', out: [/"d1" deleted/, /"d2" deleted/] },
];

const nodes: Step[] = [
  { run: 'create -f -', stdin: 'apiVersion: v1\nkind: Node\nmetadata: {name: n1}', out: /created/ },
  { run: 'create -f -', stdin: POD, out: /created/ },
  { run: 'cordon n1', out: /cordoned/ },
  { run: 'get nodes', out: /SchedulingDisabled/ },
  { run: 'cordon n1', out: /already cordoned/ },
  { run: 'uncordon n1', out: /uncordoned/ },
  { run: 'taint nodes n1 dedicated=db:NoSchedule', out: /tainted/ },
  { run: 'describe node n1', out: /dedicated=db:NoSchedule/ },
  { run: 'taint nodes n1 dedicated-', out: /untainted/ },
  { run: 'drain n1 --force --timeout=2s', code: 1, out: /evicting pod default\/a/ },
  { run: 'get pod a', out: /Terminating/ },
  { run: 'drain n1 --force --disable-eviction --grace-period=0 --timeout=9s', minorMax: 31, out: /drained/ },
];

const start = async () => {
  const plane = await startTestServer();
  return { plane, close: () => plane.stop() };
};

scenario('objects', objects, start);
scenario('workloads', workloads, start);
scenario('server-side apply', serverSide, start);
scenario('deletion', deletion, start);
scenario('nodes', nodes, start);
