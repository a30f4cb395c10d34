// Where the system's own programs are looked for: before all else, since an npm package may bring a program called
// `nft` too, and a login without root's PATH has none of these folders.

/** The environment for programs of the system. */
export function systemEnvironment(): NodeJS.ProcessEnv {
  const folders = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/bin', '/bin', process.env['PATH'] ?? ''];
  return { ...process.env, PATH: folders.join(':') };
}
