// Who is asked by metrics of the provider `web` in the simulated world: an address has its mind made up about each version,
// takes its time, and is not always there.
import type { Http } from '@gantry/control-plane/analysis/providers/http';
import { sleep } from '@gantry/kit/clock';
import { hashText } from './hash-text.ts';
import type { SimProcess } from './process.ts';

const ANSWER_MAX_MS = 400;
const AWAY_CHANCE = 0.1;
/** In a hundred versions so many are good, bad and neither; of the rest nothing is ever known. */
const GOOD = 70;
const BAD = 15;
const UNDECIDED = 8;

/** For one replica. */
export function simProvider(seed: number, { clock, random }: Pick<SimProcess, 'clock' | 'random'>): Http {
  return async ({ url }, signal) => {
    await sleep(clock, random.next() * ANSWER_MAX_MS, signal);
    const draw = hashText(`${seed}/${url}`) % 100;
    if (draw >= GOOD + BAD + UNDECIDED || random.next() < AWAY_CHANCE)
      throw new Error(`${new URL(url).host} cannot be reached`);
    const score = draw < GOOD ? 1 : draw < GOOD + BAD ? 0 : 0.5;
    return { status: 200, text: JSON.stringify({ score }) };
  };
}
