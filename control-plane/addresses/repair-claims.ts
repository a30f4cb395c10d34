// The leader compares objects and claims now and then, and repairs what does not fit. Each repair is one transaction on
// condition that all is as it was observed, so that it can run beside any writer.
import { resourceIdOf } from '@gantry/api/definition';
import { keyOf, keyText } from '@gantry/api/meta';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { EventRecorder } from '../engine/events.ts';
import type { Fence } from '../engine/write-context.ts';
import { CLAIMS_PREFIX, holderOf } from '../resources/claims.ts';
import { commitWrite } from '../resources/commit-write.ts';
import type { ResourcesDeps } from '../resources/deps.ts';
import { storeKeyOf } from '../resources/object-key.ts';
import type { Condition, Entry, Store, Write } from '../store/store.ts';
import { planRepair, type Repair } from './plan-repair.ts';

/** What the repair needs. */
export interface RepairDeps {
  store: Pick<Store, 'list'>;
  resourcesDeps: ResourcesDeps;
  events: EventRecorder;
  fence: Fence;
  clock: Clock;
  logger: Logger;
}

const REPAIR_EVERY_MS = 10 * 60_000;
const RETRY_AFTER_MS = 10_000;
const PAGE = 1_000;
const SOURCE = 'claim-repair';

/** Repairs until the signal is aborted, first at once; does not throw. */
export async function runRepair(deps: RepairDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = REPAIR_EVERY_MS;
    try {
      await repairOnce(deps, signal);
    } catch (error) {
      if (signal.aborted || codeOf(error) === 'fenced') return;
      deps.logger.warn('claims not compared', { error: messageOf(error) });
      pauseMs = RETRY_AFTER_MS;
    }
    await sleep(deps.clock, pauseMs, signal).catch(() => undefined);
  }
}

/** One round. @returns what was repaired or found. */
export async function repairOnce(deps: RepairDeps, signal: AbortSignal): Promise<readonly Repair[]> {
  const { cache, claims: allRules = [] } = deps.resourcesDeps;
  const claims = await claimsNow(deps.store, signal);
  await cache.waitForNewest(signal);
  const listed = allRules.map((rules) => ({ rules, objects: cache.list(rules.definition) }));
  const repairs = planRepair(claims, listed);
  for (const repair of repairs) await perform(deps, repair, signal);
  return repairs;
}

async function claimsNow(store: Pick<Store, 'list'>, signal: AbortSignal): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let more = true, startAfter: string | undefined, revision = 0; more;) {
    const options = { limit: PAGE, revision, signal, ...(startAfter === undefined ? {} : { startAfter }) };
    const page = await store.list(CLAIMS_PREFIX, options);
    entries.push(...page.entries);
    ({ more, revision } = page);
    startAfter = page.entries.at(-1)?.key;
  }
  return entries;
}

async function perform(deps: RepairDeps, repair: Repair, signal: AbortSignal): Promise<void> {
  if (repair.type === 'clash') {
    tellClash(deps, repair);
    return;
  }
  const { conditions, write } = repair.type === 'claim' ? claiming(repair) : releasing(repair);
  const context = { fence: deps.fence(), signal };
  const outcome = await commitWrite(deps.resourcesDeps, conditions, [write], context);
  if (outcome.ok) deps.logger.warn('claim repaired', { repair: repair.type, key: write.key });
}

function claiming({ holding }: Extract<Repair, { type: 'claim' }>): {
  conditions: Condition[];
  write: Write;
} {
  const { definition, object, claim } = holding;
  const modRevision = Number(object.metadata.resourceVersion);
  return {
    conditions: [
      { key: claim.key, modRevision: 0 },
      { key: storeKeyOf(definition, keyOf(object)), modRevision },
    ],
    write: { type: 'put', key: claim.key, value: JSON.stringify(holderOf(definition, object)) },
  };
}

function releasing({ entry, named }: Extract<Repair, { type: 'release' }>): {
  conditions: Condition[];
  write: Write;
} {
  const { key, modRevision } = entry;
  const conditions = [{ key, modRevision }];
  if (named !== undefined)
    conditions.push({ key: storeKeyOf(named.definition, named.key), modRevision: named.modRevision });
  return { conditions, write: { type: 'delete', key } };
}

function tellClash(deps: RepairDeps, { holding, owner }: Extract<Repair, { type: 'clash' }>): void {
  const { object, claim, definition } = holding;
  const other = `${owner.resource} ${keyText(owner)}`;
  deps.logger.error('given out twice', {
    key: claim.key,
    object: `${resourceIdOf(definition)} ${keyText(keyOf(object))}`,
    owner: other,
  });
  deps.events.record(
    {
      regarding: object,
      severity: 'Warning',
      reason: 'AlreadyAllocated',
      message: `${claim.path} ${String(claim.value)} belongs to ${other}: delete one of the two and make it again`,
    },
    SOURCE,
  );
}
