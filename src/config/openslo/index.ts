/**
 * Objectives from OpenSLO v1 files. `readOpenSlo` checks the documents of one file, `objectivesOf` turns those of all files
 * into objectives of ours:
 *
 * ```ts
 * const documents = await readOpenSlo(await readFile('slo.yaml', 'utf8'), 'slo.yaml');
 * const { objectives, problems, warnings } = objectivesOf(documents);
 * ```
 */
export { readOpenSlo } from './read-openslo.ts';
export { objectivesOf, type OpenSloObjectives } from './objectives-of.ts';
export { OPENSLO_ANNOTATIONS } from './annotations.ts';
