// A kubeconfig without its secrets, for showing. Pure.
import { isList, isMap } from '@gantry/api/json-value';

const SECRET_FIELDS = new Set(['token', 'password', 'client-key-data']);
const BULKY_FIELDS = new Set(['certificate-authority-data', 'client-certificate-data']);

/** The same value; what must not be seen says REDACTED, what nobody reads DATA+OMITTED. */
export function redacted(value: unknown): unknown {
  if (isList(value)) return value.map(redacted);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, entry]) => {
      if (SECRET_FIELDS.has(field)) return [field, 'REDACTED'];
      return [field, BULKY_FIELDS.has(field) ? 'DATA+OMITTED' : redacted(entry)];
    }),
  );
}
