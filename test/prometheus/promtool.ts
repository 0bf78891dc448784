import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a call of promtool said, and whether all was well. */
export interface Verdict {
  readonly ok: boolean;
  readonly said: string;
}

/** A folder with files for promtool to read; goes with its test. */
export class PromtoolFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'promtool-'));

  /** @param files - texts, or data that is written as JSON, which is YAML. */
  constructor(files: Readonly<Record<string, unknown>>) {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(this.path, name), typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** Calls promtool in the folder. */
  async run(...args: string[]): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      execFile('promtool', args, { cwd: this.path, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number')
          reject(new Error('promtool did not run', { cause: error }));
        else resolve({ ok: error === null, said: stdout + stderr });
      });
    });
  }

  /** Calls promtool, and fails with what it said where not all is well. */
  async expect(...args: string[]): Promise<string> {
    const { ok, said } = await this.run(...args);
    assert(ok, said.slice(0, 4_000));
    return said;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
