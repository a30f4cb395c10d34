// Decides what a machine lacks for a local cluster, and what cannot be helped. Pure: facts in, steps out.

/** What was found on the machine. */
export interface MachineFacts {
  nodeMajor: number;
  nodeVersion: string;
  platform: string;
  root: boolean;
  dockerAnswers: boolean;
  /** Why it does not answer, e.g. `permission denied`. */
  dockerError?: string;
  dockerSocket: string;
  dockerdInstalled: boolean;
  /** Whether this machine is to play further hosts, each with an engine of its own. */
  needsHosts: boolean;
  systemd: boolean;
  apt: boolean;
  etcdUsable: boolean;
  busybox: boolean;
  iptables: boolean;
  /** For Services: what spreads requests, and what leads them there. */
  /** The program `ip`. */
  iproute: boolean;
  haproxy: boolean;
  conntrack: boolean;
  nft: boolean;
  /** Wanted ports that something else listens on. */
  portsTaken: readonly { port: number; usedFor: string; option: string }[];
}

/** One thing to be done, in order. */
export type SetupStep =
  | { type: 'apt-install'; packages: readonly string[]; why: string }
  | { type: 'fetch-etcd' }
  | { type: 'start-docker-service' }
  | { type: 'start-dockerd' };

/** What keeps the cluster from starting: one sentence, and what to do. */
export interface SetupProblem {
  sentence: string;
  remedy: string;
}

export interface SetupPlan {
  steps: readonly SetupStep[];
  problems: readonly SetupProblem[];
}

/** Oldest Node that Gantry runs on. */
export const NODE_MAJOR_MIN = 20;

/** What to install and start, or why it cannot work. */
export function planSetup(facts: MachineFacts): SetupPlan {
  const problems = [
    ...basicProblems(facts),
    ...dockerProblems(facts),
    ...hostProblems(facts),
    ...etcdProblems(facts),
    ...portProblems(facts),
  ];
  return problems.length > 0 ? { steps: [], problems } : { steps: stepsFor(facts), problems };
}

function stepsFor(facts: MachineFacts): SetupStep[] {
  const steps: SetupStep[] = [];
  const packages = wantedPackages(facts);
  if (packages.length > 0) steps.push({ type: 'apt-install', packages, why: 'not on this machine yet' });
  if (!facts.etcdUsable) steps.push({ type: 'fetch-etcd' });
  if (!facts.dockerAnswers) steps.push({ type: facts.systemd ? 'start-docker-service' : 'start-dockerd' });
  return steps;
}

function wantedPackages(facts: MachineFacts): string[] {
  if (!facts.root || !facts.apt) return [];
  const packages: string[] = [];
  const startsEngines = !facts.dockerAnswers || facts.needsHosts;
  if (startsEngines && !facts.dockerdInstalled) packages.push('docker.io');
  if (startsEngines && !facts.iptables) packages.push('iptables');
  if (!facts.busybox) packages.push('busybox-static');
  if (!facts.iproute) packages.push('iproute2');
  if (!facts.haproxy) packages.push('haproxy');
  if (!facts.conntrack) packages.push('conntrack');
  if (!facts.nft) packages.push('nftables');
  return packages;
}

function basicProblems(facts: MachineFacts): SetupProblem[] {
  const problems: SetupProblem[] = [];
  if (facts.nodeMajor < NODE_MAJOR_MIN) {
    problems.push({
      sentence: `Gantry needs Node ${NODE_MAJOR_MIN} or newer; this is ${facts.nodeVersion}.`,
      remedy: `Install Node ${NODE_MAJOR_MIN} and run it again.`,
    });
  }
  if (facts.platform !== 'linux') {
    problems.push({
      sentence: `A node needs Linux; this is ${facts.platform}.`,
      remedy: 'Run it on a Linux machine or in a Linux virtual machine.',
    });
  }
  return problems;
}

function dockerProblems(facts: MachineFacts): SetupProblem[] {
  if (facts.dockerAnswers || facts.platform !== 'linux') return [];
  const silent = `No Docker engine answers at ${facts.dockerSocket}${facts.dockerError ? ` (${facts.dockerError})` : ''}`;
  if (!facts.root) {
    return [
      {
        sentence: `${silent}, and only root can install or start one.`,
        remedy: 'Run it as root, or start Docker and add yourself to the group `docker`.',
      },
    ];
  }
  if (facts.dockerdInstalled || facts.apt) return [];
  return [
    {
      sentence: `${silent}, and this machine has neither dockerd nor apt-get to install it.`,
      remedy: 'Install the Docker engine (20.10 or newer) and run it again.',
    },
  ];
}

function hostProblems(facts: MachineFacts): SetupProblem[] {
  if (!facts.needsHosts || facts.platform !== 'linux') return [];
  if (!facts.root) {
    return [
      {
        sentence: 'Only root can make further hosts on this machine (--nodes).',
        remedy: 'Run it as root, or leave --nodes out.',
      },
    ];
  }
  // Without an answer from an engine this has been said already.
  if (facts.dockerdInstalled || facts.apt || !facts.dockerAnswers) return [];
  return [
    {
      sentence:
        'Each further host (--nodes) runs an engine, and this machine has neither dockerd nor apt-get.',
      remedy: 'Install the Docker engine (20.10 or newer) and run it again, or leave --nodes out.',
    },
  ];
}

function etcdProblems(facts: MachineFacts): SetupProblem[] {
  if (facts.etcdUsable || facts.apt || facts.platform !== 'linux') return [];
  return [
    {
      sentence: 'No etcd 3.5 or newer is on this machine, and there is no apt-get to fetch it with.',
      remedy: 'Put an etcd 3.5 binary on PATH, or name a cluster with --etcd URL[,URL].',
    },
  ];
}

function portProblems(facts: MachineFacts): SetupProblem[] {
  return facts.portsTaken.map(({ port, usedFor, option }) => ({
    sentence: `Port ${port} on 127.0.0.1, wanted for ${usedFor}, is taken by another program.`,
    remedy: `End that program, or choose another port with ${option} PORT.`,
  }));
}
