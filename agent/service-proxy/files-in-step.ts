// The files of the proxy, kept in step with what runs. What a later agent has to know is written before a pass ends;
// configuration and maps are written behind it, the newest only: traffic does not wait for a disk.
import type { StoredSlots } from './haproxy-files.ts';
import type { RenderedProxy } from './render-config.ts';

/** The disk. */
export interface ProxyFolder {
  readSlots(): Promise<StoredSlots | undefined>;
  writeSlots(stored: StoredSlots): Promise<void>;
  writeInStep(rendered: RenderedProxy): Promise<void>;
}

export class FilesInStep {
  readonly #folder: ProxyFolder;
  /** What is on disk, as far as this agent has written it. */
  #stored: string | undefined;
  #next: (() => RenderedProxy) | undefined;
  #writing: Promise<void> | undefined;
  #fault: { error: unknown } | undefined;

  constructor(folder: ProxyFolder) {
    this.#folder = folder;
  }

  /** Whether the last write of configuration and maps has failed. */
  get isBehind(): boolean {
    return this.#fault !== undefined;
  }

  readSlots(): Promise<StoredSlots | undefined> {
    return this.#folder.readSlots();
  }

  /** Writes what a later agent has to know, unless it is on disk. */
  async store(stored: StoredSlots): Promise<void> {
    const text = JSON.stringify(stored);
    if (text === this.#stored) return;
    this.#stored = undefined;
    await this.#folder.writeSlots(stored);
    this.#stored = text;
  }

  /** Has configuration and maps written soon, instead of any that no write has begun for. */
  keep(render: () => RenderedProxy): void {
    this.#next = render;
    this.#writing ??= this.#write();
  }

  /** Resolves when nothing is left to be written. @throws what the last write failed with. */
  async settled(): Promise<void> {
    await this.#writing;
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  async #write(): Promise<void> {
    for (let render = this.#next; render !== undefined; render = this.#next) {
      this.#next = undefined;
      try {
        await this.#folder.writeInStep(render());
        this.#fault = undefined;
      } catch (error) {
        this.#fault = { error };
      }
    }
    this.#writing = undefined;
  }
}
