import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, EXIT, readArgs } from './command.ts';

const SHIPPED = fileURLToPath(new URL('../../grafana', import.meta.url));
const FOLDER = 'grafana';

/** The dashboards that come with the package. */
export const dashboards: Command = {
  summary: 'writes the Grafana dashboards, and the files that provision them',
  usage: `Usage: opentelemetry-resilience dashboards [OPTIONS]

  --out DIR   where to (default ${FOLDER}); files of the same name are written over`,

  async run(args, output) {
    const { values } = readArgs(args, { out: { type: 'string', default: FOLDER } });
    await mkdir(values.out, { recursive: true });
    await cp(SHIPPED, values.out, { recursive: true });
    const files = await readdir(SHIPPED, { recursive: true, withFileTypes: true });
    const written = files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => join(values.out, parentPath.slice(SHIPPED.length), name));
    output.out(`${written.toSorted().join('\n')}\n`);
    return EXIT.ok;
  },
};
