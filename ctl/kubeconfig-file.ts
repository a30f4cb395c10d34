// Which kubeconfig is meant: the option, KUBECONFIG, the state folder's own, then the user's.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Home } from './home.ts';

/** The first that is named or there. Of several files in KUBECONFIG the first existing one is read. */
export function kubeconfigFileFrom(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  home: Home,
): string {
  if (option !== undefined) return option;
  const listed = (env['KUBECONFIG'] ?? '').split(':').filter((file) => file !== '');
  const [first] = listed;
  if (first !== undefined) return listed.find((file) => existsSync(file)) ?? first;
  const users = join(homedir(), '.kube', 'config');
  return existsSync(home.kubeconfig) || !existsSync(users) ? home.kubeconfig : users;
}
