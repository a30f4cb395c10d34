import { startTestServer } from '../test-server.ts';
import { scenario } from './scenario.ts';
import type { Step } from './scenario.ts';

const MANIFEST = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: web, tier: front}}
spec: {containers: [{name: main, image: busybox, command: [sleep, "1"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, labels: {app: web, tier: back}}
spec: {nodeName: n1, containers: [{name: main, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: c, namespace: shop, labels: {app: shop}}
spec: {containers: [{name: main, image: busybox}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
---
apiVersion: v1
kind: Secret
metadata: {name: word}
stringData: {key: "42"}
---
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {disk: ssd}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: busybox, ports: [{containerPort: 80}]}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}
---
apiVersion: v1
kind: Event
metadata: {name: e1, namespace: default}
involvedObject: {kind: Pod, name: a, namespace: default, apiVersion: v1}
reason: Scheduled
message: put somewhere
type: Normal
count: 1
`;

const LATE = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: late}\ndata: {a: b}';

const steps: Step[] = [
  {
    run: 'create -f -',
    stdin: MANIFEST,
    out: [/pod\/a created/, /deployment.apps\/web created/, /cronjob.batch\/tick created/],
  },
  {
    run: 'get pods',
    out: [/^NAME +READY +STATUS +RESTARTS +AGE$/m, /^a +0\/1 +Pending +0 +/m],
    notOut: /^c /m,
  },
  { run: 'get po -o wide', out: /NODE +NOMINATED NODE/ },
  { run: 'get pods -A', out: [/^NAMESPACE +NAME/m, /^shop +c /m] },
  { run: 'get pods --all-namespaces --sort-by=.metadata.name', out: /a [^]*b [^]*c / },
  { run: 'get pods -n shop -o name', out: /^pod\/c$/m },
  { run: "get pods -l 'tier in (front),!gone' -o name", out: /^pod\/a\n$/ },
  { run: 'get pods -l tier!=front -o name', out: /^pod\/b\n$/ },
  { run: 'get pods --field-selector spec.nodeName=n1 -o name', out: /^pod\/b\n$/ },
  { run: 'get pods --field-selector status.phase=Pending,metadata.name!=b -o name', out: /^pod\/a\n$/ },
  {
    run: 'get pods --field-selector spec.colour=red',
    code: 1,
    err: /"spec.colour" is not a known field selector/,
  },
  { run: 'get pods --show-labels -L app', out: [/LABELS/, /APP/, /app=web,tier=front/] },
  {
    run: 'get pod a -o yaml',
    out: [/^kind: Pod$/m, /^ {2}name: a$/m, /serviceAccountName: default/],
    notOut: /managedFields/,
  },
  { run: 'get pod a -o json', out: /"kind": "Pod"/ },
  { run: 'get pods -o jsonpath={.items[*].metadata.name}', out: /^a b$/ },
  { run: 'get pods -o custom-columns=N:.metadata.name,I:.spec.containers[0].image', out: /^b +nginx$/m },
  { run: "get pods -o 'go-template={{len .items}}'", out: /^2$/ },
  {
    run: 'get deploy,cm,secret',
    out: [/deployment.apps\/web +0\/3/, /configmap\/settings +1/, /secret\/word +Opaque +1/],
  },
  { run: 'get all', out: [/pod\/a/, /deployment.apps\/web/, /cronjob.batch\/tick/] },
  { run: 'get pods --chunk-size=1', out: [/^a /m, /^b /m] },
  { run: 'get pod nope', code: 1, err: /pods "nope" not found/ },
  { run: 'get pod nope --ignore-not-found', out: /^$/ },
  { run: 'get widgets', code: 1, err: /doesn't have a resource type "widgets"/ },
  { run: 'get nodes', out: /^n1 +NotReady|^n1 +Unknown/m },
  {
    run: 'get explanations',
    out: [/^OBJECT +SAYS +AGE +WHY$/m, /^Pod\/a +scheduler +\S+ +waiting to be given a node$/m],
    err: /this replica does not lead/,
  },
  { run: 'get explanations -A --field-selector involvedObject.name=c', out: /^shop +Pod\/c +scheduler/m },
  { run: 'get ns', out: /^default +Active/m },
  { run: 'get events', out: /Scheduled +pod\/a +put somewhere/i },
  { run: 'events', out: /Scheduled +Pod\/a +put somewhere/ },
  { run: 'events --for pod/a', out: /put somewhere/ },
  { run: 'get events.events.k8s.io', out: /Scheduled +pod\/a +put somewhere/i },
  { run: 'get events.events.k8s.io e1 -o yaml', out: [/^note: put somewhere$/m, /^regarding:$/m] },
  { run: 'explain event.note --api-version=events.k8s.io/v1', out: /note <string>/ },
  {
    run: 'get pods -w',
    until: /a [^]*b [^]*a .*\n/,
    meanwhile: { when: /^b /m, run: 'label pod a seen=yes' },
    out: /^a [^]*^a /m,
  },
  {
    run: 'get cm -w --output-watch-events',
    until: /ADDED +late/,
    meanwhile: { when: /settings/, run: 'apply -f -', stdin: LATE },
  },
  { run: 'get cm settings -o yaml -w', until: /colour: blue/ },
  { run: 'describe pod a', out: [/^Name: +a$/m, /Image: +busybox/, /QoS Class: +BestEffort/] },
  { run: 'describe node n1', out: [/^Name: +n1$/m, /Non-terminated Pods: +\(1 in total\)/] },
  { run: 'describe deploy web', out: [/^Replicas: +3 desired/m, /StrategyType: +RollingUpdate/] },
  { run: 'describe cm settings', out: /blue/ },
  { run: 'describe secret word', out: /key: +2 bytes/ },
  { run: 'describe cronjob tick', out: /Schedule: +\*\/5/ },
  { run: 'describe ns shop', out: [/^Status: +Active/m, /kubernetes.io\/metadata.name=shop/] },
  { run: 'explain pod.spec.containers.image', out: [/KIND: +Pod/, /image <string>/] },
  { run: 'explain deployment.spec --recursive', out: /maxSurge/ },
  { run: 'explain pod.spec.colour', code: 1, err: /field "colour" does not exist/ },
  {
    run: 'api-resources',
    out: [/^configmaps +cm +v1 +true +ConfigMap$/m, /^deployments +deploy +apps\/v1 +true +Deployment$/m],
  },
  { run: 'api-resources --namespaced=false -o name', out: /^nodes$/m },
  { run: 'api-versions', out: [/^apps\/v1$/m, /^v1$/m, /^policy\/v1$/m] },
  { run: 'version', out: /Server Version: v1\.32\.0\+gantry/ },
  { run: 'auth can-i create pods', out: /^yes$/m, minorMax: 31 },
  { run: 'auth whoami', out: /Username +test-admin/, minorMax: 31 },
  {
    run: 'auth can-i create pods',
    minorMin: 32,
    code: 1,
    err: /protobuf bodies are not served|unknown format/,
  },
  { run: 'get --raw /version', out: /"gitVersion":"v1\.32/ },
  { run: 'get --raw /readyz?verbose', out: /\[\+\]etcd ok/ },
  { run: 'get --raw /nope', code: 1, err: /could not find the requested resource/ },
  { run: 'wait pod/a --for=jsonpath={.status.phase}=Pending --timeout=5s', out: /condition met/ },
  { run: 'wait pod/a --for=condition=Ready --timeout=1s', code: 1, err: /timed out/ },
  { run: 'wait pod/zz --for=delete --timeout=1s', code: 0 },
];

scenario('reading', steps, async () => {
  const plane = await startTestServer();
  return { plane, close: () => plane.stop() };
});
