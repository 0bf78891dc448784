/**
 * The base of every error this package throws. Check `code`, not the class: a code survives two copies of the package
 * in one process, `instanceof` does not.
 */
export class ResilienceError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** One thing wrong in a configuration: where, what was given, and what is allowed there. */
export interface ConfigurationProblem {
  /** Where it stands, e.g. `objectives[2].target`. */
  readonly path: string;
  /** What was given. */
  readonly value: unknown;
  /** What may stand there, e.g. `a number over 0 and under 1`. */
  readonly allowed: string;
  /** The file it stands in, where it was read from one. */
  readonly file?: string;
  /** Its line in the file, counted from 1. */
  readonly line?: number;
  /** Its column in the line, counted from 1. */
  readonly column?: number;
}

/** A configuration that cannot be used. Lists every problem at once. `code` is `INVALID_CONFIGURATION`. */
export class ConfigurationError extends ResilienceError {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super('INVALID_CONFIGURATION', problems.map(describe).join('\n'));
    this.problems = problems;
  }
}

function describe(problem: ConfigurationProblem): string {
  return `${place(problem)}${problem.path}: expected ${problem.allowed}, got ${show(problem.value)}`;
}

/** `slo.yaml:3:5: `, as far as it is known. */
function place({ file, line, column }: ConfigurationProblem): string {
  const known = [file, line, column].filter((part) => part !== undefined);
  return known.length === 0 ? '' : `${known.join(':')}: `;
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}

/** A call was refused, or given up, because the deadline around it leaves too little time. `code` is `DEADLINE_EXCEEDED`. */
export class DeadlineExceededError extends ResilienceError {
  /** What was left of the deadline, in milliseconds. */
  readonly remainingMillis: number;
  /** Whether the call never began: nothing can be said of what it would have called. */
  readonly refused: boolean;

  constructor(message: string, remainingMillis: number, refused: boolean) {
    super('DEADLINE_EXCEEDED', message);
    this.remainingMillis = remainingMillis;
    this.refused = refused;
  }
}
