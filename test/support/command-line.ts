import type { ExitCode } from '../../src/cli/command.ts';
import { main } from '../../src/cli/main.ts';

/** What a call of the command did. */
export interface CommandResult {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Calls the command as a shell would. */
export async function command(...args: string[]): Promise<CommandResult> {
  let [out, err] = ['', ''];
  const code = await main(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isLive: false,
  });
  return { code, out, err };
}
