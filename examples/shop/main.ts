/** The demo behind `npm start`: three services, their customers, faults that come and go, and a table of the SLAs. */
import { open } from 'node:fs/promises';
import { Demo } from './demo.ts';
import { serviceNames } from './service-names.ts';
import { help, type Options, readOptions, UsageError } from './options.ts';
import { checkPorts } from './ports.ts';
import { Screen } from './screen.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(help);
  else await run(options);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `shop: ${message}\n${error instanceof UsageError ? '`npm start -- --help` lists the options.\n' : ''}`,
  );
  process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
  // The metrics of each, and the status page of the storefront.
  await checkPorts(Array.from({ length: serviceNames.length + 1 }, (_, index) => options.portBase + index));
  await checkWritable(options.jsonSummary);
  const screen = new Screen(process.stdout);
  const demo = new Demo(options, screen);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => demo.stop());
  // The reader of our output may leave before we do.
  process.stdout.on('error', () => demo.stop());
  process.on('exit', () => screen.close());
  await demo.run();
}

async function checkWritable(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  try {
    const handle = await open(file, 'a');
    await handle.close();
  } catch (error) {
    throw new UsageError(
      `--json-summary cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
