import { stat, writeFile } from 'node:fs/promises';
import { loadConfig } from '../config/load.ts';
import { type Command, EXIT, oneOf, type Output, readArgs, UsageError } from './command.ts';
import { Replay } from './replay/replay.ts';
import { formatted, FORMATS } from './report-format.ts';

const WIDTH = 30;

/** Recorded spans through the processor, as if they ended now. */
export const replay: Command = {
  summary: 'judges recorded spans: OTLP JSON, as the Collector writes it, and Jaeger JSON',
  usage: `Usage: opentelemetry-resilience replay [OPTIONS] FILE...

  --config FILE     whose objectives are kept (default: resilience.yaml of this folder)
  --format FORMAT   ${FORMATS.join(', ')} (default table)
  --service NAME    only this service
  --period WINDOW   what was attained in this window too, such as 1d
  --out FILE        into a file instead of the terminal

The spans' own time is the clock. Ends with 2 where an objective is breached, for CI.`,

  async run(args, output) {
    const { values, positionals: files } = readArgs(args, {
      config: { type: 'string' },
      format: { type: 'string', default: 'table' },
      service: { type: 'string' },
      period: { type: 'string' },
      out: { type: 'string' },
    });
    const format = oneOf('format', values.format, FORMATS);
    if (files.length === 0) throw new UsageError('expected a file of spans');
    const { openslo: _openslo, state: _state, ...sla } = (await loadConfig(values.config)).sla ?? {};
    const replayed = new Replay(sla);
    await readFiles(files, replayed, output);
    const report = replayed.tracker?.report();
    if (report === undefined) throw new Error('no span could be read');
    const text = formatted({ ...report, bulkheads: [], timeouts: [] }, format, values);
    if (values.out === undefined) output.out(text);
    else await writeFile(values.out, text);
    const statuses = report.services
      .flatMap((service) => [service, ...service.operations])
      .flatMap((part) => part.objectives);
    return statuses.some(({ status }) => status === 'breached') ? EXIT.breached : EXIT.ok;
  },
};

async function readFiles(files: readonly string[], replayed: Replay, output: Output): Promise<void> {
  for (const file of files) {
    const { size } = await stat(file);
    let shown = -1;
    try {
      await replayed.read(file, (bytes) => {
        const percent = size === 0 ? 100 : Math.floor((100 * bytes) / size);
        if (!output.isLive || percent === shown) return;
        shown = percent;
        output.err(`\r${progress(file, percent)}`);
      });
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    } finally {
      if (output.isLive) output.err('\n');
    }
  }
  const { period, spans, tracker } = replayed;
  if (period === undefined || tracker === undefined) return;
  const [from, to] = [period.fromMillis, period.toMillis].map((millis) => new Date(millis).toISOString());
  const { counted, dropped, late, invalid, ignored, failed } = tracker.snapshot();
  output.err(
    `${spans} spans of ${from} to ${to}: ${counted + dropped} requests, ${ignored} ignored, ${late} late, ${invalid + failed} unusable\n`,
  );
}

function progress(file: string, percent: number): string {
  const done = Math.round((WIDTH * percent) / 100);
  return `[${'#'.repeat(done)}${' '.repeat(WIDTH - done)}] ${String(percent).padStart(3)} %  ${file}`;
}
