// Arguments that come from Secrets: read when something is measured, and taken out of all that is kept of it.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { secretKind } from '@gantry/api/kinds/secret';
import type { CacheReader } from '../cache/cache.ts';

/** Values by argument, or what is missing. */
export type SecretArguments = { values: ReadonlyMap<string, string> } | { problem: string };

/** Reads them from the run's namespace. */
export function secretArguments(run: AnalysisRun, cache: Pick<CacheReader, 'get'>): SecretArguments {
  const { namespace = '' } = run.metadata;
  const values = new Map<string, string>();
  for (const { name, valueFrom } of run.spec.args ?? []) {
    const reference = valueFrom?.secretKeyRef;
    if (reference === undefined) continue;
    const secret = cache.get(secretKind, { namespace, name: reference.name });
    const encoded = secret?.data?.[reference.key];
    if (encoded === undefined) {
      const missing =
        secret === undefined
          ? `there is no Secret ${reference.name}`
          : `Secret ${reference.name} has no key ${reference.key}`;
      return { problem: `args.${name}: ${missing}` };
    }
    values.set(name, Buffer.from(encoded, 'base64').toString());
  }
  return { values };
}

const HIDDEN = '[from a Secret]';
/** Shorter values would be found everywhere. */
const HIDDEN_CHARS_MIN = 4;

/** The value with every secret in its texts replaced, as it is and as it stands in addresses. */
export function withoutSecrets<T>(value: T, secrets: Iterable<string>): T {
  const forms = [...secrets]
    .flatMap((secret) => [
      secret,
      secret.trim(),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ])
    .filter((form) => form.length >= HIDDEN_CHARS_MIN)
    .sort((a, b) => b.length - a.length);
  if (forms.length === 0) return value;
  return hide(value, forms) as T;
}

function hide(value: unknown, forms: readonly string[]): unknown {
  if (typeof value === 'string') return forms.reduce((text, form) => text.replaceAll(form, HIDDEN), value);
  if (Array.isArray(value)) return value.map((item) => hide(item, forms));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(item, forms)]));
}
