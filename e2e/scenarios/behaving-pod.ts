// Pods whose container behaves as a scenario wants, in both worlds: annotations tell a hollow engine, a command line
// tells a real one, and neither looks at the other's.
import type { Container, PodTemplateSpec } from '@gantry/api/kinds/pod';
import { DEMO_IMAGES } from '@gantry/ctl/up/demo-image';

/** What the container does. */
export interface Behaviour {
  /** It ends by itself after so many whole seconds; runs until it is told to end when absent. */
  endsAfterSeconds?: number;
  exitCode?: number;
  /** Whether its readiness probe succeeds; it has none when absent. */
  readiness?: 'soon' | 'never';
}

/** What a pod is made from. */
export interface PodWish extends Behaviour {
  labels?: Readonly<Record<string, string>>;
  /** Which of the demo's images; 1 when absent. */
  version?: 1 | 2;
  container?: Partial<Container>;
  spec?: Partial<PodTemplateSpec['spec']>;
}

/** A shell as process 1 would not hear TERM without a trap. */
const RUNS_ON = 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done';
const READY_FILE = '/tmp/ready';
const READINESS_PROBE = {
  exec: { command: ['test', '-e', READY_FILE] },
  periodSeconds: 1,
  timeoutSeconds: 30,
};
/** In hollow pods: longer than any run. */
const NEVER_MS = '999999999';

/** The pod's template: labels, annotations and one container, `app`. */
export function behavingPod(wish: PodWish): PodTemplateSpec {
  return {
    metadata: { labels: { ...wish.labels }, annotations: hollowWishes(wish) },
    spec: {
      terminationGracePeriodSeconds: 2,
      containers: [
        {
          name: 'app',
          image: imageOf(wish.version ?? 1),
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', scriptOf(wish)],
          ...(wish.readiness === undefined ? {} : { readinessProbe: READINESS_PROBE }),
          ...wish.container,
        },
      ],
      ...wish.spec,
    },
  };
}

/** The demo's image of a version. */
export function imageOf(version: 1 | 2): string {
  return DEMO_IMAGES[version - 1] ?? '';
}

function hollowWishes({ endsAfterSeconds, exitCode = 0, readiness }: Behaviour): Record<string, string> {
  const wishes: Record<string, string> = {
    ...(endsAfterSeconds === undefined
      ? {}
      : { 'run-ms': String(endsAfterSeconds * 1000), 'exit-code': String(exitCode) }),
    ...(readiness === 'never' ? { 'ready-after-ms': NEVER_MS } : {}),
  };
  return Object.fromEntries(
    Object.entries(wishes).map(([key, value]) => [`hollow.gantry.dev/${key}`, value]),
  );
}

function scriptOf({ endsAfterSeconds, exitCode = 0, readiness }: Behaviour): string {
  const ready = readiness === 'soon' ? `echo > ${READY_FILE}; ` : '';
  const life = endsAfterSeconds === undefined ? RUNS_ON : `sleep ${endsAfterSeconds}; exit ${exitCode}`;
  return ready + life;
}
