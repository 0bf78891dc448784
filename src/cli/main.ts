import { ConfigurationError } from '../errors.ts';
import { VERSION } from '../instrumentation/version.ts';
import { type Command, EXIT, type ExitCode, type Output, UsageError } from './command.ts';

/** Loaded when they are called: most need nothing of what the others need. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).init,
  rules: async () => (await import('./rules.ts')).rules,
  validate: async () => (await import('./validate.ts')).validate,
  dashboards: async () => (await import('./dashboards.ts')).dashboards,
  report: async () => (await import('./report.ts')).report,
  replay: async () => (await import('./replay.ts')).replay,
};

const NAME = 'opentelemetry-resilience';

/** Runs one command. Never rejects: what goes wrong is told, and in the exit code. */
export async function main(args: readonly string[], output: Output): Promise<ExitCode> {
  const [name = '--help', ...rest] = args;
  if (name === '--version' || name === '-v') {
    output.out(`${VERSION}\n`);
    return EXIT.ok;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    output.out(await overview());
    return args.length === 0 ? EXIT.usage : EXIT.ok;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    output.err(`There is no command '${name}'.\n\n${await overview()}`);
    return EXIT.usage;
  }
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    output.out(`${command.summary}\n\n${command.usage}\n`);
    return EXIT.ok;
  }
  try {
    return await command.run(rest, output);
  } catch (error) {
    return told(error, name, command, output);
  }
}

function told(error: unknown, name: string, command: Command, output: Output): ExitCode {
  if (error instanceof UsageError) {
    output.err(`${name}: ${error.message}\n\n${command.usage}\n`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  output.err(error instanceof ConfigurationError ? `${message}\n` : `${name}: ${message}\n`);
  return EXIT.failed;
}

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(12)}${(await load()).summary}`),
  );
  return `${NAME} ${VERSION}\n\nUsage: ${NAME} COMMAND [OPTIONS]\n\n${lines.join('\n')}\n\n${NAME} COMMAND --help tells more.\n`;
}
