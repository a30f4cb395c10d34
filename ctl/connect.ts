// From a kubeconfig to a client.
import { createClient } from '@gantry/api/http-client';
import type { Client } from '@gantry/api/client';
import { createNodeTransport } from '@gantry/api/node-transport';
import { accessFrom, readKubeconfig, type ClusterAccess } from './kubeconfig.ts';

/** A cluster that can be talked to. */
export interface Connection {
  client: Client;
  access: ClusterAccess;
  /** Namespace of the context. */
  namespace: string;
  /** The same user at another replica of the control plane, `https://address:port`; to be closed by itself. */
  at(server: string): Connection;
  close(): Promise<void>;
}

/** Opens the cluster that a kubeconfig names. No request is sent yet. */
export async function connectWithKubeconfig(file: string, contextName?: string): Promise<Connection> {
  const access = accessFrom(readKubeconfig(file), file, contextName);
  return connectTo(access);
}

function connectTo(access: ClusterAccess): Connection {
  const connection = createNodeTransport({
    server: access.server,
    ...(access.certificateAuthority === undefined ? {} : { ca: access.certificateAuthority }),
    ...(access.clientCertificate === undefined ? {} : { cert: access.clientCertificate }),
    ...(access.clientKey === undefined ? {} : { key: access.clientKey }),
    ...(access.token === undefined ? {} : { token: access.token }),
    ...(access.insecureSkipTlsVerify ? { anyServer: true } : {}),
    userAgent: 'gantry-ctl',
  });
  const client = createClient({ transport: connection.transport });
  return {
    ...{ client, access, namespace: access.namespace },
    at: (server) => connectTo({ ...access, server }),
    close: () => connection.close(),
  };
}
