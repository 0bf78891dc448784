import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { StateConfig } from '../config/config.ts';
import { type RestoreResult, STATE_FORMAT } from '../sla/state.ts';
import { parseDuration } from '../time/duration.ts';
import { tell } from './tell.ts';

/** What is kept: of `SlaTracker`. */
export interface KeptState {
  saveState(): string;
  restoreState(json: string): RestoreResult;
}

const DEFAULT_INTERVAL_MILLIS = 60_000;

/**
 * Keeps windows over restarts. Restores them when it is made; then writes them every so often and when the process exits,
 * by a file beside it that is renamed, so that a crash leaves the old state or the new one. Trouble is told once and
 * never thrown. A file that is not ours is left alone. Of two processes with one file the last to write wins.
 */
export class StateFile implements Disposable {
  readonly #kept: KeptState;
  readonly #file: string;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  readonly #atExit = (): void => this.close();
  #isClosed = false;
  #saving: Promise<void> | undefined;
  #isTold = false;

  constructor(kept: KeptState, { file, interval }: StateConfig) {
    this.#kept = kept;
    this.#file = file;
    if (!this.#restore()) {
      this.#isClosed = true;
      return;
    }
    this.#timer = setInterval(() => void this.save(), parseDuration(interval) ?? DEFAULT_INTERVAL_MILLIS);
    this.#timer.unref();
    process.once('exit', this.#atExit);
  }

  /** Writes the state now, beside whatever else the process does. Never rejects. */
  save(): Promise<void> {
    if (this.#isClosed) return this.#saving ?? Promise.resolve();
    return (this.#saving ??= this.#write().finally(() => (this.#saving = undefined)));
  }

  /** Writes the state before it returns, and no more after. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    process.off('exit', this.#atExit);
    const draft = this.#draft('last');
    try {
      writeFileSync(draft, this.#kept.saveState(), { flush: true });
      renameSync(draft, this.#file);
    } catch (error) {
      this.#tellUnwritable(error);
    }
    // The second is what a save had begun to write that this one has overtaken.
    for (const leftover of [draft, this.#draft('new')]) remove(leftover);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Whether the file is there for us to write. */
  #restore(): boolean {
    const saved = this.#read();
    if (typeof saved !== 'string') return saved;
    const { restored, reason, skipped } = this.#kept.restoreState(saved);
    if (restored) {
      if (skipped > 0) tell(`of the SLA state in ${this.#file} not everything continues: ${reason}.`);
      return true;
    }
    // Cut off or of another version: what follows is better than it. Anything else may be somebody's only copy.
    const isOurs = saved.trim() === '' || saved.startsWith(`{"format":"${STATE_FORMAT}"`);
    tell(
      `SLA windows start empty: ${this.#file} is ${reason}. ` +
        (isOurs ? 'It will be replaced.' : 'It is left as it is, and no state is saved: name another sla.state.file.'),
    );
    return isOurs;
  }

  /** The text; where there is none, whether one may be written. */
  #read(): string | boolean {
    try {
      return readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      tell(`SLA windows start empty, and no state is saved: sla.state.file cannot be read. ${String(error)}`);
      return false;
    }
  }

  async #write(): Promise<void> {
    const draft = this.#draft('new');
    try {
      const handle = await open(draft, 'w');
      try {
        await handle.writeFile(this.#kept.saveState());
        await handle.sync();
      } finally {
        await handle.close();
      }
      // What `close` wrote meanwhile is newer.
      if (this.#isClosed) remove(draft);
      else await rename(draft, this.#file);
    } catch (error) {
      remove(draft);
      this.#tellUnwritable(error);
    }
  }

  /** One of its own for each process and way of writing, so that nobody writes into another's. */
  #draft(way: string): string {
    return `${this.#file}.${process.pid}.${way}`;
  }

  #tellUnwritable(error: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    tell(
      `the SLA state cannot be saved, so a restart would begin with empty windows; this is said once. ${String(error)}`,
    );
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It is overwritten next time.
  }
}
