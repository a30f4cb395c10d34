// /version: which Kubernetes this API speaks. Clients compare major and minor with their own.

/** Kubernetes' version whose API is followed; kubectl warns when it is more than one minor away. */
const MAJOR = '1';
const MINOR = '32';
const GANTRY_VERSION = '0.1.0';

/** Kubernetes' version.Info. `gitVersion` has to be a semantic version. */
export function versionInfo(): Readonly<Record<string, string>> {
  return {
    major: MAJOR,
    minor: MINOR,
    gitVersion: `v${MAJOR}.${MINOR}.0+gantry-${GANTRY_VERSION}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node${process.versions.node}`,
    compiler: 'node',
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  };
}
