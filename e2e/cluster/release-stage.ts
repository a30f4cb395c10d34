// Releases on hosts of their own, for tests and benchmarks: Rollouts as they stand, and load on their Services meanwhile.
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import type { HostsWorld } from './hosts-world.ts';
import { startLoad, type LoadWish, type RunningLoad } from './load/load.ts';
import { waitFor } from './local-world.ts';
import { Stage } from './stage.ts';

/** Where all of them live. */
export const RELEASES = 'default';
const SO_WITHIN_MS = 120_000;

/** A cluster on hosts, with looks at its Rollouts. */
export class ReleaseStage extends Stage {
  readonly #made: HostsWorld;

  constructor(made: HostsWorld) {
    super(made.world);
    this.#made = made;
  }

  /** Waits until the newest spec of a Rollout has been seen, and for what `has` looks for. */
  async until(name: string, what: string, has: (rollout: Rollout) => boolean): Promise<Rollout> {
    let rollout = await this.rollout(name);
    await waitFor(
      `${name} is ${what}`,
      async () => {
        rollout = await this.rollout(name);
        return rollout.status?.observedGeneration === String(rollout.metadata.generation) && has(rollout);
      },
      SO_WITHIN_MS,
    ).catch((error: unknown) => {
      throw new Error(`${name}: ${JSON.stringify(rollout.status)}`, { cause: error });
    });
    return rollout;
  }

  async rollout(name: string): Promise<Rollout> {
    return this.client.get(rolloutKind, { namespace: RELEASES, name });
  }

  async healthy(name: string): Promise<Rollout> {
    return this.until(name, 'healthy', ({ status }) => status?.phase === 'Healthy');
  }

  /** Waits until all proxies have confirmed that share of the new version. */
  async atWeight(name: string, percent: number): Promise<Rollout> {
    return this.until(name, `at ${percent} %`, (rollout) => confirmedWeight(rollout) === percent);
  }

  async patchStatus(name: string, status: object): Promise<void> {
    const key = { namespace: RELEASES, name };
    await this.client.patch(rolloutKind, key, 'merge', { status }, { subresource: 'status' });
  }

  async addressOf(service: string): Promise<string> {
    const { spec } = await this.client.get(serviceKind, { namespace: RELEASES, name: service });
    return spec.clusterIP ?? '';
  }

  /**
   * Requests to port 80 of a Service, over connections that stay and over one each.
   *
   * @param host from which one, counted from 0.
   */
  async load(service: string, host: number, wish: Partial<LoadWish> = {}): Promise<RunningLoad> {
    const target = { host: await this.addressOf(service), port: 80 };
    const targets = { 'keep-alive': target, new: target };
    return startLoad(this.through(host), { targets, clients: 2, pauseMs: 10, ...wish });
  }

  /** {@link load} from all hosts. */
  async loadFromAll(service: string, wish: Partial<LoadWish> = {}): Promise<RunningLoad[]> {
    return Promise.all(this.#made.hosts.map((_, host) => this.load(service, host, wish)));
  }

  /** What a program is started through to be on that host. */
  through(host: number): readonly string[] {
    return this.#made.hosts[host]?.through ?? [];
  }
}

/** The share of the new version in percent, once all proxies have confirmed it. */
export function confirmedWeight({ status }: Rollout): number | undefined {
  return status?.canary?.weights?.verified === true ? status.canary.weights.canary.weight : undefined;
}
