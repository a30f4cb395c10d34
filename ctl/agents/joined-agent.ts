// What is known of the agents whose state lies in this machine's state folder.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeScope } from '@gantry/kit/node-scope';
import type { Home } from '../home.ts';
import { AGENT_PROCESS } from '../up/local-cluster.ts';
import { recordedNames, runningProcess } from '../up/process-table.ts';

/** Files of an agent's identity, as `agent/join/identity.ts` writes them. */
export interface AgentFiles {
  folder: string;
  ca: string;
  cert: string;
  key: string;
  /** Join token of its first start. */
  token: string;
}

/** Where they are. */
export function agentFiles(home: Home, name: string): AgentFiles {
  const folder = home.agent(name);
  return { folder, ...identityFiles(join(folder, 'pki')), token: join(folder, 'join-token') };
}

/** A node of an agent and where its identity lies. A hollow agent has many nodes. */
export interface JoinedNode {
  name: string;
  ca: string;
  cert: string;
  key: string;
}

/** The nodes that an agent has or will have. @param hollowNodes undefined for a Docker engine, which is one. */
export function nodesOfAgent(home: Home, name: string, hollowNodes: number | undefined): JoinedNode[] {
  if (hollowNodes === undefined) return [{ ...agentFiles(home, name), name }];
  return Array.from({ length: hollowNodes }, (_, index) => {
    const node = `${name}-${String(index)}`;
    const pki = join(hollowFolder(home, name), node, 'pki');
    return { name: node, ...identityFiles(pki) };
  });
}

/** Whether all the nodes have certificates, so that the agent needs no token any more. */
export function haveJoined(nodes: readonly JoinedNode[]): boolean {
  return nodes.every(({ cert }) => existsSync(cert));
}

/** Names of an agent's hollow nodes; empty when it has an engine. */
export function hollowNodeNames(home: Home, name: string): string[] {
  const folder = hollowFolder(home, name);
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** As the agent keeps it: see `agent/hollow/run-hollow-nodes.ts`. */
function hollowFolder(home: Home, name: string): string {
  return join(home.agent(name), 'nodes');
}

function identityFiles(pki: string): { ca: string; cert: string; key: string } {
  return { ca: join(pki, 'ca.crt'), cert: join(pki, 'agent.crt'), key: join(pki, 'agent.key') };
}

/** Names of all agents that have state or a process here. */
export function agentNames(home: Home): string[] {
  const folder = home.agent('');
  const kept = existsSync(folder) ? readdirSync(folder) : [];
  const started = recordedNames(home)
    .filter((name) => name.startsWith(AGENT_PROCESS))
    .map((name) => name.slice(AGENT_PROCESS.length));
  return [...new Set([...kept, ...started])].sort();
}

/** The label value of all containers that the agent made; undefined when it never joined. */
export function agentScope(home: Home, name: string): string | undefined {
  const { ca } = agentFiles(home, name);
  return existsSync(ca) ? nodeScope(readFileSync(ca, 'utf8'), name) : undefined;
}

/** The scopes of all agents that have state here: what they made is ours to remove, and nothing else is. */
export function agentScopes(home: Home): string[] {
  return agentNames(home).flatMap((name) => agentScope(home, name) ?? []);
}

/** Pid and server of an agent; neither when it does not run. */
export function agentState(home: Home, name: string): { pid?: number; server?: string } {
  const record = runningProcess(home, `${AGENT_PROCESS}${name}`);
  if (record === undefined) return {};
  const server = record.command[record.command.indexOf('--server') + 1];
  return { pid: record.pid, ...(server === undefined ? {} : { server }) };
}
