// Where a port of a Service leads in the words of the maps: its slot, its split, or a backend that says that nobody is
// there. Pure.
import type { Choice } from './choices.ts';
import type { ProxyService, ProxyState } from './proxy-state.ts';
import type { Share } from './routes/routing.ts';
import { livingShares } from './splits/living-shares.ts';

/** Map value of an HTTP Service without a server: a backend that says so. */
export const NO_ENDPOINT_SLOT = 'http-no-endpoint';
/** Where requests go whose Service is not there: a backend that says so. */
export const NO_SERVICE_SLOT = 'http-no-service';

export class Places {
  readonly #state: ProxyState;
  readonly #assigned: ReadonlyMap<string, string>;
  readonly #byKey: ReadonlyMap<string, ProxyService>;

  constructor(state: ProxyState, assigned: ReadonlyMap<string, string>) {
    this.#state = state;
    this.#assigned = assigned;
    this.#byKey = new Map(state.services.map((service) => [service.key, service]));
  }

  /** Where those go who ask for a port of a Service; undefined where connections are reset. */
  entranceOf(key: string): string | undefined {
    const { http, tcp } = this.#state.routes.splits;
    return http.get(key)?.id ?? this.#slotOf(tcp.get(key) ?? key);
  }

  /** Of all rules of routes and splits. */
  choices(): Choice[] {
    const { shares, routing, splits } = this.#state.routes;
    const tcp = new Set(
      routing.frontends.flatMap((frontend) => (frontend.protocol === 'tcp' ? frontend.rule : [])),
    );
    const weightsOf = (given: readonly Share[]): number[] => given.map(({ weight }) => weight);
    const routed = [...shares].map(([rule, given]): Choice => {
      const nowhere = tcp.has(rule) ? undefined : NO_SERVICE_SLOT;
      const targets = given.map(({ service = '' }) => this.entranceOf(service) ?? nowhere);
      return { rule, weights: weightsOf(given), targets };
    });
    const split = [...splits.http.values()].flatMap(({ rules }) =>
      rules.map(({ rule, shares: given, isSticky }): Choice => {
        const asked = isSticky ? weightsOf(given) : undefined;
        // Each backend stands for its own pods, whatever splits there are.
        const targets = given.map(({ service = '' }) => this.#slotOf(service) ?? NO_SERVICE_SLOT);
        return { rule, weights: livingShares(given, this.#byKey), asked, targets };
      }),
    );
    return [...routed, ...split];
  }

  /** Slots of those who get copies, by mirror. Each stands for its own pods; who has none gets none. */
  mirrors(): Map<string, string> {
    const found = new Map<string, string>();
    for (const [id, key] of this.#state.routes.mirrored) {
      const slot = this.#slotOf(key);
      if (slot !== undefined && slot !== NO_ENDPOINT_SLOT) found.set(id, slot);
    }
    return found;
  }

  /** A TCP Service without servers is in no map: its connections are reset. */
  #slotOf(key: string): string | undefined {
    const service = this.#byKey.get(key);
    if (service === undefined) return undefined;
    if (service.servers.length > 0) return this.#assigned.get(key);
    return service.mode === 'http' ? NO_ENDPOINT_SLOT : undefined;
  }
}
