// Reads, shows and changes the kubeconfig that is in force.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import { accessFrom, readKubeconfig, type Kubeconfig } from '../kubeconfig.ts';
import { alignColumns } from '../print/aligned.ts';
import { yamlText } from '@gantry/api/yaml-text';
import { withCurrentContext, withNamespace } from './change-kubeconfig.ts';
import { redacted } from './redact.ts';

/** `config view`. */
export function viewConfig(context: CommandContext, flags: { raw?: boolean; minify?: boolean }): void {
  const file = context.kubeconfigFile();
  const config = readKubeconfig(file);
  const shown = flags.minify === true ? minified(config, file) : config;
  context.io.out(yamlText(flags.raw === true ? shown : redacted(shown)));
}

function minified(config: Kubeconfig, file: string): Kubeconfig {
  const { contextName } = accessFrom(config, file);
  const used = config.contexts?.find(({ name }) => name === contextName);
  return {
    ...config,
    contexts: used === undefined ? [] : [used],
    clusters: (config.clusters ?? []).filter(({ name }) => name === used?.context.cluster),
    users: (config.users ?? []).filter(({ name }) => name === used?.context.user),
  };
}

/** `config current-context`. */
export function printCurrentContext(context: CommandContext): void {
  context.io.out(`${currentContext(readKubeconfig(context.kubeconfigFile()))}\n`);
}

function currentContext(config: Kubeconfig): string {
  const name = config['current-context'] ?? '';
  if (name !== '') return name;
  throw new CliError('No context is set.', { nextStep: 'Choose one: gantry config use-context NAME' });
}

/** `config get-contexts`. */
export function listContexts(context: CommandContext, nameOnly: boolean): void {
  const config = readKubeconfig(context.kubeconfigFile());
  const contexts = config.contexts ?? [];
  if (nameOnly) {
    for (const { name } of contexts) context.io.out(`${name}\n`);
    return;
  }
  const rows = contexts.map(({ name, context: { cluster, user, namespace = '' } }) => [
    name === config['current-context'] ? '*' : '',
    name,
    cluster,
    user,
    namespace,
  ]);
  context.io.out(alignColumns([['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE'], ...rows]));
}

/** `config use-context`. */
export function useContext(context: CommandContext, name: string): void {
  change(context, (text) => withCurrentContext(text, name));
  context.io.out(`Switched to context "${name}".\n`);
}

/** `config set-context`. */
export function setContext(
  context: CommandContext,
  name: string | undefined,
  flags: { current?: boolean },
  namespace: string | undefined,
): void {
  if ((name === undefined) !== (flags.current === true) || namespace === undefined) {
    throw new CliError('Name the context, or --current, and what to set.', {
      exitCode: EXIT.usage,
      nextStep: 'For example: gantry config set-context --current --namespace team-a',
    });
  }
  const wanted = name ?? currentContext(readKubeconfig(context.kubeconfigFile()));
  change(context, (text) => withNamespace(text, wanted, namespace));
  context.io.out(`Context "${wanted}" modified.\n`);
}

/** Written beside and renamed, so that the file is never half a file; readable by its owner only. */
function change(context: CommandContext, edit: (text: string) => string): void {
  const file = context.kubeconfigFile();
  if (!existsSync(file)) readKubeconfig(file);
  const text = edit(readFileSync(file, 'utf8'));
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
