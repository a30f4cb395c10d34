// What the user may do: the server's own rules for a namespace, asked once and asked anew now and then. What may not be
// done is not offered; the server refuses it all the same.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Request } from './request.ts';
import type { ResourceRef } from './resource-paths.ts';

/** One rule, as SelfSubjectRulesReview tells it. */
export interface AccessRule {
  verbs: readonly string[];
  apiGroups?: readonly string[];
  resources?: readonly string[];
  resourceNames?: readonly string[];
}

/** Verbs of the Kubernetes API. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** Asks what may be done. */
export interface Access {
  /** False until the rules are known. `resource` may have a subresource: `pods/exec`. Read inside a render: it follows. */
  may(verb: Verb, ref: Pick<ResourceRef, 'group' | 'resource'>, namespace?: string, name?: string): boolean;
}

/** Rules are asked anew after this. */
const RULES_KEPT_MS = 60_000;

interface Known {
  rules: ReadonlySignal<readonly AccessRule[]>;
  askedAtMs: number;
}

/** Makes the memory of rules. */
export function createAccess(request: Request, nowMs: () => number): Access {
  const known = new Map<string, Known>();
  const ask = (namespace: string): Known => {
    const rules = signal<readonly AccessRule[]>(known.get(namespace)?.rules.value ?? []);
    void rulesOf(request, namespace).then((found) => {
      if (found !== undefined) rules.value = found;
    });
    return { rules, askedAtMs: nowMs() };
  };
  return {
    may(verb, { group, resource }, namespace, name) {
      const where = namespace === undefined || namespace === '' ? 'default' : namespace;
      let entry = known.get(where);
      if (entry === undefined || nowMs() - entry.askedAtMs > RULES_KEPT_MS) {
        entry = ask(where);
        known.set(where, entry);
      }
      return entry.rules.value.some((rule) => allows(rule, { verb, group, resource, name }));
    },
  };
}

async function rulesOf(request: Request, namespace: string): Promise<readonly AccessRule[] | undefined> {
  const outcome = await request<{ status?: { resourceRules?: AccessRule[] } }>(
    '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    {
      method: 'POST',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace },
      },
    },
  );
  return outcome.ok ? (outcome.value.status?.resourceRules ?? []) : undefined;
}

interface Wish {
  verb: string;
  group: string;
  resource: string;
  name: string | undefined;
}

/** Whether a rule allows it; `*` stands for all. */
export function allows(rule: AccessRule, { verb, group, resource, name }: Wish): boolean {
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups ?? [], group) &&
    has(rule.resources ?? [], resource) &&
    (rule.resourceNames === undefined ||
      rule.resourceNames.length === 0 ||
      (name !== undefined && rule.resourceNames.includes(name)))
  );
}

function has(values: readonly string[], wanted: string): boolean {
  return values.includes('*') || values.includes(wanted);
}
