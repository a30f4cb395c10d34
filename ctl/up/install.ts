// Carries out the set-up plan: packages by apt, etcd from a newer Debian suite, the engine started.
import {
  copyFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationalError, messageOf } from '@gantry/kit/operational-error';
import type { Home } from '../home.ts';
import { startDockerd } from './docker-engine.ts';
import { runProgram } from './run-program.ts';
import type { SetupStep } from './setup-plan.ts';

/** Debian 12's own etcd is 3.4, end of life; these suites carry 3.5 and it needs nothing but libc. */
const ETCD_SUITES = ['trixie', 'sid'];
const APT_TIMEOUT_MS = 170_000;

/** Says what is being done. */
export type Say = (sentence: string) => void;

/** Does one step. @throws OperationalError with a sentence and its remedy. */
export async function performSetupStep(
  step: SetupStep,
  home: Home,
  socketPath: string,
  say: Say,
): Promise<void> {
  switch (step.type) {
    case 'apt-install':
      say(`Installing ${step.packages.join(', ')} (apt; ${step.why})`);
      return aptInstall(step.packages);
    case 'fetch-etcd':
      say('Fetching etcd 3.5 into the state folder (apt)');
      return fetchEtcd(home);
    case 'start-docker-service':
      say('Starting the Docker engine (systemctl)');
      await runProgram('systemctl', ['start', 'docker']);
      return;
    case 'start-dockerd':
      say('Starting the Docker engine (dockerd, in the background; no init system here)');
      return startDockerd(home, socketPath);
  }
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = (): Promise<string> =>
    runProgram('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
      env,
      timeoutMs: APT_TIMEOUT_MS,
    });
  try {
    await runProgram('apt-get', ['update'], { env, timeoutMs: APT_TIMEOUT_MS });
    await install();
  } catch (error) {
    throw new OperationalError(
      'install-failed',
      `apt-get could not install ${packages.join(', ')}: ${messageOf(error)}. Install them by hand and run it again.`,
      { cause: error },
    );
  }
}

/** Uses the machine's own package source, only with another suite's name, and touches nothing of its apt state. */
async function fetchEtcd(home: Home): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'gantry-etcd-'));
  try {
    const failures: string[] = [];
    for (const suite of ETCD_SUITES) {
      try {
        await downloadEtcd(work, suite);
        placeBinaries(work, home);
        return;
      } catch (error) {
        failures.push(`${suite}: ${messageOf(error)}`);
      }
    }
    throw new OperationalError(
      'etcd-not-found',
      `No etcd 3.5 could be fetched (${failures.join('; ')}). Put an etcd 3.5 binary on PATH and run it again.`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function downloadEtcd(work: string, suite: string): Promise<void> {
  const { uri, signedBy } = debianSource();
  mkdirSync(join(work, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  const options = signedBy === undefined ? '' : ` [signed-by=${signedBy}]`;
  writeFileSync(join(work, 'sources.list'), `deb${options} ${uri} ${suite} main\n`);
  const apt = [
    ...['-o', `Dir::Etc::sourcelist=${join(work, 'sources.list')}`, '-o', 'Dir::Etc::sourceparts=/dev/null'],
    ...['-o', `Dir::State::lists=${join(work, 'lists')}`, '-o', `Dir::Cache=${join(work, 'cache')}`],
    ...['-o', 'APT::Sandbox::User=root'],
  ];
  await runProgram('apt-get', [...apt, 'update'], { cwd: work, timeoutMs: APT_TIMEOUT_MS });
  await runProgram('apt-get', [...apt, 'download', 'etcd-server'], { cwd: work, timeoutMs: APT_TIMEOUT_MS });
  const archive = readdirSync(work).find((file) => file.startsWith('etcd-server') && file.endsWith('.deb'));
  if (archive === undefined) throw new OperationalError('etcd-not-found', 'apt-get downloaded nothing');
  await runProgram('dpkg', ['-x', archive, join(work, 'unpacked')], { cwd: work });
}

function placeBinaries(work: string, home: Home): void {
  mkdirSync(home.bin, { recursive: true });
  copyFileSync(join(work, 'unpacked', 'usr', 'bin', 'etcd'), join(home.bin, 'etcd'));
  chmodSync(join(home.bin, 'etcd'), 0o755);
}

/** The first Debian package source of this machine, in either of apt's two formats. */
function debianSource(): { uri: string; signedBy?: string } {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...safeList(folder)
      .filter((file) => /\.(list|sources)$/.test(file))
      .map((file) => join(folder, file)),
  ];
  for (const file of files) {
    const found = readSource(safeRead(file));
    if (found !== undefined) return found;
  }
  throw new OperationalError('no-apt-source', 'apt has no Debian package source configured');
}

/** Finds the main archive (its path ends in `/debian`) in a sources file. Exported for its test. */
export function readSource(text: string): { uri: string; signedBy?: string } | undefined {
  const uri = /(?:^URIs:|^deb\b.*?)\s+(https?:\/\/\S+\/debian\/?)(?:\s|$)/m.exec(text)?.[1];
  if (uri === undefined) return undefined;
  const signedBy = /signed-by[:=]\s*([^\s\]]+)/i.exec(text)?.[1];
  return signedBy === undefined ? { uri } : { uri, signedBy };
}

function safeList(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function safeRead(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
