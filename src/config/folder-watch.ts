import { type FSWatcher, realpathSync, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Match } from '../sla/glob.ts';
import { isPattern, matcherOf } from './file-pattern.ts';

interface WatchedFolder {
  readonly watcher: FSWatcher;
  /** Which folder it was: one of the same path may have taken its place. */
  readonly inode: number;
  matchers: Match[];
}

/**
 * Hears when something happens to files, by the folders they stand in, for editors and Kubernetes replace files rather
 * than write them. Keeps no process alive; what cannot be watched is left to whoever looks now and then.
 */
export class FolderWatch implements Disposable {
  readonly #onEvent: () => void;
  readonly #folders = new Map<string, WatchedFolder>();
  #isDisposed = false;

  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  /** From now on these paths count, whose last part may be a pattern. To be called again now and then: links and folders change. */
  follow(paths: readonly string[]): void {
    if (this.#isDisposed) return;
    const matchers = new Map<string, Match[]>();
    for (const path of paths.flatMap((each) => [each, ...realPaths(each)])) {
      const folder = dirname(path);
      matchers.set(folder, [...(matchers.get(folder) ?? []), matcherOf(path)]);
    }
    for (const [folder, watched] of this.#folders)
      if (!matchers.has(folder) || watched.inode !== inodeOf(folder)) this.#leave(folder);
    for (const [folder, each] of matchers) this.#watch(folder, each);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const folder of this.#folders.keys()) this.#leave(folder);
  }

  #watch(folder: string, matchers: Match[]): void {
    const known = this.#folders.get(folder);
    if (known !== undefined) {
      known.matchers = matchers;
      return;
    }
    try {
      const watcher = watch(folder, { persistent: false });
      const watched: WatchedFolder = { watcher, inode: inodeOf(folder), matchers };
      watcher.on('change', (_, name) => {
        if (concerns(watched, name)) this.#onEvent();
      });
      watcher.on('error', () => this.#leave(folder));
      this.#folders.set(folder, watched);
    } catch {
      // It is not there, or there are too many: the next call tries again.
    }
  }

  #leave(folder: string): void {
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }
}

/** Kubernetes swaps `..data`, a link beside the file that it stands behind. */
function concerns({ matchers }: WatchedFolder, name: string | Buffer | null): boolean {
  return name === null || String(name).startsWith('..') || matchers.some((matches) => matches(String(name)));
}

/** Where a file is behind its links; for a pattern, its folder. */
function realPaths(path: string): string[] {
  try {
    return [isPattern(path) ? `${realpathSync(dirname(path))}/${basename(path)}` : realpathSync(path)];
  } catch {
    return [];
  }
}

function inodeOf(folder: string): number {
  try {
    return statSync(folder).ino;
  } catch {
    return -1;
  }
}
