// A host as it stands before a port. Pure.

/** IPv6 addresses need brackets. */
export function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
