// What a node's HAProxy has sent where, by its own count.
import { join } from 'node:path';
import { askHaproxy } from '@gantry/agent/service-proxy/haproxy-cli';
import { ADMIN_SOCKET } from '@gantry/agent/service-proxy/render-config';

/**
 * Sessions that it has led to pods at these addresses; servers that it has let go count no more.
 *
 * @param agentFolder the state folder of the node's agent.
 */
export async function sessionsTo(agentFolder: string, addresses: readonly string[]): Promise<number> {
  const [table = ''] = await askHaproxy(join(agentFolder, 'proxy', ADMIN_SOCKET), ['show stat -1 4 -1']);
  const [head = '', ...lines] = table.split('\n');
  const column = (name: string): number => head.replace('# ', '').split(',').indexOf(name);
  const [server, total] = [column('svname'), column('stot')];
  const marks = addresses.map((address) => `s-${address.replaceAll('.', '_')}-`);
  return lines
    .map((line) => line.split(','))
    .filter((fields) => marks.some((mark) => fields[server]?.startsWith(mark) === true))
    .reduce((sum, fields) => sum + Number(fields[total]), 0);
}
