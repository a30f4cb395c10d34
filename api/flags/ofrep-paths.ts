// The paths of OFREP, for the control plane and for nodes alike: `/ofrep/v1/…` is of the namespace `default`,
// `/namespaces/<namespace>/ofrep/v1/…` of any. Providers add `/ofrep/v1` to the address that they are given.

/** What a path of OFREP asks for. */
export type OfrepRequest = { namespace: string } & ({ type: 'evaluate'; key?: string } | { type: 'stream' });

export const DEFAULT_NAMESPACE = 'default';
const PREFIXES = ['', '/namespaces/:namespace'] as const;
const EVALUATE = '/ofrep/v1/evaluate/flags';
const STREAM = '/ofrep/v1/stream';

/** As routers read them. A flag's key may have slashes. */
export const OFREP_ROUTES: Readonly<Record<'evaluate' | 'stream', readonly string[]>> = {
  evaluate: PREFIXES.flatMap((prefix) => [`${prefix}${EVALUATE}`, `${prefix}${EVALUATE}/*key`]),
  stream: PREFIXES.map((prefix) => `${prefix}${STREAM}`),
};

const PATH = new RegExp(`^(?:/namespaces/([^/]+))?(?:${EVALUATE}(?:/(.+)|/?)|(${STREAM}))$`);

/** Reads a path without its query; undefined for those of others and those that cannot be decoded. */
export function ofrepRequestOf(path: string): OfrepRequest | undefined {
  const found = PATH.exec(path);
  if (found === null) return undefined;
  try {
    const [, inPath, keyInPath, stream] = found;
    const namespace = inPath === undefined ? DEFAULT_NAMESPACE : decodeURIComponent(inPath);
    if (stream !== undefined) return { type: 'stream', namespace };
    if (keyInPath === undefined) return { type: 'evaluate', namespace };
    return { type: 'evaluate', namespace, key: decodeURIComponent(keyInPath) };
  } catch {
    return undefined;
  }
}

/** Where changes of a namespace's flags are told. */
export function streamPathOf(namespace: string): string {
  return namespace === DEFAULT_NAMESPACE ? STREAM : `/namespaces/${encodeURIComponent(namespace)}${STREAM}`;
}

/** Whether answers there, refusals included, have OFREP's own form. */
export function isOfrepPath(path: string): boolean {
  return /^(\/namespaces\/[^/]+)?\/ofrep\/v1\//.test(path);
}
