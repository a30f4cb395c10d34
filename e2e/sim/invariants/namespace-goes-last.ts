// Nothing is in a namespace that is not there.
import { firstBroken } from './each-write.ts';
import { isDeleting, nameOf, titleOf } from './object-reading.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/** Of all namespaces and all that is in them. */
export function createNamespaceGoesLast(): Invariant {
  const states = new Map<string, 'there' | 'ending'>();
  const contents = new Map<string, Set<string>>();

  function judgeNamespace({ before, after }: WriteRecord): string | undefined {
    const name = nameOf((after ?? before) as NonNullable<WriteRecord['after']>);
    if (after !== undefined) {
      states.set(name, isDeleting(after) ? 'ending' : 'there');
      return undefined;
    }
    states.delete(name);
    const [left] = contents.get(name) ?? [];
    return left === undefined ? undefined : `Namespace ${name} was removed while ${left} was in it`;
  }

  function judgeContent({ key, before, after }: WriteRecord, namespace: string): string | undefined {
    const keys = contents.get(namespace) ?? new Set<string>();
    contents.set(namespace, keys);
    if (after === undefined) keys.delete(key);
    else keys.add(key);
    if (before !== undefined || after === undefined || states.get(namespace) === 'there') return undefined;
    return `${titleOf(after)} was created in a namespace that is ${states.get(namespace) === 'ending' ? 'being deleted' : 'not there'}`;
  }

  return {
    name: 'namespace-goes-last',
    sentence:
      'A namespace is removed only when it is empty, and nothing is created in one that is ending or gone.',
    check: (view) =>
      firstBroken(view, (write) => {
        const object = write.after ?? write.before;
        if (object === undefined) return undefined;
        if (object.kind === 'Namespace') return judgeNamespace(write);
        const { namespace } = object.metadata;
        return namespace === undefined ? undefined : judgeContent(write, namespace);
      }),
  };
}
