import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HEADING = 'From /metrics:\n\n';

/** What an example finds at its own `/metrics`, as a code block. Runs the example, so the package has to be built. */
export function metricsExcerpt(): string {
  const program = fileURLToPath(new URL('../examples/sla-basic.ts', import.meta.url));
  const output = execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 30_000 });
  const from = output.indexOf(HEADING);
  if (from < 0) throw new Error(`${program} printed no line "${HEADING.trim()}"`);
  return `\`\`\`text\n${output.slice(from + HEADING.length).trim()}\n\`\`\``;
}

/** The same text for two runs of the example: without the values that depend on how fast the machine was. */
export function withoutTimings(text: string): string {
  return text.replaceAll(/^(\w*(?:response_time|duration|coverage)\w*\{.*\}) \S+$/gm, '$1 …');
}
