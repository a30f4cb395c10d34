// The image of the demo, made on this machine from Debian's static busybox: no registry is asked.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { pack } from 'tar-stream';

/** Names under which the demo's manifests use it: two versions, for an update worth watching. */
export const DEMO_IMAGES = ['gantry.local/demo:1', 'gantry.local/demo:2'] as const;

const BUSYBOX = '/bin/busybox';
const APPLETS = [
  'sh',
  'httpd',
  'sleep',
  'echo',
  'cat',
  'date',
  'ls',
  'ps',
  'wget',
  'env',
  'hostname',
  'nc',
  'tar',
  'test',
  'mkdir',
  'mv',
  'chmod',
];
/**
 * Serves `/www` on port 8080; `hostname` and the version make each answer tell who gave it. With FAIL=50 half of the answers
 * are 500: a version worth rolling back. (Without index.html httpd asks `cgi-bin/index.cgi`.)
 */
const START_SCRIPT = `#!/bin/sh
mkdir -p /www
echo "hello from \${HOSTNAME:-$(hostname)}, version \${VERSION:-@VERSION@}" > /www/index.html
echo ok > /www/healthz
if [ "\${FAIL:-0}" -gt 0 ]; then
  mkdir -p /www/cgi-bin
  mv /www/index.html /www/page
  cat > /www/cgi-bin/index.cgi <<END
#!/bin/sh
if [ \\$((\\$\\$ % 100)) -lt $FAIL ]; then echo "Status: 500 Internal Server Error"; fi
echo
cat /www/page
END
  chmod +x /www/cgi-bin/index.cgi
fi
echo "demo version \${VERSION:-@VERSION@} listens on port 8080"
httpd -f -v -p 8080 -h /www &
# The kernel keeps TERM from a first process that does not listen for it.
trap "kill $!; exit 0" TERM INT
wait $!
`;
/** On the image: what it was made from, so that one of an earlier Gantry is made anew. */
const LABEL = 'gantry.dev/demo';
const CHANGES = [
  'CMD ["/start"]',
  'ENV PATH=/bin',
  'EXPOSE 8080',
  `LABEL ${LABEL}=${demoImageFingerprint()}`,
];

/** Makes the demo's images where they are missing. @returns the names of those made; empty without busybox. */
export async function makeDemoImages(socketPath: string): Promise<string[]> {
  if (!existsSync(BUSYBOX)) return [];
  const docker = new Docker({ socketPath });
  const made: string[] = [];
  for (const name of DEMO_IMAGES) {
    if (await hasImage(docker, name)) continue;
    await importImage(docker, name);
    made.push(name);
  }
  return made;
}

/** Removes the demo's images; containers of others that still use them keep them. */
export async function removeDemoImages(socketPath: string): Promise<void> {
  const docker = new Docker({ socketPath });
  for (const name of DEMO_IMAGES) {
    await docker
      .getImage(name)
      .remove()
      .catch(() => undefined);
  }
}

async function hasImage(docker: Docker, name: string): Promise<boolean> {
  return docker
    .getImage(name)
    .inspect()
    .then(
      ({ Config }) => Config.Labels?.[LABEL] === demoImageFingerprint(),
      () => false,
    );
}

async function importImage(docker: Docker, name: string): Promise<void> {
  const version = name.slice(name.lastIndexOf(':') + 1);
  const archive = pack();
  archive.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync(BUSYBOX));
  for (const applet of APPLETS)
    archive.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' });
  for (const folder of ['tmp', 'www', 'etc']) archive.entry({ name: folder, type: 'directory', mode: 0o777 });
  archive.entry({ name: 'start', mode: 0o755 }, START_SCRIPT.replaceAll('@VERSION@', version));
  archive.finalize();
  const [repo, tag] = [name.slice(0, name.lastIndexOf(':')), version];
  const stream = await docker.importImage(Readable.from(archive), { repo, tag, changes: CHANGES });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Identity of the demo image's content, for tests. */
export function demoImageFingerprint(): string {
  return createHash('sha256').update(START_SCRIPT).digest('hex').slice(0, 12);
}
