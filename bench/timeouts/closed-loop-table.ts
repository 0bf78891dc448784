import type { Verdict } from '../verdict.ts';
import { closedLoop, type Outcome } from './closed-loop.ts';
import { markdownTable } from './markdown.ts';

/** Runs the closed loop, judges full guards, and gives the table. */
export async function closedLoopTable(verdict: Verdict): Promise<string> {
  const outcomes = await closedLoop();
  const of = (name: string): Outcome => outcomes.find((each) => each.name === name)!;
  const [ours, fixed] = [of('bulkhead and adaptive timeout'), of('bulkhead and static 1 s')];
  verdict.least('closed loop: answers after, by before', ours.after / ours.before, 0.95, 'x');
  verdict.most('closed loop: recovery', ours.recoverySeconds, 10, 's');
  verdict.least('closed loop: by a static timeout', ours.during / fixed.during, 0.95, 'x');
  return markdownTable(
    ['guards', 'answers/s before', 'during', 'after', 'p99 at the end', 'recovery'],
    outcomes.map(({ name, before, during, after, p99Millis, recoverySeconds }) => [
      name,
      before.toFixed(0),
      during.toFixed(0),
      after.toFixed(0),
      Number.isNaN(p99Millis) ? 'none' : `${p99Millis.toFixed(0)} ms`,
      recoverySeconds === Infinity ? 'never' : `${recoverySeconds} s`,
    ]),
  );
}
