import { type Command, EXIT, oneOf, readArgs, UsageError } from './command.ts';
import { findingsOf } from './validate/findings.ts';
import { formatted, FORMATS } from './validate/formats.ts';

/** Whether a configuration can be used, for people, editors and CI. */
export const validate: Command = {
  summary: 'says whether a configuration can be used, and what is understood of it',
  usage: `Usage: opentelemetry-resilience validate [FILE] [OPTIONS]

  FILE              default: what OTEL_RESILIENCE_CONFIG names, else resilience.yaml, resilience.yml or resilience.json
  --format FORMAT   ${FORMATS.join(', ')} (default text); github annotates the lines of a pull request

Ends with 1 where there is a problem. Warnings are no problems.`,

  async run(args, output) {
    const { values, positionals } = readArgs(args, { format: { type: 'string', default: 'text' } });
    const format = oneOf('format', values.format, FORMATS);
    const [file, ...others] = positionals;
    if (others.length > 0) throw new UsageError(`expected one file, got ${positionals.length}`);
    const findings = await findingsOf(file);
    output.out(formatted(findings, format));
    return findings.isValid ? EXIT.ok : EXIT.failed;
  },
};
