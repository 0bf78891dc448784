import type { Verdict } from '../verdict.ts';
import { markdownTable } from './markdown.ts';
import { type Method, OTHERS, OURS } from './methods.ts';
import { type Scenario, SCENARIOS } from './scenarios.ts';
import { type Score, score, together } from './score.ts';
import { arrivals } from './traffic.ts';

/** Runs all methods through all scenarios, judges ours, and gives the table. */
export async function synthetic(verdict: Verdict, seeds: readonly number[]): Promise<string> {
  const rows: string[][] = [];
  for (const scenario of SCENARIOS) {
    const scores: Score[] = [];
    for (const method of [OURS, ...OTHERS]) scores.push(await runs(scenario, method, seeds));
    judge(verdict, scenario, scores[0]!);
    rows.push([scenario.name, ...scores.map((each) => cell(scenario, each))]);
  }
  return markdownTable(['traffic', OURS.name, ...OTHERS.map(({ name }) => name)], rows);
}

async function runs(scenario: Scenario, method: Method, seeds: readonly number[]): Promise<Score> {
  const scores: Score[] = [];
  for (const seed of seeds) {
    const calls = arrivals(scenario.traffic, seed);
    scores.push(score(scenario, calls, await method.run(calls, scenario.falseTimeoutRate)));
  }
  return together(scores);
}

function judge(verdict: Verdict, { name, limits }: Scenario, ours: Score): void {
  const { falseShare, ratio, waste, ratioAfter, upSeconds, downSeconds, falseAfterUp } = limits;
  if (falseShare && falseShare[0] > 0) verdict.least(`${name}: cut`, ours.falseShare * 100, falseShare[0] * 100, '%');
  if (falseShare) verdict.most(`${name}: cut`, ours.falseShare * 100, falseShare[1] * 100, '%');
  if (ratio) verdict.least(`${name}: by the oracle`, ours.ratio, ratio[0], 'x');
  if (ratio) verdict.most(`${name}: by the oracle`, ours.ratio, ratio[1], 'x');
  if (waste !== undefined) verdict.most(`${name}: waste`, ours.waste, waste, 'x');
  if (ratioAfter) verdict.least(`${name}: right after`, ours.ratioAfter, ratioAfter[0], 'x');
  if (ratioAfter) verdict.most(`${name}: right after`, ours.ratioAfter, ratioAfter[1], 'x');
  if (upSeconds !== undefined) verdict.most(`${name}: up`, ours.upSeconds, upSeconds, 's');
  if (downSeconds !== undefined) verdict.most(`${name}: down`, ours.downSeconds, downSeconds, 's');
  if (falseAfterUp !== undefined)
    verdict.most(`${name}: cut in 30 s`, ours.falseAfterUp * 100, falseAfterUp * 100, '%');
}

function cell({ step }: Scenario, { falseShare, ratio, waste, upSeconds, downSeconds, falseAfterUp }: Score): string {
  if (step) return `${percent(falseAfterUp)}, ${seconds(upSeconds)}, ${seconds(downSeconds)}`;
  return Number.isNaN(waste) ? `${percent(falseShare)}, ${times(ratio)}` : `${percent(falseShare)}, ${times(waste)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)} x`;
}

function seconds(value: number): string {
  return value === Infinity ? 'never' : `${value.toFixed(value < 10 ? 1 : 0)} s`;
}
