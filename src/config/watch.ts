import { stat } from 'node:fs/promises';
import { diag } from '@opentelemetry/api';
import { filesMatching } from './file-pattern.ts';
import type { Surroundings } from './find.ts';
import { FolderWatch } from './folder-watch.ts';
import { type ReadConfig, readConfig } from './load.ts';
import { Reload, type ReloadTiming } from './reload.ts';

/** How a configuration is watched. */
export interface WatchOptions extends Surroundings, ReloadTiming {
  /** Hears once of every way in which the changed files cannot be used. Default: `diag.warn`. */
  readonly onTrouble?: (sentence: string) => void;
  /** How often the files are looked at besides, for file systems that tell nothing. Milliseconds. Default 10000. */
  readonly pollMillis?: number;
}

/**
 * Reads a configuration again when its file, or an OpenSLO file that it names, changes. Survives files that are renamed,
 * replaced, half written or gone for a moment; what cannot be used is told once and changes nothing. Keeps no process alive.
 * @param read - what is in use.
 * @param onChange - hears of every configuration that is another than the one before. What it throws is told.
 */
export function watchConfig(
  read: ReadConfig,
  onChange: (read: ReadConfig) => void,
  options: WatchOptions = {},
): Disposable {
  const { env = process.env, folder = process.cwd(), pollMillis = 10_000, onTrouble = warn } = options;
  let { sources } = read;
  let stamp: string | undefined;
  const tell = safely(onTrouble);
  const parts = {
    async read(): Promise<ReadConfig> {
      const next = await readConfig(read.file, { env, folder });
      ({ sources } = next);
      folders.follow(sources);
      return next;
    },
    onChange(next: ReadConfig): void {
      try {
        onChange(next);
      } catch (error) {
        tell(`the changed configuration could not be put in use: ${String(error)}`);
      }
    },
    onTrouble: tell,
  };
  const reload = new Reload(read, parts, options);
  const folders = new FolderWatch(() => reload.touch());
  const look = async (): Promise<void> => {
    folders.follow(sources);
    const before = stamp;
    stamp = await stampOf(sources);
    if (before !== undefined && before !== stamp) reload.touch();
  };
  const poll = setInterval(() => void look(), pollMillis);
  poll.unref();
  void look();
  // What changed since it was read is found at once.
  reload.touch();
  return {
    [Symbol.dispose]() {
      clearInterval(poll);
      folders[Symbol.dispose]();
      reload[Symbol.dispose]();
    },
  };
}

/** Differs when one of the files does, as far as their sizes and times tell. */
async function stampOf(sources: readonly string[]): Promise<string> {
  const files = (await Promise.all(sources.map(filesMatching))).flat();
  const stamps = files.map(async (file) => {
    const { ino, size, mtimeMs } = await stat(file).catch(() => ({ ino: 0, size: 0, mtimeMs: 0 }));
    return `${file} ${ino} ${size} ${mtimeMs}`;
  });
  return (await Promise.all(stamps)).join('\n');
}

function safely(tell: (sentence: string) => void): (sentence: string) => void {
  return (sentence) => {
    try {
      tell(sentence);
    } catch {
      // Whoever listens must not break what goes on.
    }
  };
}

function warn(sentence: string): void {
  diag.warn(`opentelemetry-resilience: ${sentence}`);
}
