// Where to listen on this machine. Pure.
import { isIP } from 'node:net';
import { CliError, EXIT } from '../command.ts';

/** An address to listen at. */
export interface LocalAddress {
  host: string;
  /** Whether it is an error when it cannot be listened at: a machine may have no IPv6. */
  required: boolean;
}

/** Reads `--address`: a list with commas, of addresses and `localhost`. @throws CliError for anything else. */
export function localAddresses(text: string): LocalAddress[] {
  const addresses = text.split(',').flatMap((word): LocalAddress[] => {
    const host = word.trim();
    if (host === 'localhost') {
      return [
        { host: '127.0.0.1', required: true },
        { host: '::1', required: false },
      ];
    }
    if (isIP(host) !== 0) return [{ host, required: true }];
    throw new CliError(`--address "${word}" is no address of a machine.`, {
      exitCode: EXIT.usage,
      nextStep: 'Give IP addresses or localhost, with commas between them; 0.0.0.0 is every IPv4 address.',
    });
  });
  return addresses.filter(({ host }, index) => addresses.findIndex((one) => one.host === host) === index);
}

/** `127.0.0.1:80`, `[::1]:80` */
export function endpointText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
