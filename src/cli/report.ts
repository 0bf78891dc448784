import { writeFile } from 'node:fs/promises';
import { isRecord, records } from './replay/recorded-span.ts';
import type { StatusView } from '../status/view.ts';
import { type Command, EXIT, oneOf, readArgs } from './command.ts';
import { formatted, FORMATS } from './report-format.ts';

const URL_OF_SLA = 'http://localhost:9465/sla.json';
const PATIENCE_MILLIS = 10_000;
const LONGEST_ANSWER = 64 * 1024 * 1024;

/** What a running process counted, for people and for other programs. */
export const report: Command = {
  summary: 'shows what a running process counted: every objective, its status and its budget',
  usage: `Usage: opentelemetry-resilience report [OPTIONS]

  --url URL         the sla.json of the process's status page (default ${URL_OF_SLA})
  --format FORMAT   ${FORMATS.join(', ')} (default table)
  --service NAME    only this service
  --period WINDOW   what was attained in this window too: one of those whose burn rates are reported, such as 1d
  --out FILE        into a file instead of the terminal`,

  async run(args, output) {
    const { values, positionals } = readArgs(args, {
      url: { type: 'string', default: URL_OF_SLA },
      format: { type: 'string', default: 'table' },
      service: { type: 'string' },
      period: { type: 'string' },
      out: { type: 'string' },
    });
    const format = oneOf('format', values.format, FORMATS);
    const text = formatted(await readView(positionals[0] ?? values.url), format, values);
    if (values.out === undefined) output.out(text);
    else await writeFile(values.out, text);
    return EXIT.ok;
  },
};

async function readView(url: string): Promise<StatusView> {
  const answer = await ask(url);
  let view: unknown;
  try {
    view = JSON.parse(answer);
  } catch (error) {
    throw new Error(`${url} answered with something that is no JSON`, { cause: error });
  }
  if (!isRecord(view) || !Array.isArray(view['services']))
    throw new Error(`${url} answered with JSON that is no report: there are no services in it`);
  return {
    ...(view as unknown as StatusView),
    bulkheads: listOf(view['bulkheads']),
    timeouts: listOf(view['timeouts']),
  };
}

async function ask(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLIS) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(
      `${url} does not answer (${cause}). Is the process running, with a status page? In resilience.yaml: status: { port: 9465 }`,
      { cause: error },
    );
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const text = await response.text();
  if (text.length > LONGEST_ANSWER) throw new Error(`${url} answered with more than can be read`);
  return text;
}

function listOf<T>(value: unknown): T[] {
  return records(value) as unknown as T[];
}
