// The one connection over which all lists, watches and figures arrive. It comes back by itself, with growing pauses, and
// always says whether what is shown is fresh. Whoever subscribes is told when to forget what was known: `RESTARTED`.
import { signal, type ReadonlySignal } from '@preact/signals';
import { readFrame, type LiveEvent } from './frame.ts';

/** How it stands. */
export type ConnectionState =
  | { type: 'connecting' }
  | { type: 'open' }
  /** Nothing has been heard since `sinceMs`. */
  | { type: 'lost'; sinceMs: number };

/** Takes events; `RESTARTED` comes before the first of each new beginning. */
export type LiveListener = (event: LiveEvent) => void;

/** What the connection needs from the browser. */
export interface ConnectionDeps {
  connect(): WebSocket;
  nowMs(): number;
  schedule(delayMs: number, run: () => void): () => void;
  /** Called when the connection is lost: the session may be over. */
  onLost(): void;
  /** 0 to 1, spreads the returns of many pages. */
  random(): number;
}

/** Many subscriptions over one connection. */
export interface LiveConnection {
  state: ReadonlySignal<ConnectionState>;
  /** Subscribes to a path; returns what ends it. */
  open(path: string, listener: LiveListener): () => void;
  /** Asks again at once rather than after the pause. */
  retry(): void;
  close(): void;
}

/** The server speaks every 5 s; twice missed and once late is silence. */
const SILENCE_MS = 12_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;
/** A subscription that the server ended is begun anew after this. */
const REOPEN_MS = 1000;

/** Connects, and stays so until it is closed. */
export function createConnection(deps: ConnectionDeps): LiveConnection {
  return new Connection(deps);
}

interface Subscription {
  path: string;
  listener: LiveListener;
}

class Connection implements LiveConnection {
  readonly state = signal<ConnectionState>({ type: 'connecting' });
  private readonly subscriptions = new Map<number, Subscription>();
  private socket: WebSocket | undefined;
  private nextId = 1;
  private failures = 0;
  private closed = false;
  private heardAtMs: number;
  private cancelRetry: () => void = () => undefined;
  private cancelSilence: () => void = () => undefined;

  constructor(private readonly deps: ConnectionDeps) {
    this.heardAtMs = deps.nowMs();
    this.connect();
  }

  open(path: string, listener: LiveListener): () => void {
    const id = this.nextId++;
    this.subscriptions.set(id, { path, listener });
    this.ask(id, path);
    return () => {
      if (this.subscriptions.delete(id)) this.send({ close: id });
    };
  }

  retry(): void {
    if (this.socket !== undefined) return;
    this.cancelRetry();
    this.connect();
  }

  close(): void {
    this.closed = true;
    this.cancelRetry();
    this.cancelSilence();
    this.socket?.close();
  }

  private connect(): void {
    const socket = this.deps.connect();
    this.socket = socket;
    socket.onopen = () => {
      this.failures = 0;
      this.hear();
      this.state.value = { type: 'open' };
      for (const [id, { path }] of this.subscriptions) this.ask(id, path);
    };
    socket.onmessage = ({ data }) => {
      this.hear();
      for (const { id, event } of readFrame(String(data))) this.take(id, event);
    };
    socket.onclose = () => {
      this.lose(socket);
    };
  }

  private hear(): void {
    this.heardAtMs = this.deps.nowMs();
    this.cancelSilence();
    this.cancelSilence = this.deps.schedule(SILENCE_MS, () => {
      if (this.socket !== undefined) this.lose(this.socket);
    });
  }

  private lose(socket: WebSocket): void {
    if (this.socket !== socket || this.closed) return;
    this.socket = undefined;
    this.cancelSilence();
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
    this.state.value = { type: 'lost', sinceMs: this.heardAtMs };
    this.deps.onLost();
    const pauseMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.failures);
    this.failures += 1;
    this.cancelRetry = this.deps.schedule(pauseMs * (0.5 + this.deps.random() / 2), () => {
      this.connect();
    });
  }

  private take(id: number, event: LiveEvent): void {
    const subscription = this.subscriptions.get(id);
    if (subscription === undefined) return;
    if (event.type !== 'CLOSED') {
      subscription.listener(event);
      return;
    }
    this.deps.schedule(REOPEN_MS, () => {
      if (this.subscriptions.get(id) === subscription) this.ask(id, subscription.path);
    });
  }

  private ask(id: number, path: string): void {
    if (this.state.value.type !== 'open') return;
    this.subscriptions.get(id)?.listener({ type: 'RESTARTED' });
    this.send({ open: id, path });
  }

  private send(message: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }
}
