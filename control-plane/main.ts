// The control plane as a program: reads its arguments, joins real parts, and stops in good order on a signal.
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@gantry/kit/clock';
import { createLogger, type Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { advertisedAddress } from './addresses/advertised.ts';
import { firstAddressOf } from './addresses/service-claims.ts';
import { readArguments, type ControlPlaneArguments } from './arguments.ts';
import { loadOrCreateKeys, writeKubeconfig, writeWhole, type ClusterKeys } from './auth/key-folder.ts';
import { createTokens, type Tokens } from './auth/tokens.ts';
import { clusterParts } from './cluster-parts.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { allControllers } from './controllers/all-controllers.ts';
import { createZoneMetrics } from './controllers/node-lifecycle/zone-metrics.ts';
import { startServer } from './server/server.ts';
import { createEtcdStore } from './store/etcd-store.ts';
import { createStoreMetrics } from './store/store-metrics.ts';

/** The join token on disk is for agents that are started beside the control plane. */
const JOIN_TOKEN_SECONDS = 86_400;
const JOIN_TOKEN_RENEWAL_MS = (JOIN_TOKEN_SECONDS * 1000) / 2;

/** The default of 10 ms wakes a quiet process a hundred times a second: a third of its idle work. */
const LOOP_DELAY_EVERY_MS = 500;

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  const logger = createLogger({ level: options.logLevel, fields: { part: 'control-plane' } });
  const signing = { nowMs: systemClock.nowMs(), random: systemRandom };
  const advertised = advertisedAddress(options.advertiseAddress, options.host, networkInterfaces());
  const names = serverNames(options, advertised);
  const keys = await loadOrCreateKeys(join(options.stateFolder, 'pki'), names, signing);
  const tokens = await createTokens(keys.tokenKey, keys.authorityFingerprint);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_DELAY_EVERY_MS });
  const storeMetrics = createStoreMetrics(registry);
  const store = createEtcdStore({
    endpoints: options.etcd,
    clock: systemClock,
    random: systemRandom,
    logger,
    metrics: storeMetrics,
  });
  const shared = { clock: systemClock, random: systemRandom, ids: systemIds, logger };
  const controlPlane = await startControlPlane({
    ...shared,
    store,
    metrics: { registry, store: storeMetrics },
    serve: (deps) => startServer(deps, { host: options.host, port: options.port, tls: tlsOf(keys) }),
    identity: `${hostname()}-${options.port}`,
    ranges: options.ranges,
    advertise: advertised,
    controllers: allControllers(systemClock, {
      ranges: options.ranges,
      zoneMetrics: createZoneMetrics(registry),
    }),
    parts: (cache) => clusterParts({ ...shared, keys, tokens, store, pageFolder: pageFolder() }, cache),
  });
  await keepJoinToken(options.stateFolder, tokens, logger);
  writeKubeconfig(join(options.stateFolder, 'kubeconfig'), controlPlane.url, keys);
  logger.info('control plane ready', { url: controlPlane.url });
  await untilSignal();
  logger.info('control plane stopping');
  await stop(controlPlane, store);
}

/** The page beside this package, in the same checkout: this file may be compiled, bundled or run as it is. */
function pageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (basename(folder) !== 'control-plane' && dirname(folder) !== folder) folder = dirname(folder);
  return join(dirname(folder), 'dashboard', 'dist', 'page');
}

function serverNames(
  options: ControlPlaneArguments,
  advertised: string,
): { dnsNames: string[]; ipAddresses: string[] } {
  const inCluster = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const addresses = [options.host, advertised, firstAddressOf(options.ranges.services.addresses)];
  const local = ['localhost', hostname(), '127.0.0.1', '::1'];
  const all = [...new Set([...local, ...inCluster, ...addresses, ...options.names])];
  const wildcards = new Set(['0.0.0.0', '::', '']);
  return {
    dnsNames: all.filter((name) => isIP(name) === 0 && name !== ''),
    ipAddresses: all.filter((name) => isIP(name) !== 0 && !wildcards.has(name)),
  };
}

/** The chain shows the CA too: an agent with only a join token finds it there by fingerprint. */
function tlsOf(keys: ClusterKeys): { key: string; cert: string; clientCa: string } {
  const { authority, server } = keys;
  return {
    key: server.key,
    cert: `${server.certificate}\n${authority.certificate}`,
    clientCa: authority.certificate,
  };
}

async function keepJoinToken(stateFolder: string, tokens: Tokens, logger: Logger): Promise<void> {
  const write = async (): Promise<void> => {
    const token = await tokens.issueJoinToken(JOIN_TOKEN_SECONDS, systemClock.nowMs());
    writeWhole(join(stateFolder, 'pki', 'join-token'), token);
  };
  await write();
  const renew = (): void => {
    systemClock.schedule(JOIN_TOKEN_RENEWAL_MS, () => {
      write().catch((error: unknown) => {
        logger.error('join token not renewed', { error: messageOf(error) });
      });
      renew();
    });
  };
  renew();
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}

async function stop(controlPlane: ControlPlane, store: { close(): Promise<void> }): Promise<void> {
  await controlPlane.stop();
  await store.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  process.stderr.write(`The control plane could not start: ${messageOf(error)}\n`);
  process.exit(1);
});
