// The text of a pod's /etc/hosts and /etc/hostname. Pure.

const LOOPBACK = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'ff00::0\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/** The names that a pod knows without asking anyone. */
export function renderHosts(ip: string, hostname: string): string {
  return [...LOOPBACK, `${ip}\t${hostname}`, ''].join('\n');
}

/** One line. */
export function renderHostname(hostname: string): string {
  return `${hostname}\n`;
}
