/**
 * Makes the generated parts of README.md and docs/ and the generated files anew: `npm run generate`. With `--check` it
 * writes nothing, names every file that is stale or shows code that does not compile, and fails: `npm run generate:check`.
 * Either wants the package to be built.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { codeProblems } from './code-blocks.ts';
import { documentPaths, readDocument, renderDocument } from './documents.ts';
import { generatedFiles, readFile, renderFile } from './generated-files.ts';
import { allParts, partNames } from './generated-parts.ts';
import { withoutTimings } from './metrics-excerpt.ts';

const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
const stale: string[] = [];

for (const path of Object.keys(generatedFiles)) {
  const fresh = await renderFile(path);
  if (fresh === readFile(path)) continue;
  stale.push(path);
  if (!check) writeFileSync(path, fresh);
}

for (const path of documentPaths()) {
  const old = readDocument(path);
  const unknown = partNames(old).find((name) => !(name in allParts));
  if (unknown !== undefined)
    throw new Error(`${path}: nobody makes "${unknown}"; there are ${Object.keys(allParts).join(', ')}`);
  const fresh = await renderDocument(path, allParts);
  if (withoutTimings(fresh) === withoutTimings(old)) continue;
  stale.push(path);
  if (!check) writeFileSync(path, fresh);
}

if (check) {
  const paths = documentPaths();
  const problems = codeProblems(new Map(paths.map((path) => [path, readDocument(path)])), { built: true });
  if (stale.length > 0)
    console.error(`Stale: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`);
  if (problems !== '') console.error(`Code that does not compile:\n${problems}`);
  process.exitCode = stale.length > 0 || problems !== '' ? 1 : 0;
}
if (process.exitCode !== 1)
  console.log(check || stale.length === 0 ? 'Everything is fresh.' : `Renewed ${stale.join(', ')}.`);
