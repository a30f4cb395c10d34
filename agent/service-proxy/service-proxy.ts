// The service proxy of a node: whole lists in, HAProxy and nftables in step with them. One pass at a time, always for
// the newest lists; what runs is looked at first, so that an agent that was started anew disturbs nothing.
import { childAbort } from '@gantry/kit/child-abort';
import { sleep, type Clock } from '@gantry/kit/clock';
import { invariant } from '@gantry/kit/invariant';
import type { Logger } from '@gantry/kit/logger';
import { messageOf, OperationalError } from '@gantry/kit/operational-error';
import type { Ids } from '@gantry/kit/random';
import {
  hasSplitNews,
  hasWithdrawn,
  UNCONFIRMED,
  type NodeProxy,
  type ProxyMetrics,
} from '../services/node-proxy.ts';
import { DrainWatch } from '../services/drain-watch.ts';
import type { ServiceLists } from '../services/service-lists.ts';
import type { ProxyTraffic } from '../traffic-metrics/traffic-meter.ts';
import { commandLines, verdictOf } from './cli-text.ts';
import { leftTargets, targetWords, type Target } from './datagrams.ts';
import { diffState } from './diff-state.ts';
import { FilesInStep, type ProxyFolder } from './files-in-step.ts';
import { heldPorts } from './held-ports.ts';
import type { HaproxyProcess } from './haproxy-process.ts';
import { layoutAfter, type Command } from './layout-commands.ts';
import { freshLayout, type Layout } from './layout.ts';
import { nftRules } from './nft-rules.ts';
import { describeIssue, proxyStateOf, type ProxyState } from './proxy-state.ts';
import { leavingIn, requestsUnderWay } from './requests-under-way.ts';
import { readRunning, type Running } from './running.ts';
import { renderConfig, type ProxySettings } from './render-config.ts';
import { RouteFallback } from './route-fallback.ts';
import { NO_ROUTE_LISTS } from './routes/route-lists.ts';

export interface ServiceProxyDeps {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  haproxy: HaproxyProcess;
  files: ProxyFolder;
  /** Has the kernel send the range's connections to HAProxy. Safe to repeat. */
  applyRules(rules: string, serviceCidr: string): Promise<void>;
  /** Ports of this host's network that somebody listens on, and who. */
  listeningPorts(): Promise<ReadonlyMap<number, string>>;
  /** Addresses of this host. */
  ownAddresses?(): ReadonlySet<string>;
  /** Makes sure that this host's network is ours to lead to Services. Safe to repeat. @throws OperationalError. */
  claimHost(): Promise<void>;
  /** Has the kernel forget flows of datagrams to what has left. */
  dropFlows(targets: readonly Target[], serviceCidr: string): Promise<void>;
  settings: Omit<ProxySettings, 'serviceCidr'>;
  /** Whoever counts what goes through. */
  traffic?: ProxyTraffic | undefined;
  /** How long requests to what has been taken out are waited for; see {@link DrainWatch}. */
  drainWithinMs?: number;
  /** Names this node in the table's comment. */
  owner: string;
}

export interface ServiceProxy extends NodeProxy {
  metrics(): ProxyMetrics;
  listenerFault(): string | undefined;
}

/** How soon a dead HAProxy is noticed, and servers with connections are asked again to leave. */
const LOOK_EVERY_MS = 1_000;
const RETRY_MS = 2_000;
/** Whoever flushes all rules of a host takes ours too: they are put back after this. */
const RULES_EVERY_MS = 15_000;
/** Reloads are gathered: each leaves a process behind until its last connection ends. */
const RELOAD_GAP_MS = 1_000;
const FAULT_LENGTH_MAX = 1_000;

export function createServiceProxy(deps: ServiceProxyDeps): ServiceProxy {
  return new Proxy(deps);
}

class Proxy implements ServiceProxy {
  readonly servesRoutes = true;
  readonly #deps: ServiceProxyDeps;
  readonly #files: FilesInStep;
  readonly #drains: DrainWatch;
  readonly #metrics = { applies: 0, failures: 0, commands: 0, reloads: 0, lastApplyMs: 0 };
  #lists: ServiceLists | undefined;
  #isNew = false;
  /** When the oldest news came that are not in force. */
  #waitingSinceMs: number | undefined;
  #wake = new AbortController();
  #applied: string | undefined;
  #appliedSplits: string | undefined;
  #error: string | undefined;
  #isAdopted = false;
  #onAwaited: () => void = () => undefined;
  /** What is known to run; undefined when it has to be looked at. */
  #running: Running | undefined;
  #rules: string | undefined;
  /** What datagrams may have been led to, as `address:port`; undefined when the disk has to be asked. */
  #targets: readonly string[] | undefined;
  #rulesAtMs = -Infinity;
  #issues = '';
  #reloadedAtMs = -Infinity;
  readonly #fallback = new RouteFallback();
  #listenerFault: string | undefined;

  constructor(deps: ServiceProxyDeps) {
    this.#deps = deps;
    this.#files = new FilesInStep(deps.files);
    const { clock, haproxy, drainWithinMs } = deps;
    const requestsTo = (keys: readonly string[]) => requestsUnderWay(haproxy, keys);
    this.#drains = new DrainWatch({ clock, drainWithinMs, requestsTo });
  }

  onServices(lists: ServiceLists): void {
    this.#lists = lists;
    this.#isNew = true;
    this.#waitingSinceMs ??= this.#deps.clock.nowMs();
    this.#wake.abort();
  }

  appliedRevision(): string | undefined {
    return this.#applied;
  }

  drainedRevision(): string | undefined {
    return this.#drains.revision();
  }

  appliedSplits(): string | undefined {
    return this.#appliedSplits;
  }

  error(): string | undefined {
    return this.#error;
  }

  listenerFault(): string | undefined {
    return this.#listenerFault;
  }

  metrics(): ProxyMetrics {
    return {
      ...this.#metrics,
      waitingSinceMs: this.#waitingSinceMs,
      appliedRevision: this.#applied,
      appliedSplitRevision: this.#appliedSplits,
    };
  }

  async run(onAwaited: () => void, signal: AbortSignal): Promise<void> {
    this.#onAwaited = onAwaited;
    await Promise.all([this.#keepInStep(signal), this.#drains.run(onAwaited, signal)]);
  }

  async #keepInStep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const lists = this.#lists;
      const isDue = lists !== undefined && (this.#isNew || (await this.#isOutOfStep()));
      const pauseMs = isDue ? await this.#pass(lists) : LOOK_EVERY_MS;
      this.#wake = new AbortController();
      if (this.#isNew && pauseMs === 0) continue;
      if (this.#isNew && this.#error === undefined) continue;
      // After an error new lists wait for the retry too.
      const pause = childAbort(...(this.#error === undefined ? [signal, this.#wake.signal] : [signal]));
      await sleep(this.#deps.clock, pauseMs || LOOK_EVERY_MS, pause.signal).catch(() => undefined);
      pause.release();
    }
    await this.#files.settled().catch(() => undefined);
  }

  /** HAProxy is gone or another one, rules are to be seen to, or servers have still to leave. */
  async #isOutOfStep(): Promise<boolean> {
    const running = this.#running;
    if (running === undefined || this.#files.isBehind) return true;
    if ((await this.#deps.haproxy.running()) !== running.generation) {
      this.#deps.logger.warn('HAProxy is gone and is started again');
      this.#running = undefined;
      return true;
    }
    if (this.#deps.clock.nowMs() - this.#rulesAtMs >= RULES_EVERY_MS) {
      this.#rules = undefined;
      return true;
    }
    return [...running.layout.servers.values()].some((laid) =>
      [...laid.values()].some(({ state }) => state === 'maint'),
    );
  }

  /** @returns how long to pause. */
  async #pass(lists: ServiceLists): Promise<number> {
    const { clock, logger } = this.#deps;
    const beganAtMs = clock.nowMs();
    this.#isNew = false;
    try {
      await this.#applyLists(lists);
      this.#applied = lists.revision ?? this.#applied ?? this.#unconfirmed();
      const before = this.#appliedSplits;
      // Where HAProxy does not take the newest routes it has not taken these either.
      if (this.#fallback.fault === undefined)
        this.#appliedSplits = lists.splits?.revision ?? before ?? this.#unconfirmed();
      this.#error = undefined;
      this.#watchDrains(lists);
      if (this.#appliedSplits !== before && hasSplitNews(lists, before)) this.#onAwaited();
      // Those that came amid the pass have waited for it at most.
      this.#waitingSinceMs = this.#isNew ? beganAtMs : undefined;
      this.#metrics.applies += 1;
      this.#metrics.lastApplyMs = clock.nowMs() - beganAtMs;
      return 0;
    } catch (error) {
      this.#running = undefined;
      this.#metrics.failures += 1;
      const text = messageOf(error);
      if (this.#error !== text) logger.error('Services are not in step', { error: text });
      this.#error = text;
      return RETRY_MS;
    }
  }

  #watchDrains({ slices }: ServiceLists): void {
    const [running, revision] = [this.#running, this.#applied];
    if (running !== undefined && revision !== undefined)
      this.#drains.onApplied({
        ...{ revision, leaving: leavingIn(running) },
        isAwaited: slices.some(hasWithdrawn),
      });
  }

  /** A HAProxy that was found running is as far as the agent before said. */
  #unconfirmed(): string | undefined {
    return this.#isAdopted ? undefined : UNCONFIRMED;
  }

  async #applyLists(wanted: ServiceLists): Promise<void> {
    const { services, slices, serviceCidr, revision, routes, splits } = wanted;
    if (serviceCidr === undefined)
      throw new OperationalError(
        'proxy-waits',
        'the control plane has not told yet which addresses Services have',
      );
    const isKnown = this.#running !== undefined;
    this.#running ??= await this.#adopt();
    // What runs has heard more than the disk: a pod that was taken out since must not come back.
    this.#isAdopted = revision === undefined && this.#running !== undefined && !isKnown;
    if (!this.#isAdopted) {
      await this.#deps.claimHost();
      const lists = routes ?? NO_ROUTE_LISTS;
      const held = await heldPorts(lists, services, this.#running?.layout, () => this.#deps.listeningPorts());
      const inputs = {
        ...{ lists, holder: (port: number) => held.get(port), splits: splits?.splits ?? [] },
        ownAddresses: this.#deps.ownAddresses?.() ?? new Set<string>(),
        hasLua: await this.#deps.haproxy.hasLua(),
      };
      const state = proxyStateOf(services, slices, inputs);
      this.#tellIssues(state);
      await this.#apply(state, serviceCidr);
      this.#listenerFault = this.#fallback.fault ?? portsFault(state);
    }
    this.#deps.traffic?.onApplied(slices, this.#running?.layout.assigned ?? new Map());
  }

  async #apply(wanted: ProxyState, serviceCidr: string): Promise<void> {
    const { clock, logger } = this.#deps;
    let state = this.#fallback.choose(wanted, clock.nowMs());
    try {
      await this.#lead(state, serviceCidr);
    } catch (error) {
      const isRefused = error instanceof OperationalError && error.code === 'proxy-refused';
      const instead = isRefused ? this.#fallback.refuse(state, messageOf(error), clock.nowMs()) : undefined;
      if (instead === undefined) throw error;
      logger.error('HAProxy does not take the newest routes; older ones are in force', {
        error: messageOf(error),
      });
      state = instead;
      await this.#lead(state, serviceCidr);
    }
    this.#fallback.accepted(state, wanted);
  }

  async #lead(state: ProxyState, serviceCidr: string): Promise<void> {
    const running = this.#running;
    const { certificates } = state.routes;
    if (running?.serviceCidr === serviceCidr) await this.#change(running, state);
    else await this.#start(freshLayout(state, running?.layout), serviceCidr, certificates);
    const rules = nftRules(state, { ...this.#deps.settings, serviceCidr }, this.#deps.owner);
    if (rules === this.#rules) return;
    await this.#deps.applyRules(rules, serviceCidr);
    await this.#leadDatagrams(state, serviceCidr);
    this.#rules = rules;
    this.#rulesAtMs = this.#deps.clock.nowMs();
  }

  /** What the kernel was told holds for new flows only. */
  async #leadDatagrams({ datagrams }: ProxyState, serviceCidr: string): Promise<void> {
    const [targets, before = []] = [targetWords(datagrams), this.#targets];
    if (before.join() === targets.join()) return;
    const left = leftTargets(before, datagrams);
    if (left.length > 0) await this.#deps.dropFlows(left, serviceCidr);
    this.#targets = targets;
    if (this.#running !== undefined) await this.#store(this.#running);
  }

  /** What runs, when it is of our making. */
  async #adopt(): Promise<Running | undefined> {
    const stored = await this.#files.readSlots();
    this.#targets ??= stored?.targets;
    return readRunning(this.#deps.haproxy, stored);
  }

  async #start(
    layout: Layout,
    serviceCidr: string,
    certificates: ReadonlyMap<string, string>,
  ): Promise<void> {
    const { clock, ids, haproxy } = this.#deps;
    const settings = { ...this.#deps.settings, serviceCidr };
    const waitMs = this.#reloadedAtMs + RELOAD_GAP_MS - clock.nowMs();
    if (waitMs > 0) await sleep(clock, waitMs);
    const generation = `g-${ids.suffix(10)}`;
    await this.#files.settled().catch(() => undefined);
    await this.#deps.traffic?.beforeChange();
    this.#deps.traffic?.onStart();
    await haproxy.run({ ...renderConfig(layout, settings, generation), certificates }, generation);
    this.#reloadedAtMs = clock.nowMs();
    this.#metrics.reloads += 1;
    this.#running = { generation, serviceCidr, layout };
    await this.#store(this.#running);
  }

  async #store({ generation, serviceCidr, layout }: Running): Promise<void> {
    const { slots, assigned, routing } = layout;
    await this.#files.store({
      ...{ generation, serviceCidr, slots, assigned: [...assigned], routing },
      targets: this.#targets ?? [],
    });
  }

  async #change(running: Running, state: ProxyState): Promise<void> {
    const change = diffState(running.layout, state);
    if (change.type === 'reload') {
      this.#deps.logger.info('HAProxy is reloaded', { reason: change.reason });
      await this.#start(change.layout, running.serviceCidr, state.routes.certificates);
      return;
    }
    const done = await this.#command(running.layout, change.commands);
    const { generation, serviceCidr } = running;
    const layout = { ...layoutAfter(running.layout, done), assigned: change.assigned };
    this.#running = { generation, serviceCidr, layout };
    const { isBehind } = this.#files;
    if (change.commands.length === 0 && !isBehind) return;
    const settings = { ...this.#deps.settings, serviceCidr };
    this.#files.keep(() => renderConfig(layout, settings, generation));
    if (isBehind) await this.#files.settled();
    await this.#store(this.#running);
  }

  /** @returns what was done; servers that still have connections are left for later. */
  async #command(layout: Layout, commands: readonly Command[]): Promise<Command[]> {
    const slots = new Map(layout.slots.map((slot) => [slot.name, slot]));
    const lines = commands.flatMap((command) =>
      commandLines(command, (name) => {
        const slot = slots.get(name);
        invariant(slot !== undefined, 'commands are about slots of the layout');
        return slot;
      }).map((line) => ({ line, command })),
    );
    if (lines.length === 0) return [];
    // With a server go its numbers; all else keeps them, and need not wait for a reading.
    if (commands.some(({ type }) => type === 'delete-server')) await this.#deps.traffic?.beforeChange();
    const answers = await this.#deps.haproxy.ask(lines.map(({ line }) => line));
    const undone = new Set<Command>();
    lines.forEach(({ line, command }, at) => {
      const answer = answers[at] ?? '';
      const verdict = verdictOf(line, answer);
      if (verdict === 'failed')
        throw new OperationalError('proxy-refused', `HAProxy to "${line}": ${answer.trim()}`);
      if (verdict === 'busy') undone.add(command);
    });
    this.#metrics.commands += lines.length;
    return commands.filter((command) => !undone.has(command));
  }

  #tellIssues({ issues }: ProxyState): void {
    const text = issues.map(describeIssue).join('; ');
    if (text !== this.#issues && text !== '')
      this.#deps.logger.warn('parts of Services are not proxied', { issues: text.slice(0, 2_000) });
    this.#issues = text;
  }
}

function portsFault({ issues }: ProxyState): string | undefined {
  const held = issues
    .filter(({ type }) => type === 'port-held' || type === 'outer-port-held')
    .map(describeIssue);
  return held.length === 0 ? undefined : held.join('; ').slice(0, FAULT_LENGTH_MAX);
}
