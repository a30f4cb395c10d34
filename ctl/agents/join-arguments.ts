// Checks what `gantry agent join` was given. Pure.
import { HOLLOW_NODES_MAX } from '@gantry/kit/node-defaults';
import { CliError, EXIT } from '../command.ts';
import { wholeNumberOf } from '../whole-number.ts';

const NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;
const API_PORT = '6443';

/** `https://host:6443` of what the user typed. @throws CliError. */
export function serverFrom(text: string): string {
  const whole = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) {
    throw new CliError(`"${text}" is no address of a control plane.`, {
      exitCode: EXIT.usage,
      nextStep: 'Use the API address that `gantry up` printed, for example https://10.0.0.1:6443.',
    });
  }
  const url = new URL(whole);
  if (url.protocol === 'https:' && url.port === '' && !/:443\b/.test(whole)) url.port = API_PORT;
  return url.toString().replace(/\/+$/, '');
}

/** How many hollow nodes; undefined for a Docker engine. @throws CliError for what makes no sense together. */
export function hollowNodesFrom(flags: {
  runtime: string;
  nodes?: string;
  warmSandboxes?: string;
  serviceProxy?: string;
  podNetwork?: string;
}): number | undefined {
  const wrong = (sentence: string): CliError => new CliError(sentence, { exitCode: EXIT.usage });
  if (flags.runtime === 'docker') {
    if (flags.nodes === undefined) return undefined;
    throw wrong('--nodes needs --runtime hollow: a Docker engine is one node.');
  }
  if (flags.runtime !== 'hollow') throw wrong(`--runtime must be docker or hollow, not "${flags.runtime}".`);
  if (flags.warmSandboxes !== undefined)
    throw wrong('--warm-sandboxes makes no sense with --runtime hollow.');
  if (flags.serviceProxy !== undefined) throw wrong('--service-proxy makes no sense with --runtime hollow.');
  if (flags.podNetwork !== undefined) throw wrong('--pod-network makes no sense with --runtime hollow.');
  const nodes = wholeNumberOf(flags.nodes ?? '1', '--nodes');
  if (nodes < 1 || nodes > HOLLOW_NODES_MAX) {
    throw wrong(`--nodes must be 1 to ${String(HOLLOW_NODES_MAX)}, not ${String(nodes)}.`);
  }
  return nodes;
}

/** The node's name. @throws CliError. */
export function nodeNameFrom(text: string): string {
  const name = text.toLowerCase();
  if (NAME.test(name)) return name;
  throw new CliError(`--name "${text}" must be lower case letters, digits, "-" and ".".`, {
    exitCode: EXIT.usage,
  });
}
