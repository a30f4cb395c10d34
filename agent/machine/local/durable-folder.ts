// JSON values by name in a folder, one file each. A file is whole or absent at any moment, whatever dies when:
// temporary file, fsync, rename, fsync of the folder. Writes are gathered beside the real work; the last value wins.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { checkFileName } from '../file-name.ts';
import type { DurableFolder } from '../machine.ts';

export interface DurableFolderDeps {
  clock: Clock;
  logger: Logger;
}

const GATHER_MS = 300;
const RETRY_MS = 5_000;
const SUFFIX = '.json';
const TEMPORARY = '.tmp';

/** A folder that tells how old its oldest change is that is not on disk; undefined when there is none. */
export interface LocalFolder extends DurableFolder {
  readonly unwrittenSinceMs: number | undefined;
}

export function createDurableFolder(deps: DurableFolderDeps, folder: string): LocalFolder {
  return new Folder(deps, folder);
}

class Folder implements LocalFolder {
  readonly #deps: DurableFolderDeps;
  readonly #folder: string;
  /** What is to be written; undefined removes. */
  readonly #pending = new Map<string, string | undefined>();
  /** Digests of what is on disk. */
  readonly #written = new Map<string, string>();
  /** Since when something waits to be written, and since when what is being written has. */
  #waitingSinceMs: number | undefined;
  #writingSinceMs: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: DurableFolderDeps, folder: string) {
    this.#deps = deps;
    this.#folder = folder;
  }

  get unwrittenSinceMs(): number | undefined {
    return this.#writingSinceMs ?? this.#waitingSinceMs;
  }

  async load(): Promise<Map<string, unknown>> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const values = new Map<string, unknown>();
    for (const file of await readdir(this.#folder)) {
      if (!file.endsWith(SUFFIX)) {
        // A write that was cut off: the value before it is whole.
        if (file.endsWith(TEMPORARY)) await rm(join(this.#folder, file), { force: true });
        continue;
      }
      const name = file.slice(0, -SUFFIX.length);
      const text = await readFile(join(this.#folder, file), 'utf8');
      try {
        values.set(name, JSON.parse(text));
        this.#written.set(name, digestOf(text));
      } catch (error) {
        await this.#setAside(file, error);
      }
    }
    return values;
  }

  put(name: string, value: unknown): void {
    checkFileName(name);
    this.#change(name, JSON.stringify(value));
  }

  remove(name: string): void {
    this.#change(name, undefined);
  }

  async flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  #change(name: string, text: string | undefined): void {
    const isAsOnDisk = text !== undefined && this.#written.get(name) === digestOf(text);
    if (isAsOnDisk) this.#pending.delete(name);
    else {
      this.#pending.set(name, text);
      this.#waitingSinceMs ??= this.#deps.clock.nowMs();
    }
    if (this.#pending.size > 0) this.#schedule(GATHER_MS);
  }

  #schedule(delayMs: number): void {
    this.#cancelTimer ??= this.#deps.clock.schedule(delayMs, () => void this.flush());
  }

  async #writeAll(): Promise<void> {
    const changes = [...this.#pending];
    this.#pending.clear();
    const sinceMs = this.#waitingSinceMs;
    [this.#writingSinceMs, this.#waitingSinceMs] = [sinceMs, undefined];
    for (const [name, text] of changes) {
      try {
        await this.#write(name, text);
      } catch (error) {
        const fields = { folder: this.#folder, name, error: messageOf(error) };
        this.#deps.logger.error('the checkpoint could not be written', fields);
        if (!this.#pending.has(name)) this.#pending.set(name, text);
        this.#waitingSinceMs = sinceMs;
        this.#schedule(RETRY_MS);
      }
    }
    if (changes.length > 0) await syncFolder(this.#folder).catch(() => undefined);
    this.#writingSinceMs = undefined;
  }

  async #write(name: string, text: string | undefined): Promise<void> {
    const path = join(this.#folder, `${name}${SUFFIX}`);
    if (text === undefined) {
      this.#written.delete(name);
      await rm(path, { force: true });
      return;
    }
    const temporary = `${path}${TEMPORARY}`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    this.#written.set(name, digestOf(text));
  }

  async #setAside(file: string, error: unknown): Promise<void> {
    const fields = { folder: this.#folder, file, error: messageOf(error) };
    this.#deps.logger.error('a checkpoint file cannot be read and was set aside', fields);
    await rename(join(this.#folder, file), join(this.#folder, `${file}.unreadable`));
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
