import { diag } from '@opentelemetry/api';
import * as channels from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A copy of a package that is loaded. */
export interface LoadedPackage {
  readonly name: string;
  readonly version: string;
  /** What `require` of the package gives. */
  readonly exports: unknown;
  /** What a module inside the package exports, such as `lib/client.js`; `undefined` where it is not loaded. */
  file(path: string): unknown;
}

interface Watcher {
  readonly names: readonly string[];
  readonly hook: (loaded: LoadedPackage) => void;
  /** The exports of the copies it was told of. */
  readonly told: WeakSet<object>;
}

/** What Node publishes when a `require`, or the import of a CommonJS module, has ended. */
interface Required {
  readonly id: string;
  readonly parentFilename?: string;
  readonly result?: unknown;
}

/** What Node publishes when the entry point, or an `import()`, is evaluated. */
interface Imported {
  readonly url: unknown;
  readonly parentURL?: string;
}

const REQUIRED = 'tracing:module.require:end';
const IMPORTED = 'tracing:module.import:asyncEnd';
/** Every CommonJS module of the process, for all `require`s share it. */
const loadedModules = createRequire(import.meta.url).cache;

const watchers = new Set<Watcher>();
let watched = new Set<string>();
let inWatchedFolder = /^\b$/;

/**
 * Tells of every copy of some CommonJS packages that is loaded or will be, by `require` or by `import`, at once when it has
 * been evaluated. Nothing is patched: it listens to diagnostics channels of Node, from 22.4 on (before, it knows only what is
 * loaded already). Not seen: a package that a bundler has put into the application's own files, or that is installed under
 * another name.
 */
export function onPackage(names: readonly string[], hook: (loaded: LoadedPackage) => void): Disposable {
  const watcher: Watcher = { names, hook, told: new WeakSet() };
  if (watchers.size === 0) {
    channels.subscribe(REQUIRED, required);
    channels.subscribe(IMPORTED, imported);
  }
  watchers.add(watcher);
  watchFor();
  tellOfAll();
  return {
    [Symbol.dispose]: () => {
      if (!watchers.delete(watcher)) return;
      watchFor();
      if (watchers.size > 0) return;
      channels.unsubscribe(REQUIRED, required);
      channels.unsubscribe(IMPORTED, imported);
    },
  };
}

function watchFor(): void {
  watched = new Set([...watchers].flatMap(({ names }) => names));
  const any = [...watched].map((name) => name.replace('/', String.raw`[\\/]`)).join('|');
  inWatchedFolder = new RegExp(String.raw`^(.*[\\/]node_modules[\\/](${any}))[\\/]`);
}

/** Runs at every `require`: what is not about a watched package leaves at once. Must not throw. */
function required(message: unknown): void {
  const { id, parentFilename = import.meta.url, result } = message as Required;
  if (watched.has(id) ? !isToldToAll(id, result) : inWatchedFolder.test(id)) {
    safely(() => tellOf(createRequire(parentFilename).resolve(id)));
  }
}

function isToldToAll(name: string, exports: unknown): boolean {
  for (const { names, told } of watchers) if (names.includes(name) && !told.has(exports as object)) return false;
  return true;
}

/** Loader hooks that return the sources of CommonJS modules keep them from the other channel. */
function imported(message: unknown): void {
  const { url, parentURL } = message as Imported;
  if (parentURL === undefined || watched.has(String(url))) tellOfAll();
}

function tellOfAll(): void {
  const oneEach = new Map(Object.keys(loadedModules).map((file) => [inWatchedFolder.exec(file)?.[1], file]));
  for (const [folder, file] of oneEach) if (folder !== undefined) safely(() => tellOf(file));
}

/** Tells of the package that a file belongs to, once that is evaluated. */
function tellOf(file: string): void {
  const folder = inWatchedFolder.exec(file)?.[1];
  const found = folder === undefined ? linkedPackage(dirname(file)) : readPackage(folder);
  if (found === undefined) return;
  const main = loadedModules[createRequire(join(found.folder, 'package.json')).resolve(found.folder)];
  const exports: unknown = main?.exports;
  if (main?.loaded !== true || (typeof exports !== 'object' && typeof exports !== 'function') || exports === null)
    return;
  const loaded: LoadedPackage = {
    name: found.name,
    version: found.version,
    exports,
    file: (path) => loadedModules[join(found.folder, path)]?.exports as unknown,
  };
  for (const { names, hook, told } of watchers) {
    if (!names.includes(found.name) || told.has(exports)) continue;
    told.add(exports);
    safely(() => hook(loaded));
  }
}

interface FoundPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

function readPackage(folder: string): FoundPackage {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version } = manifest as Record<string, unknown>;
  return { folder, name: String(name), version: String(version) };
}

/** The package of a folder that lies in no `node_modules`: it is linked. */
function linkedPackage(folder: string): FoundPackage | undefined {
  for (let each = folder; each !== dirname(each); each = dirname(each)) {
    const found = attempt(() => readPackage(each));
    if (found !== undefined && watched.has(found.name)) return found;
  }
  return undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Loading goes on whatever happens here. */
function safely(work: () => void): void {
  try {
    work();
  } catch (error) {
    diag.debug('opentelemetry-resilience: could not look at a package that was loaded', error);
  }
}
