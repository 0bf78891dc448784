import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What a command ends the process with. */
export const EXIT = {
  ok: 0,
  /** Something is wrong with what it was given to read. */
  failed: 1,
  /** An objective is breached. */
  breached: 2,
  /** It was called in a way that it does not know: EX_USAGE of sysexits.h. */
  usage: 64,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Where a command writes; a test gives others than the process has. */
export interface Output {
  /** What was asked for; ends with a new line. */
  out(text: string): void;
  /** What is said about it; ends with a new line. */
  err(text: string): void;
  /** Whether `err` is a terminal, on which a line can be written over. */
  readonly isLive: boolean;
}

/** One command, in a file of its own. */
export interface Command {
  /** What it does, in a line. */
  readonly summary: string;
  /** How it is called, and what each option means. */
  readonly usage: string;
  run(args: readonly string[], output: Output): Promise<ExitCode>;
}

/** A call that the command does not know. */
export class UsageError extends Error {}

/** The options and files of a call. @throws UsageError naming what it does not know. */
export function readArgs<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** One of the values an option may have. @throws UsageError naming them. */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new UsageError(`--${option}: expected one of ${allowed.join(', ')}, got '${value}'`);
  return found;
}
