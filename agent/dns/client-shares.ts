// How much of the DNS one client may have, so that none takes it from the others. What is remembered is bounded; a
// client that is forgotten begins anew.
import type { Clock } from '@gantry/kit/clock';
import { RecentMap } from '@gantry/kit/recent-map';
import { TokenBucket, type RateLimit } from '@gantry/kit/token-bucket';

/** Questions of one client. Pods that look names up for each request stay below. */
export const CLIENT_RATE: RateLimit = { perSecond: 1_000, burst: 2_000 };
/** Questions of one client that others are asked at a time. */
export const CLIENT_FORWARDS_MAX = 64;
/** A node has 110 pods; what is more is somebody who invents addresses. */
const CLIENTS_MAX = 4_096;

interface Share {
  readonly questions: TokenBucket;
  forwards: number;
}

export class ClientShares {
  readonly #clock: Clock;
  readonly #shares = new RecentMap<Share>(CLIENTS_MAX);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the client may ask one more question. */
  tryAsk(client: string): boolean {
    return this.#shareOf(client).questions.tryTake();
  }

  /** @returns what to call when it is over; undefined when the client has too many under way. */
  tryForward(client: string): (() => void) | undefined {
    const share = this.#shareOf(client);
    if (share.forwards >= CLIENT_FORWARDS_MAX) return undefined;
    share.forwards += 1;
    return () => {
      share.forwards -= 1;
    };
  }

  #shareOf(client: string): Share {
    const known = this.#shares.get(client);
    if (known !== undefined) return known;
    const share = { questions: new TokenBucket(this.#clock, CLIENT_RATE), forwards: 0 };
    this.#shares.set(client, share);
    return share;
  }
}
