// From what the user names with -f (files, folders, `-` for standard input, URLs) to objects of known kinds.
// What cannot be read is reported one by one; the rest is still read.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { findKind, kinds } from '@gantry/api/registry';
import { nearestName } from '@gantry/api/nearest-name';
import { objectsOf, readYamlDocuments, type YamlDocument } from '@gantry/api/yaml-documents';
import { formatYamlFault } from '@gantry/api/yaml-fault';
import { apiVersionOf } from '@gantry/api/definition';
import { CliError, EXIT, type CommandContext } from '../command.ts';

/** One object of a manifest and where it stands. */
export interface Manifest {
  definition: KindDefinition;
  object: AnyObject;
  /** `web.yaml:12`. */
  place: string;
}

/** All that could be read, and a sentence for each thing that could not. */
export interface Manifests {
  manifests: Manifest[];
  faults: string[];
}

const MANIFEST_ENDINGS = /\.(ya?ml|json)$/;
const FILES_MAX = 10_000;
const URL_TIMEOUT_MS = 30_000;
const URL_BYTES_MAX = 32 * 1024 * 1024;

/** Reads everything that `sources` name. @throws CliError when a source itself is not there. */
export async function readManifests(
  context: CommandContext,
  sources: readonly string[],
  options: { recursive: boolean },
): Promise<Manifests> {
  const result: Manifests = { manifests: [], faults: [] };
  for (const source of sources) {
    for (const { name, text } of await textsOf(context, source, options.recursive))
      readText(name, text, result);
  }
  if (result.manifests.length === 0 && result.faults.length === 0) {
    throw new CliError(`No objects found in ${sources.join(', ')}.`, {
      exitCode: EXIT.invalid,
      nextStep: 'Name a file or folder with Kubernetes YAML or JSON.',
    });
  }
  return result;
}

function readText(name: string, text: string, result: Manifests): void {
  const { documents, faults } = readYamlDocuments(text, name);
  result.faults.push(...faults.map(formatYamlFault));
  const single = documents.flatMap((found) => objectsOf(found.value).map((value) => ({ ...found, value })));
  for (const document of single) {
    const manifest = manifestOf(document);
    if (typeof manifest === 'string') result.faults.push(manifest);
    else result.manifests.push(manifest);
  }
}

function manifestOf({ file, line, value }: YamlDocument): Manifest | string {
  const place = `${file}:${line}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `${place}: expected an object with apiVersion, kind and metadata, got ${JSON.stringify(value)?.slice(0, 60)}`;
  }
  const object = value as Partial<AnyObject>;
  if (typeof object.kind !== 'string' || object.kind === '')
    return `${place}: kind: is missing; name the kind of the object`;
  if (typeof object.apiVersion !== 'string' || object.apiVersion === '') {
    return `${place}: apiVersion: is missing; ${suggestVersion(object.kind)}`;
  }
  const definition = findKind(object.apiVersion, object.kind);
  if (definition === undefined) return `${place}: ${unknownKind(object.apiVersion, object.kind)}`;
  const metadata = object.metadata as unknown;
  if (typeof metadata !== 'object' || metadata === null)
    return `${place}: metadata: is missing; give the object a name`;
  return { definition, object: object as AnyObject, place };
}

function suggestVersion(kind: string): string {
  const known = kinds.find((definition) => definition.kind === kind);
  return known === undefined
    ? 'name the API version of the kind'
    : `a ${kind} has apiVersion: ${apiVersionOf(known)}`;
}

function unknownKind(apiVersion: string, kind: string): string {
  const same = kinds.find((definition) => definition.kind === kind);
  if (same !== undefined)
    return `${kind} is not served as ${apiVersion}; write apiVersion: ${apiVersionOf(same)}`;
  const nearest = nearestName(
    kind,
    kinds.map((definition) => definition.kind),
  );
  const hint =
    nearest === undefined ? 'see gantry api-resources for the kinds there are' : `did you mean ${nearest}?`;
  return `no kind ${kind} in ${apiVersion} is known; ${hint}`;
}

async function textsOf(
  context: CommandContext,
  source: string,
  recursive: boolean,
): Promise<{ name: string; text: string }[]> {
  if (source === '-') return [{ name: 'standard input', text: await readStdin(context) }];
  if (/^https?:\/\//.test(source)) return [{ name: source, text: await fetchText(source) }];
  return filesOf(source, recursive).map((file) => ({ name: file, text: readFileSync(file, 'utf8') }));
}

function filesOf(source: string, recursive: boolean): string[] {
  let folder: boolean;
  try {
    folder = statSync(source).isDirectory();
  } catch {
    throw new CliError(`${source}: there is no such file or folder.`, { exitCode: EXIT.invalid });
  }
  if (!folder) return [source];
  const files = readdirSync(source, { recursive, encoding: 'utf8' })
    .filter((name) => MANIFEST_ENDINGS.test(name))
    .sort()
    .map((name) => join(source, name));
  if (files.length > FILES_MAX) throw new CliError(`${source} holds more than ${FILES_MAX} manifests.`);
  return files;
}

async function readStdin(context: CommandContext): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of context.io.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

async function fetchText(url: string): Promise<string> {
  let text: string;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(URL_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    text = await answer.text();
  } catch (error) {
    throw new CliError(`${url} cannot be read: ${(error as Error).message}`, {
      exitCode: EXIT.unreachable,
      cause: error,
    });
  }
  if (text.length > URL_BYTES_MAX)
    throw new CliError(`${url} holds more than 32 MiB.`, { exitCode: EXIT.invalid });
  return text;
}
