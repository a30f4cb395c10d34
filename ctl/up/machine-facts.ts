// Looks at the machine for `planSetup`. Changes nothing.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { findEtcd } from '@gantry/kit/etcd-process';
import type { Home } from '../home.ts';
import { dockerSilence } from './docker-engine.ts';
import { isInstalled } from './run-program.ts';
import type { SetupOptions } from './setup.ts';
import type { MachineFacts } from './setup-plan.ts';

/** A port that `up` wants, unless a process of ours holds it already. */
export interface WantedPort {
  port: number;
  usedFor: string;
  option: string;
}

/** Gathers all facts at once. */
export async function readMachineFacts(home: Home, options: SetupOptions): Promise<MachineFacts> {
  const [silence, dockerd, apt, iptables, iproute, haproxy, conntrack, etcd, taken] = await Promise.all([
    dockerSilence(options.dockerSocket),
    isInstalled('dockerd'),
    isInstalled('apt-get'),
    isInstalled('iptables'),
    isInstalled('ip'),
    isInstalled('haproxy'),
    isInstalled('conntrack'),
    options.needsEtcd ? hasEtcd(home) : true,
    Promise.all(options.wantedPorts.map(async (wanted) => ((await isFree(wanted.port)) ? [] : [wanted]))),
  ]);
  return {
    nodeMajor: Number(process.versions.node.split('.')[0]),
    nodeVersion: process.version,
    platform: process.platform,
    root: process.getuid?.() === 0,
    dockerAnswers: silence === undefined,
    ...(silence === undefined ? {} : { dockerError: silence }),
    dockerSocket: options.dockerSocket,
    dockerdInstalled: dockerd,
    needsHosts: options.needsHosts,
    systemd: existsSync('/run/systemd/system'),
    apt,
    etcdUsable: etcd,
    busybox: existsSync('/bin/busybox'),
    iptables,
    iproute,
    haproxy,
    conntrack,
    // By its path: an npm package brings a program of the same name.
    nft: existsSync('/usr/sbin/nft') || existsSync('/sbin/nft'),
    portsTaken: taken.flat(),
  };
}

async function hasEtcd(home: Home): Promise<boolean> {
  return findEtcd({ env: process.env, stateFolder: home.root }).then(
    () => true,
    () => false,
  );
}

/** Whether a port on loopback can be listened on. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
