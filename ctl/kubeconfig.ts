// Reads a kubeconfig as kubectl does: clusters, users, contexts; certificates inline or as files.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { CliError, EXIT } from './command.ts';

/** How to reach a cluster, and as whom. PEM texts. */
export interface ClusterAccess {
  contextName: string;
  server: string;
  certificateAuthority?: string;
  insecureSkipTlsVerify: boolean;
  clientCertificate?: string;
  clientKey?: string;
  token?: string;
  namespace: string;
}

/** A kubeconfig file as it is written. */
export interface Kubeconfig {
  'current-context'?: string;
  clusters?: { name: string; cluster: Record<string, unknown> }[];
  users?: { name: string; user: Record<string, unknown> }[];
  contexts?: { name: string; context: { cluster: string; user: string; namespace?: string } }[];
}

/** Reads and parses the file. @throws CliError that names the file and what is wrong with it. */
export function readKubeconfig(file: string): Kubeconfig {
  if (!existsSync(file)) {
    throw new CliError(`There is no kubeconfig at ${file}.`, {
      exitCode: EXIT.unreachable,
      nextStep: 'Start a cluster with `gantry up`, or name a kubeconfig with KUBECONFIG or --kubeconfig.',
    });
  }
  try {
    const value: unknown = parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new CliError(`The kubeconfig ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  throw new CliError(`The kubeconfig ${file} is empty.`);
}

/** Resolves one context. @throws CliError when something it names is missing. */
export function accessFrom(config: Kubeconfig, file: string, wantedContext?: string): ClusterAccess {
  const contextName = wantedContext ?? config['current-context'] ?? '';
  const context = config.contexts?.find(({ name }) => name === contextName)?.context;
  if (context === undefined) {
    const known = config.contexts?.map(({ name }) => name).join(', ') ?? '';
    throw new CliError(`${file} has no context "${contextName}".`, {
      nextStep: known === '' ? 'Add a context to the file.' : `Choose one with --context: ${known}.`,
    });
  }
  const cluster = config.clusters?.find(({ name }) => name === context.cluster)?.cluster;
  const user = config.users?.find(({ name }) => name === context.user)?.user ?? {};
  const server = textOf(cluster?.['server']);
  if (cluster === undefined || server === undefined) {
    throw new CliError(
      `${file}: context "${contextName}" names the cluster "${context.cluster}", which has no server.`,
    );
  }
  const folder = dirname(file);
  refusePlugins(user, file);
  return withoutUndefined({
    contextName,
    server: server.replace(/\/$/, ''),
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'] === true,
    namespace: context.namespace ?? 'default',
    certificateAuthority: pemOf(cluster, 'certificate-authority', folder),
    clientCertificate: pemOf(user, 'client-certificate', folder),
    clientKey: pemOf(user, 'client-key', folder),
    token: textOf(user['token']) ?? tokenFile(user, folder),
  });
}

/** Other ways to prove who one is would be left out in silence and end as "Unauthorized". */
function refusePlugins(user: Record<string, unknown>, file: string): void {
  const unknown = ['exec', 'auth-provider', 'username'].find((field) => user[field] !== undefined);
  if (unknown === undefined) return;
  throw new CliError(`${file}: users of kind "${unknown}" are not supported.`, {
    nextStep: 'Use a client certificate or a token (make one with: gantry token create --user NAME).',
  });
}

function pemOf(entry: Record<string, unknown>, field: string, folder: string): string | undefined {
  const inline = textOf(entry[`${field}-data`]);
  if (inline !== undefined) return Buffer.from(inline, 'base64').toString('utf8');
  const file = textOf(entry[field]);
  return file === undefined ? undefined : readNamed(file, folder);
}

function tokenFile(user: Record<string, unknown>, folder: string): string | undefined {
  const file = textOf(user['tokenFile']);
  return file === undefined ? undefined : readNamed(file, folder).trim();
}

function readNamed(file: string, folder: string): string {
  const path = isAbsolute(file) ? file : join(folder, file);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError(`The kubeconfig names ${path}, which cannot be read.`, { cause: error });
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
