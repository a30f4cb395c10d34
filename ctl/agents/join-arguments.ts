// Checks what `gantry agent join` was given. Pure.
import { CliError, EXIT } from '../command.ts';

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

/** The node's name. @throws CliError. */
export function nodeNameFrom(text: string): string {
  const name = text.toLowerCase();
  if (NAME.test(name)) return name;
  throw new CliError(`--name "${text}" must be lower case letters, digits, "-" and ".".`, {
    exitCode: EXIT.usage,
  });
}
