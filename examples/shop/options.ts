import { parseArgs } from 'node:util';

export interface Options {
  readonly forMillis: number | undefined;
  readonly rate: number;
  readonly requests: number;
  readonly seed: number;
  readonly portBase: number;
  readonly faults: boolean;
  readonly jsonSummary: string | undefined;
  readonly help: boolean;
}

export const help = `A shop of three services with SLAs: storefront, inventory, payment.

  npm start -- [options]

  --for DURATION       end by itself after this much load, such as 30s or 5m (default: at Ctrl-C)
  --rate N             customers' requests a second, on average (default 20)
  --requests N         send N requests, then none; the metrics stay up until --for or Ctrl-C
  --seed N             the same seed gives the same requests and the same faults (default 1)
  --no-faults          nothing goes wrong
  --port-base N        /metrics of the three services on N, N+1 and N+2, the status page on N+3 (default 9464)
  --json-summary FILE  write what was sent and how it was answered, per service and route
  --help               this text
`;

/** A mistake on the command line; the message says which option, what it got and what it takes. */
export class UsageError extends Error {}

const durationUnits = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  return {
    forMillis: values.for === undefined ? undefined : durationMillis('--for', values.for),
    rate: number('--rate', values.rate, 0.1, 1_000),
    requests: values.requests === undefined ? Infinity : integer('--requests', values.requests, 1, 1e9),
    seed: integer('--seed', values.seed, 0, 2 ** 32 - 1),
    portBase: integer('--port-base', values['port-base'], 1, 65_532),
    faults: !values['no-faults'],
    jsonSummary: values['json-summary'],
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        for: { type: 'string' },
        rate: { type: 'string', default: '20' },
        requests: { type: 'string' },
        seed: { type: 'string', default: '1' },
        'port-base': { type: 'string', default: '9464' },
        'no-faults': { type: 'boolean', default: false },
        'json-summary': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function durationMillis(option: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const millis = Number(amount) * (durationUnits.get(unit ?? '') ?? NaN);
  // A timer of Node.js holds at most 2^31 - 1 milliseconds.
  if (!(millis > 0 && millis < 2 ** 31)) {
    throw new UsageError(`${option} takes a duration such as 30s or 5m, up to 500h; got '${text}'`);
  }
  return millis;
}

function number(option: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= min && value <= max)) {
    throw new UsageError(`${option} takes a number from ${min} to ${max}; got '${text}'`);
  }
  return value;
}

function integer(option: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw new UsageError(`${option} takes a whole number from ${min} to ${max}; got '${text}'`);
  }
  return value;
}
