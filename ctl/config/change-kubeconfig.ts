// Changes to the text of a kubeconfig that leave everything else in it as it was, comments included. Pure.
import { isMap, parseDocument } from 'yaml';
import { CliError } from '../command.ts';
import type { Kubeconfig } from '../kubeconfig.ts';

/** The text with another current context. @throws CliError when there is no such context. */
export function withCurrentContext(text: string, name: string): string {
  const document = parseDocument(text);
  indexOfContext(document.toJS() as Kubeconfig, name);
  document.set('current-context', name);
  return document.toString({ lineWidth: 0 });
}

/** The text with another namespace for a context. */
export function withNamespace(text: string, contextName: string, namespace: string): string {
  const document = parseDocument(text);
  const index = indexOfContext(document.toJS() as Kubeconfig, contextName);
  const context = document.getIn(['contexts', index, 'context']);
  if (!isMap(context))
    throw new CliError(`The context "${contextName}" holds nothing that could be changed.`);
  context.set('namespace', namespace);
  return document.toString({ lineWidth: 0 });
}

function indexOfContext(config: Kubeconfig, name: string): number {
  const contexts = config.contexts ?? [];
  const index = contexts.findIndex((context) => context.name === name);
  if (index !== -1) return index;
  const known = contexts.map((context) => context.name).join(', ');
  throw new CliError(`There is no context "${name}".`, {
    nextStep: known === '' ? 'The kubeconfig has no contexts.' : `There are: ${known}.`,
  });
}
