// Asks for a link that logs in once, prints it, and opens a browser where there is one to be seen.
import { existsSync, readFileSync } from 'node:fs';
import { readText } from '@gantry/api/answer-body';
import { statusErrorOf } from '@gantry/api/status-answer';
import type { CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { dashboardHints } from './dashboard-hints.ts';
import { openBrowser } from './open-browser.ts';

const ANSWER_BYTES_MAX = 64 * 1024;
const LOGIN_LINK_PATH = '/gantry/v1/dashboard/login-link';

/** The link goes to standard output by itself; what else there is to know does not. */
export async function runDashboard(context: CommandContext, printOnly: boolean): Promise<void> {
  const { io, env } = context;
  const connection = await context.connect();
  const link = `${connection.access.server.replace(/\/+$/, '')}${await loginPath(connection)}`;
  io.out(`${link}\n`);
  const hasDisplay = (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== '';
  const opened = !printOnly && hasDisplay && (await openBrowser(link));
  const authorityFile = authorityFileOf(context, connection);
  io.err(dashboardHints({ opened, secure: link.startsWith('https:'), authorityFile }));
}

async function loginPath({ client }: Connection): Promise<string> {
  const answer = await client.raw({
    method: 'POST',
    path: LOGIN_LINK_PATH,
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (answer.status !== 200) throw await statusErrorOf(answer);
  return (JSON.parse(await readText(answer.body, ANSWER_BYTES_MAX)) as { path: string }).path;
}

/** The file with this cluster's CA, where this machine has it; another cluster's would help nobody. */
function authorityFileOf({ home }: CommandContext, { access }: Connection): string | undefined {
  const file = home.certificateAuthority;
  if (!existsSync(file)) return undefined;
  return readFileSync(file, 'utf8').trim() === access.certificateAuthority?.trim() ? file : undefined;
}
