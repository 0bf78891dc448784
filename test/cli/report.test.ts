import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatusPage } from '../../src/status/status-handler.ts';
import { command } from '../support/command-line.ts';
import { viewOf } from '../support/status-view.ts';

describe('the command', () => {
  it('says what it can do, and its version', async () => {
    const { code, out } = await command('--help');
    assert.equal(code, 0);
    for (const name of ['report', 'replay', 'dashboards']) assert.match(out, new RegExp(`^  ${name} `, 'm'));
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    assert.deepEqual(await command('--version'), { code: 0, out: `${version}\n`, err: '' });
    assert.match((await command('replay', '--help')).out, /Ends with 2 where an objective is breached/);
  });

  it('ends with 64 where it is called in a way that it does not know', async () => {
    assert.equal((await command()).code, 64);
    for (const args of [
      ['frobnicate'],
      ['constructor'],
      ['report', '--frob'],
      ['report', '--format', 'pdf'],
      ['replay'],
    ]) {
      const { code, err, out } = await command(...args);
      assert.deepEqual([code, out], [64, ''], args.join(' '));
      assert.match(err, /There is no command|Unknown option|expected/);
    }
  });
});

describe('the command report', () => {
  let server: Server;
  let url: string;
  const page = new StatusPage(() => viewOf());

  before(async () => {
    server = createServer(page.handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sla.json`;
  });

  after(() => {
    page[Symbol.dispose]();
    server.close();
  });

  it('shows what a running process counted, as a table, JSON, Markdown or a page', async () => {
    const table = await command('report', '--url', url);
    assert.deepEqual([table.code, table.err], [0, '']);
    assert.match(table.out, /^SERVICE +OBJECTIVE [^]*\nshop +availability +99 % succeed +30d +BREACHED +90 %/);
    assert.match((await command('report', '--url', url, '--format', 'markdown')).out, /^\| Service \| Objective \|/);
    assert.match((await command('report', '--url', url, '--format', 'html')).out, /^<!doctype html>/);
    const json = await command('report', '--url', url, '--format', 'json', '--service', 'shop');
    const { services } = JSON.parse(json.out) as { services: { service: string }[] };
    assert.deepEqual(
      services.map(({ service }) => service),
      ['shop'],
    );
  });

  it('knows periods and services, and names those there are', async () => {
    assert.match((await command('report', '--url', url, '--period', '1h')).out, /ATTAINED IN 1H/);
    const period = await command('report', '--url', url, '--period', '2w');
    assert.deepEqual([period.code, period.out], [64, '']);
    assert.match(period.err, /--period: expected one of 5m, 30m, 1h, 2h, 6h, 1d, 3d, got '2w'/);
    const service = await command('report', '--url', url, '--service', 'nobody');
    assert.match(service.err, /nothing is known of 'nobody'; there are peer of shop, shop/);
  });

  it('says what to do where nobody answers, or something else does', async () => {
    const nobody = await command('report', '--url', 'http://127.0.0.1:9/sla.json');
    assert.equal(nobody.code, 1);
    assert.match(nobody.err, /does not answer .*Is the process running, with a status page/);
    const page404 = await command('report', '--url', url.replace('sla.json', 'nothing'));
    assert.match(page404.err, /answered 404/);
    const html = await command('report', '--url', url.replace('sla.json', ''));
    assert.match(html.err, /answered with something that is no JSON/);
  });
});

describe('the commands replay and dashboards', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cli-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  /** A hundred requests, of which so many fail. */
  const spans = (failing: number): string =>
    Array.from({ length: 100 }, (_, index) => ({
      traceId: `${index}`,
      spanId: `${index}`,
      name: 'GET',
      kind: 2,
      startTimeUnixNano: `${1_768_464_000 + index}000000000`,
      endTimeUnixNano: `${1_768_464_000 + index}050000000`,
      status: { code: index < failing ? 2 : 0 },
    }))
      .map((span) => {
        const attributes = [{ key: 'service.name', value: { stringValue: 'stock' } }];
        return JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] });
      })
      .join('\n');

  it('judge recorded spans, and end with 2 where an objective is breached', async () => {
    const config = write('resilience.yaml', 'sla: { objectives: [{ metric: availability, target: 0.95 }] }');
    const good = await command('replay', '--config', config, write('good.json', spans(4)));
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /stock +availability +95 % succeed +30d +met +96 % +20 % /);
    assert.match(
      good.err,
      /^100 spans of 2026-01-15T08:00:00.050Z to 2026-01-15T08:01:39.050Z: 100 requests, 0 ignored/,
    );
    const bad = await command('replay', '--config', config, write('bad.json', spans(6)));
    assert.equal(bad.code, 2);
    assert.match(bad.out, /BREACHED +94 %/);
  });

  it('say which file cannot be read, and why', async () => {
    const config = write('resilience.yaml', 'sla: { objectives: [] }');
    const none = await command('replay', '--config', config, join(folder, 'none.json'));
    assert.deepEqual([none.code, none.out], [1, '']);
    assert.match(none.err, /ENOENT.*none\.json/);
    const empty = await command('replay', '--config', config, write('empty.json', '{}'));
    assert.match(empty.err, /empty\.json: it has no spans/);
    const wrong = write('wrong.yaml', 'sla: { objectives: [{ metric: availability, target: 95 }] }');
    assert.match(
      (await command('replay', '--config', wrong, write('s.json', spans(1)))).err,
      /wrong\.yaml:1: sla\.objectives\[0\]\.target: expected/,
    );
  });

  it('write the dashboards with what provisions them', async () => {
    const { code, out } = await command('dashboards', '--out', join(folder, 'made'));
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(join(folder, 'made')).toSorted(), ['dashboards', 'provisioning']);
    assert.match(out, /sla-overview\.json\n/);
    const shipped = readFileSync(new URL('../../grafana/dashboards/guards.json', import.meta.url), 'utf8');
    assert.equal(readFileSync(join(folder, 'made/dashboards/guards.json'), 'utf8'), shipped);
  });
});
