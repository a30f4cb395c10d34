// Where a local cluster keeps its state: one folder, one home for each path in it.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute paths inside the state folder. */
export interface Home {
  root: string;
  kubeconfig: string;
  /** Join token of the cluster, readable by root only. */
  joinToken: string;
  certificateAuthority: string;
  etcdData: string;
  /** Where pods' addresses come from. */
  clusterRange: string;
  bin: string;
  logs: string;
  run: string;
  /** State of the agent of that name. */
  agent(name: string): string;
  dockerRoot: string;
  /** State folders of the further hosts that this machine plays. */
  hosts: string;
}

/** The repository's root: the nearest folder upwards that holds `package-lock.json` or `.git`. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package-lock.json')) && dirname(folder) !== folder)
    folder = dirname(folder);
  return folder;
}

/** The state folder: `GANTRY_HOME`, else `.gantry` in the repository. */
export function homeFrom(env: Readonly<Record<string, string | undefined>>): Home {
  const configured = env['GANTRY_HOME'];
  const root =
    configured === undefined || configured === '' ? join(repositoryRoot(), '.gantry') : resolve(configured);
  return {
    root,
    kubeconfig: join(root, 'kubeconfig'),
    joinToken: join(root, 'pki', 'join-token'),
    certificateAuthority: join(root, 'pki', 'ca.crt'),
    etcdData: join(root, 'etcd'),
    clusterRange: join(root, 'cluster-range'),
    bin: join(root, 'bin'),
    logs: join(root, 'logs'),
    run: join(root, 'run'),
    agent: (name) => join(root, 'agents', name),
    dockerRoot: join(root, 'docker'),
    hosts: join(root, 'hosts'),
  };
}
