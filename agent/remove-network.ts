// What an agent leaves in its host's network when it ends, so that traffic goes on, is taken away by this command of the
// same program. Whoever removes a node for good calls it, once the agent has ended.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Clock } from '@gantry/kit/clock';
import { nodeScope } from '@gantry/kit/node-scope';
import { removeHostProxy } from './service-proxy/host-proxy.ts';

/** First argument of the program. */
export const REMOVE_NETWORK = 'remove-network';

/** Configuration, maps and sockets of the node's HAProxy. */
export function proxyFolder(stateFolder: string): string {
  return join(stateFolder, 'proxy');
}

/** Safe to repeat; an agent that never joined has made nothing. @throws Error whose message is for the user. */
export async function removeNetwork(argv: readonly string[], clock: Clock): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { name: { type: 'string' }, 'state-folder': { type: 'string' } },
  });
  const { name, 'state-folder': stateFolder } = values;
  if (name === undefined || stateFolder === undefined)
    throw new Error(`${REMOVE_NETWORK} needs --name and --state-folder, as the agent had them`);
  const authority = join(stateFolder, 'pki', 'ca.crt');
  if (!existsSync(authority)) return;
  const owner = nodeScope(readFileSync(authority, 'utf8'), name);
  await removeHostProxy({ clock, folder: proxyFolder(stateFolder), owner });
}
