import { writeFile } from 'node:fs/promises';
import { type Command, EXIT, readArgs, UsageError } from './command.ts';
import { samplesIn } from './init/exposition.ts';
import { fetchText } from './init/fetch-text.ts';
import { proposal } from './init/proposal.ts';
import { type Seen, seenIn } from './init/seen.ts';

const FILE = 'resilience.yaml';
const NOTHING: Seen = { services: [], peers: [] };

/** A configuration to begin with. */
export const init: Command = {
  summary: 'writes a commented configuration, for the services and peers that metrics show',
  usage: `Usage: opentelemetry-resilience init [OPTIONS]

  --url URL    metrics in Prometheus' format, such as http://localhost:9464/metrics; without it nothing is asked
  --out FILE   where to (default ${FILE})
  --force      write over a file that is there`,

  async run(args, output) {
    const { values, positionals } = readArgs(args, {
      url: { type: 'string' },
      out: { type: 'string', default: FILE },
      force: { type: 'boolean', default: false },
    });
    if (positionals.length > 0) throw new UsageError(`expected options only, got '${positionals[0]}'`);
    const { url, out, force } = values;
    const seen = url === undefined ? NOTHING : seenIn(samplesIn(await fetchText(addressOf(url))));
    await write(out, proposal(seen, url), force);
    const { services, peers } = seen;
    const found = `${services.length} services and ${peers.length} peers are in it`;
    output.out(
      `Wrote ${out}${url === undefined ? '' : `: ${found}`}. Check it: npx opentelemetry-resilience validate ${out}\n`,
    );
    return EXIT.ok;
  },
};

function addressOf(url: string): URL {
  const address = URL.parse(url);
  if (address === null || !['http:', 'https:'].includes(address.protocol))
    throw new UsageError(`--url: expected an address such as http://localhost:9464/metrics, got '${url}'`);
  return address;
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(`${file} is there already, and stays as it is; --force writes over it`, { cause: error });
  }
}
