// What an image's name says: an ID, which only this machine can resolve, or a reference that a registry may know. Pure.

/** A name that was understood. */
export type ImageName =
  | { kind: 'id'; id: string }
  /** `full` always has a tag or a digest, since the engine pulls every tag of a bare repository. */
  | { kind: 'reference'; full: string };

/** A shortened ID is one too: nobody means a repository called sha256. */
const ID = /^(?:sha256:[0-9a-f]{3,64}|[0-9a-f]{12,64})$/;
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;
const LENGTH_MAX = 255;

/** @returns undefined for what can be no image's name. */
export function parseImageName(name: string): ImageName | undefined {
  if (ID.test(name)) return { kind: 'id', id: name };
  const [named = '', digest, ...rest] = name.split('@');
  if (rest.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const { repository, tag } = splitTag(named);
  if (repository.length > LENGTH_MAX || !isRepository(repository)) return undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  const suffix =
    digest === undefined ? `:${tag ?? 'latest'}` : `${tag === undefined ? '' : `:${tag}`}@${digest}`;
  return { kind: 'reference', full: `${repository}${suffix}` };
}

/** A colon before the last slash belongs to a port. */
function splitTag(named: string): { repository: string; tag: string | undefined } {
  const colon = named.lastIndexOf(':');
  if (colon < 0 || colon < named.lastIndexOf('/')) return { repository: named, tag: undefined };
  return { repository: named.slice(0, colon), tag: named.slice(colon + 1) };
}

function isRepository(repository: string): boolean {
  const parts = repository.split('/');
  const [first = ''] = parts;
  const hasHost = parts.length > 1 && (/[.:A-Z[]/.test(first) || first === 'localhost');
  if (hasHost && !HOST.test(first)) return false;
  return (hasHost ? parts.slice(1) : parts).every((part) => PATH_PART.test(part));
}
