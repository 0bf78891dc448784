import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../config/load.ts';
import type { Duration } from '../time/duration.ts';
import { generateRules } from '../generate/generate-rules.ts';
import { FILE } from '../generate/file-names.ts';
import { renderRules } from '../generate/rule-files.ts';
import { PIPELINES } from '../generate/rule-options.ts';
import { type Command, EXIT, oneOf, readArgs, UsageError } from './command.ts';

const FOLDER = 'prometheus';

/** What Prometheus and its relatives evaluate, made of the objectives of a configuration. */
export const rules: Command = {
  summary: 'makes Prometheus recording rules, alerts and their tests of the objectives',
  usage: `Usage: opentelemetry-resilience rules [FILE] [OPTIONS]

  FILE                  default: what OTEL_RESILIENCE_CONFIG names, else resilience.yaml, resilience.yml or resilience.json
  --out DIR             where to (default ${FOLDER}); files of the same name are written over
  --pipeline PIPELINE   ${PIPELINES.join(', ')}: how metrics reach the backend (default prometheus)
  --min-bad-events N    with fewer bad events no burn alert is raised (default 5)
  --interval DURATION   how often alerts are evaluated, 1s to 1m (default 30s)
  --speed N             divides every window and interval, for a rehearsal in minutes (default 1)

Writes ${Object.values(FILE).join(', ')}.`,

  async run(args, output) {
    const { values, positionals } = readArgs(args, {
      out: { type: 'string', default: FOLDER },
      pipeline: { type: 'string', default: 'prometheus' },
      'min-bad-events': { type: 'string' },
      interval: { type: 'string' },
      speed: { type: 'string' },
    });
    const [path, ...others] = positionals;
    if (others.length > 0) throw new UsageError(`expected one file, got ${positionals.length}`);
    const pipeline = oneOf('pipeline', values.pipeline, PIPELINES);
    const { 'min-bad-events': least, interval, speed } = values;
    const { config, file, warnings } = await readConfig(path);
    const objectives = config.sla?.objectives ?? [];
    if (objectives.length === 0) throw new Error(`${file} has no objectives to make rules of`);
    const generated = generateRules(objectives, {
      pipeline,
      ...(least !== undefined && { minBadEvents: Number(least) }),
      ...(interval !== undefined && { interval: interval as Duration }),
      ...(speed !== undefined && { speed: Number(speed) }),
    });
    await mkdir(values.out, { recursive: true });
    const files = Object.entries(await renderRules(generated));
    await Promise.all(files.map(async ([name, text]) => writeFile(join(values.out, name), text)));
    for (const warning of [...warnings, ...generated.warnings]) output.err(`warning: ${warning}\n`);
    output.out(`${files.map(([name]) => join(values.out, name)).join('\n')}\n`);
    return EXIT.ok;
  },
};
