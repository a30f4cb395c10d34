// The agent's way to the control plane: certificates from files or by joining, renewed in time without a break.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import type { Transport } from '@gantry/api/client';
import { createNodeTransport } from '@gantry/api/node-transport';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import {
  obtainIdentity,
  renewAtMs,
  renewIdentity,
  type AgentIdentity,
  type JoinOptions,
} from './join/identity.ts';
import { connectAnyServer, type AnyServer } from './servers/any-server.ts';
import { keepReplicas, readKeptReplicas } from './join/kept-replicas.ts';
import { createServerChoice, type ServerChoice } from './servers/server-choice.ts';

export interface Connection {
  /** To the replica that is asked now: another one once that does not answer. */
  transport: Transport;
  /** `host:port` of the replicas of the control plane, as last told, also to an agent that ran here before. */
  replicas(): readonly string[];
  /** A replica tells which there are. */
  hearReplicas(replicas: readonly string[]): void;
  /** Who the agent is, for further connections; another one after a renewal. */
  secureContext(): SecureContext;
  identity(): AgentIdentity;
  /** Renews the certificate in time, until the signal is aborted. */
  keepRenewed(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** How the agent proves who it is. Files are named, not read. */
export interface ConnectionOptions {
  server: string;
  nodeName: string;
  /** Where the certificate is kept that was got by joining, and which replicas there are. */
  pkiFolder: string;
  token: string | undefined;
  tokenFile: string | undefined;
  caFile: string | undefined;
  /** A certificate that is handed in, with its key; there is no joining then. */
  certFile?: string | undefined;
  keyFile?: string | undefined;
  /** Connections at once for requests that are soon answered; a few when absent. */
  connectionsMax?: number | undefined;
}

export interface ConnectionDeps {
  clock: Clock;
  random: Random;
  logger: Logger;
}

const RETRY_MS = 2_000;
/** Timers cannot wait for months. */
const RENEWAL_LOOK_MS = 3_600_000;
/** Watches on the old certificate get this long to end by themselves. */
const DRAIN_MS = 60_000;
const REPLICAS_FILE = 'replicas.json';

/** Joins at the first start; waits for a control plane that does not answer yet. */
export async function connectAgent(
  deps: ConnectionDeps,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const { certFile, keyFile, caFile } = options;
  const servers = serversOf(deps, options);
  if (certFile !== undefined && keyFile !== undefined && caFile !== undefined) {
    const identity = { ca: read(caFile), cert: read(certFile), key: read(keyFile) };
    const own = connect(servers.choice, options, identity);
    return {
      ...servers.told,
      transport: own.transport,
      secureContext: () => own.secureContext(),
      identity: () => identity,
      // Who hands in the files renews them.
      keepRenewed: () => Promise.resolve(),
      close: () => own.close(),
    };
  }
  return joined(deps, options, servers, signal);
}

interface Servers {
  choice: ServerChoice;
  told: Pick<Connection, 'replicas' | 'hearReplicas'>;
}

function serversOf({ random, logger }: ConnectionDeps, { server, pkiFolder }: ConnectionOptions): Servers {
  const file = join(pkiFolder, REPLICAS_FILE);
  const choice = createServerChoice(server, { random, logger });
  let replicas: readonly string[] = readKeptReplicas(file);
  choice.hear(replicas);
  return {
    choice,
    told: {
      replicas: () => replicas,
      hearReplicas(told) {
        if (told.length === 0 || told.join() === replicas.join()) return;
        replicas = told;
        choice.hear(told);
        try {
          keepReplicas(file, told);
        } catch (error) {
          // A full disk keeps nobody from going on.
          logger.warn('the replicas of the control plane could not be kept', { error: messageOf(error) });
        }
      },
    },
  };
}

async function joined(
  deps: ConnectionDeps,
  options: ConnectionOptions,
  { choice, told }: Servers,
  signal: AbortSignal,
): Promise<Connection> {
  const join = joinOptionsOf(deps, options);
  let identity = await obtain(deps, join, signal);
  let current = connect(choice, options, identity);
  return {
    ...told,
    transport: (request) => current.transport(request),
    secureContext: () => current.secureContext(),
    identity: () => identity,
    close: () => current.close(),
    async keepRenewed(until) {
      while (!until.aborted) {
        const waitMs = Math.min(RENEWAL_LOOK_MS, renewAtMs(identity) - deps.clock.nowMs());
        await sleep(deps.clock, Math.max(RETRY_MS, waitMs), until).catch(() => undefined);
        if (until.aborted || renewAtMs(identity) > deps.clock.nowMs()) continue;
        try {
          identity = await renewIdentity({ ...join, server: choice.current() }, identity);
          const old = current;
          current = connect(choice, options, identity);
          deps.clock.schedule(DRAIN_MS, () => void old.close());
          deps.logger.info('the certificate of the agent was renewed');
        } catch (error) {
          deps.logger.warn('the certificate of the agent could not be renewed', { error: messageOf(error) });
          await sleep(deps.clock, RENEWAL_LOOK_MS, until).catch(() => undefined);
        }
      }
    },
  };
}

function connect(
  choice: ServerChoice,
  { connectionsMax }: ConnectionOptions,
  identity: AgentIdentity,
): AnyServer {
  const bound = connectionsMax === undefined ? {} : { connectionsMax };
  return connectAnyServer(choice, (server) => createNodeTransport({ server, ...identity, ...bound }));
}

/** What the control plane refuses, or a token that is no use, is for the operator; silence passes. */
async function obtain(
  deps: ConnectionDeps,
  options: JoinOptions,
  signal: AbortSignal,
): Promise<AgentIdentity> {
  const passing = new Set(['unreachable', 'timeout', 'connection-lost', 'join-server-unreachable']);
  for (;;) {
    try {
      return await obtainIdentity(options);
    } catch (error) {
      if (!passing.has(codeOf(error) ?? '')) throw error;
      deps.logger.warn('the control plane does not answer yet', { error: messageOf(error) });
      await sleep(deps.clock, RETRY_MS, signal);
    }
  }
}

function joinOptionsOf({ clock }: ConnectionDeps, options: ConnectionOptions): JoinOptions {
  const token =
    options.token ?? (options.tokenFile === undefined ? undefined : readIfThere(options.tokenFile));
  const ca = options.caFile === undefined ? undefined : readIfThere(options.caFile);
  return {
    clock,
    server: options.server,
    nodeName: options.nodeName,
    folder: options.pkiFolder,
    ...(token === undefined ? {} : { token: token.trim() }),
    ...(ca === undefined ? {} : { ca }),
  };
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Only the first start needs it: an agent that has joined does without. */
function readIfThere(path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}
