/**
 * Tests that cannot fail prove nothing. Here the rules are spoilt, one thing at a time, and each time one of the tests
 * that were made along with them has to fail.
 */
import assert from 'node:assert/strict';
import { FILE } from '../../src/generate/file-names.ts';
import { generateRules } from '../../src/generate/generate-rules.ts';
import type { AlertRule, RecordingRule, Rule } from '../../src/generate/rule.ts';
import type { RuleTestFile } from '../../src/generate/rule-tests/promtool.ts';
import { PromtoolFolder } from './promtool.ts';
import { requirePrometheus } from './prometheus.ts';

const sound = generateRules([{ service: 'checkout', metric: 'response_time', target: '300ms', percentile: 0.999 }]);

/** What becomes of a rule; `undefined` where it is left out. */
type Spoil = (rule: Rule) => Rule | undefined;

/** Which of the tests is to fail; only those are run. */
interface Killer {
  readonly hours?: RegExp;
  readonly days?: RegExp;
}

const TIERS = [
  { tier: 'fast', factor: 14.4, long: '1h', short: '5m', otherLong: '6h', otherShort: '30m' },
  { tier: 'medium', factor: 6, long: '6h', short: '30m', otherLong: '1d', otherShort: '2h' },
  { tier: 'slow', factor: 3, long: '1d', short: '2h', otherLong: '3d', otherShort: '6h' },
  { tier: 'trend', factor: 1, long: '3d', short: '6h', otherLong: '1d', otherShort: '1d' },
];

const isAlert = (rule: Rule): rule is AlertRule => 'alert' in rule;
const isRecording = (rule: Rule): rule is RecordingRule => 'record' in rule;

/** Spoils the expression of a tier's alert. */
function alertOf(tier: string, spoil: (expr: string) => string): Spoil {
  return (rule) => (isAlert(rule) && rule.labels['tier'] === tier ? { ...rule, expr: spoil(rule.expr) } : rule);
}

/** Spoils the expressions of recorded series. */
function recorded(name: RegExp, spoil: (expr: string) => string): Spoil {
  return (rule) => (isRecording(rule) && name.test(rule.record) ? { ...rule, expr: spoil(rule.expr) } : rule);
}

/** Without the nth of the conditions that an alert joins by `and`. */
function withoutCondition(index: number): (expr: string) => string {
  const and = '\nand on (sla_service, sla_objective)\n';
  return (expr) => expr.split(and).toSpliced(index, 1).join(and);
}

const steady = { hours: /just (above|below) the factor/ };
const floor = { hours: /however little traffic|fewer bad events/ };
const burst = (tier: string): Killer =>
  tier === 'fast' ? { hours: /^fast: fires once/ } : { days: new RegExp(`^${tier}: fires once`) };

const MUTATIONS: readonly (readonly [what: string, spoil: Spoil, killer: Killer])[] = [
  ...TIERS.flatMap(({ tier, factor, long, short, otherLong, otherShort }) => {
    const times = (by: number) => (expr: string) => expr.replaceAll(`> ${factor}\n`, `> ${factor * by}\n`);
    const window = (from: string, to: string) => (expr: string) =>
      expr.replaceAll(`"${from}"`, `"${to}"`).replaceAll(`increase${from}{`, `increase${to}{`);
    const label =
      (name: string, value: string): Spoil =>
      (rule) =>
        isAlert(rule) && rule.labels['tier'] === tier ? { ...rule, labels: { ...rule.labels, [name]: value } } : rule;
    return [
      [`${tier}: a factor 10 % higher`, alertOf(tier, times(1.1)), steady],
      [`${tier}: a factor 10 % lower`, alertOf(tier, times(0.9)), steady],
      [`${tier}: no long window`, alertOf(tier, withoutCondition(0)), burst(tier)],
      [`${tier}: no short window`, alertOf(tier, withoutCondition(1)), burst(tier)],
      [`${tier}: no floor`, alertOf(tier, withoutCondition(2)), floor],
      [`${tier}: a lower floor`, alertOf(tier, (expr) => expr.replace('> 4.5', '> 3.5')), floor],
      [`${tier}: a higher floor`, alertOf(tier, (expr) => expr.replace('> 4.5', '> 6.5')), floor],
      [`${tier}: another long window`, alertOf(tier, window(long, otherLong)), burst(tier)],
      [`${tier}: another short window`, alertOf(tier, window(short, otherShort)), burst(tier)],
      [`${tier}: another severity`, label('severity', 'none'), steady],
      [`${tier}: another tier label`, label('tier', 'other'), steady],
    ] as const;
  }),
  ['the largest instance instead of all', recorded(/increase/, sub('sum by', 'max by')), { hours: /rolling restart/ }],
  [
    'no regard for counter resets',
    recorded(/increase(5m|30m|1h)$/, sub('increase(', 'delta(')),
    { hours: /counter reset/ },
  ],
  ['bad events taken for good', recorded(/good:increase5m|good:increase1h/, sub('"good"', '"bad"')), steady],
  ['a budget 10 % larger', recorded(/burn_rate:ratio/, sub('/ 0.001', '/ 0.0011')), steady],
  ['sums twice too large', recorded(/increase\d+[hd]$/, sub('/ 10', '/ 5')), { hours: /counter reset/ }],
  ['burn rates without traffic', recorded(/burn_rate:ratio/, sub(' > 0)', ' >= 0)')), { hours: /without traffic/ }],
  ['shares without traffic', recorded(/compliance|remaining/, sub(' > 0)', ' >= 0)')), { hours: /without traffic/ }],
  ['a budget that ends elsewhere', recorded(/exhausted/, sub('2592000', '604800')), steady],
  ['a spent budget that lasts', recorded(/exhausted/, sub('clamp_min(', 'clamp_min(1 + 0 * ')), steady],
  ['another target', recorded(/target/, sub('0.999', '0.99')), { hours: /what was promised/ }],
  ['another threshold', recorded(/response_time_threshold/, sub('0.3', '0.5')), { hours: /what was promised/ }],
  ['another factor as a series', recorded(/burn_rate_threshold/, sub('14.4', '10')), { hours: /what was promised/ }],
  ['who reports at all', recorded(/requests/, sub('increase(', '0 * increase(')), { hours: /has stopped reporting/ }],
  ['dependencies that report', ofAll('span_kind!="client",', ''), { hours: /of a dependency/ }],
  ['a service that never had requests', ofAll('[1d]) > 0', '[1d]) >= 0'), { hours: /had no requests/ }],
  ['whoever still reports', ofAll('unless on (sla_service)', 'or'), { hours: /one of its instances goes on/ }],
];

function sub(from: string, to: string): (expr: string) => string {
  return (expr) => expr.replaceAll(from, to);
}

function ofAll(from: string, to: string): Spoil {
  return (rule) => ({ ...rule, expr: rule.expr.replaceAll(from, to) });
}

function spoilt(spoil: Spoil): { [FILE.recording]: unknown; [FILE.alerts]: unknown } {
  const groups = (file: typeof sound.recording): unknown => ({
    groups: file.groups.map((group) => ({ ...group, rules: group.rules.flatMap((rule) => spoil(rule) ?? []) })),
  });
  return { [FILE.recording]: groups(sound.recording), [FILE.alerts]: groups(sound.alerts) };
}

function only(file: RuleTestFile, name: RegExp | undefined): RuleTestFile {
  return { ...file, tests: file.tests.filter((test) => name?.test(test.name)) };
}

/** Whether one of those tests fails; that there are some is seen on the sound rules. */
async function isKilled(spoil: Spoil, { hours, days }: Killer): Promise<boolean> {
  using folder = new PromtoolFolder({
    ...spoilt(spoil),
    [FILE.tests]: only(sound.tests.hours, hours),
    [FILE.longTests]: only(sound.tests.days, days),
  });
  const { ok, said } = await folder.run('test', 'rules', FILE.tests, FILE.longTests);
  assert(ok || said.includes('exp:'), `not a test, but promtool failed: ${said.slice(0, 1_000)}`);
  return !ok;
}

describe('tests of rules', () => {
  before(requirePrometheus);

  it('find nothing in what is sound', async () => {
    assert(!(await isKilled((rule) => rule, { hours: /./, days: /./ })));
  });

  for (const [what, spoil, killer] of MUTATIONS)
    it(`find out ${what}`, async () => {
      const before = JSON.stringify([sound.recording, sound.alerts]);
      const after = JSON.stringify(Object.values(spoilt(spoil)));
      assert.notEqual(after, before, 'nothing was spoilt');
      assert(await isKilled(spoil, killer));
    });

  it('find out every rule that is not there', async () => {
    const quick = {
      hours: /what was promised|just (above|below) the factor of (fast|trend)|has stopped|counter reset/,
    };
    const rules = [sound.recording, sound.alerts].flatMap(({ groups }) => groups.flatMap((group) => group.rules));
    const missed: Rule[] = [];
    for (const left of rules)
      if (!(await isKilled((rule) => (rule === left ? undefined : rule), quick))) missed.push(left);
    assert.deepEqual(missed, []);
  });
});
