import type { KindDefinition } from '@gantry/api/definition';
import { nodeKind } from '@gantry/api/kinds/node';
import { SYSTEM_USER } from '../../admission/bootstrap.ts';
import { deploymentController } from '../../controllers/deployment/deployment-controller.ts';
import { replicaSetController } from '../../controllers/replica-set/replica-set-controller.ts';
import type { Controller } from '../../engine/controller.ts';
import type { WriteContext } from '../../resources/resources.ts';
import { startTestServer } from '../test-server.ts';
import { scenario } from './scenario.ts';
import type { Step } from './scenario.ts';
import { startToyAgent } from './toy-agent.ts';

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "web:1"}]}
`;

const steps: Step[] = [
  { run: 'apply -f -', stdin: DEPLOYMENT, out: /created/ },
  { run: 'rollout status deploy/web --timeout=20s', out: /successfully rolled out/ },
  { run: 'wait deploy/web --for=condition=Available --timeout=10s', out: /condition met/ },
  { run: 'get deploy web', out: /^web +3\/3 +3 +3 /m },
  { run: 'set image deploy/web main=web:2', out: /image updated/ },
  { run: "annotate deploy/web 'kubernetes.io/change-cause=version two'", out: /annotated/ },
  { run: 'rollout status deploy/web --timeout=20s', out: /successfully rolled out/ },
  { run: 'rollout history deploy/web', out: /^2 +version two$/m },
  { run: 'rollout history deploy/web --revision=1', out: /web:1/ },
  { run: 'rollout undo deploy/web', out: /rolled back/ },
  { run: 'rollout status deploy/web --timeout=20s', out: /successfully rolled out/ },
  { run: 'get deploy web -o jsonpath={.spec.template.spec.containers[0].image}', out: /^web:1$/ },
  { run: 'rollout undo deploy/web --to-revision=2', out: /rolled back/ },
  { run: 'get deploy web -o jsonpath={.spec.template.spec.containers[0].image}', out: /^web:2$/ },
  { run: 'rollout pause deploy/web', out: /paused/ },
  { run: 'rollout pause deploy/web', code: 1, err: /already paused/ },
  { run: 'rollout undo deploy/web', code: 1, err: /cannot rollback a paused deployment/ },
  { run: 'rollout resume deploy/web', out: /resumed/ },
  { run: 'rollout restart deploy/web', out: /restarted/ },
  { run: 'rollout status deploy/web --timeout=20s', out: /successfully rolled out/ },
  { run: 'get rs', out: /^web-\S+ +3 +3 +3 /m },
  { run: 'get pods -l app=web', out: /^web-\S+ +1\/1 +Running /m },
  { run: 'scale deploy web --replicas=1', out: /scaled/ },
  { run: 'wait deploy/web --for=jsonpath={.status.replicas}=1 --timeout=20s', out: /condition met/ },
];

const nodes = nodeKind as unknown as KindDefinition;
const controllers = [deploymentController(), replicaSetController()] as Controller[];
const CONTEXT: WriteContext = {
  user: SYSTEM_USER,
  fieldManager: 'test',
  fieldValidation: 'Strict',
  dryRun: false,
  fence: [],
  requestId: 'test',
  warn: () => undefined,
};
const READY = {
  capacity: { cpu: '4', memory: '8Gi', pods: '110' },
  allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
  conditions: [{ type: 'Ready', status: 'True', reason: 'Test', message: 'ready' }],
};

scenario('rollouts', steps, async () => {
  const plane = await startTestServer({ controllers });
  const stopAgent = startToyAgent(plane);
  const key = { namespace: '', name: 'n1' };
  await plane.resources.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }, CONTEXT);
  await plane.resources.update(nodes, key, 'status', (node) => ({ ...node, status: READY }), CONTEXT);
  return {
    plane,
    close: async () => {
      stopAgent();
      await plane.stop();
    },
  };
});
