// What the tests of a pod's checks share: a pod that is complete, and a table of what is refused.
import type { TestFn } from 'ava';
import { admitShape } from '../../validate.ts';
import { podKind, type Pod } from '../pod.ts';

/** A complete pod; `spec` and `container` replace parts of it. */
export function podOf(spec: object = {}, container: object = {}): Pod {
  const { object, issues, unknown } = admitShape(podKind, {
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...spec },
  });
  if (issues.length + unknown.length > 0) throw new Error(JSON.stringify([issues, unknown]));
  return object as Pod;
}

/** What the check finds, each as `path: message`. */
export const findings = (pod: Pod): string[] =>
  (podKind.check?.(pod) ?? []).map(({ path, message }) => `${path}: ${message}`);

/** Path of the container. */
export const C = 'spec.containers[0]';
export const MOUNT = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
export const DATA = { volumes: [{ name: 'data', emptyDir: {} }] };

/** Title, parts of the spec and of its container, and how each finding begins. */
export type Refusal = readonly [title: string, spec: object, container: object, findings: readonly string[]];

/** A test for each: exactly these findings. */
export function testRefusals(test: TestFn, refusals: readonly Refusal[]): void {
  for (const [title, spec, container, expected] of refusals) {
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
}
