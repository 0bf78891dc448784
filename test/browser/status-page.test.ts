import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { StatusPage } from '../../src/status/status-handler.ts';
import type { StatusView } from '../../src/status/view.ts';
import { viewOf } from '../support/status-view.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=2</script>';

describe('the status page in a browser', () => {
  let browser: Browser;
  let server: Server;
  let status: StatusPage;
  let view: StatusView;
  let page: Page;
  /** What the page complained about: its own errors, and what its content security policy refused. */
  let complaints: string[];

  before(async () => {
    assert.ok(
      existsSync(EXECUTABLE),
      `there is no ${EXECUTABLE}: install Debian's chromium, or say where it is in CHROMIUM`,
    );
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
    });
  });

  beforeEach(async () => {
    view = viewOf();
    status = new StatusPage(() => view);
    server = createServer(status.handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    await page.context().close();
    status[Symbol.dispose]();
    server.close();
    server.closeAllConnections();
  });

  after(() => browser.close());

  /** The page with the browser's clock in the test's hands. */
  const open = async (options: BrowserContextOptions = {}): Promise<void> => {
    const context = await browser.newContext(options);
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => complaints.push(message.text()));
    await page.clock.install({ time: '2027-01-15T08:00:00Z' });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  };

  const updated = async (): Promise<void> => {
    const answered = page.waitForResponse(/\/content$/);
    await page.clock.runFor(5_000);
    await answered;
  };

  it('shows services, objectives, compartments and timeouts as tables that assistive technology can read', async () => {
    await open();
    assert.equal(await page.title(), 'Service levels');
    assert.deepEqual(await page.getByRole('heading', { level: 2 }).allTextContents().then(trimmed), [
      'shop',
      'peer of shop as its callers here see it',
      'Compartments',
      'Timeouts',
    ]);
    const table = page.getByRole('table', { name: 'Objectives of shop', exact: true });
    assert.equal(await table.getByRole('row').count(), 4);
    const cells = table.getByRole('row', { name: /^availability/ }).getByRole('cell');
    assert.match(
      (await cells.allInnerTexts()).join(' | '),
      /99 % succeed\s+over 30d \| ✕ breached\s+since .* \| 90 % \| -900 % \| 10/,
    );
    assert.deepEqual(complaints, []);
  });

  it('is live: what changed is there within five seconds, and told once', async () => {
    await open();
    assert.equal(await page.getByRole('status').textContent(), 'Objectives: 2 breached, 4 no data.');
    view = { ...view, services: [], bulkheads: [], timeouts: [] };
    await updated();
    await page.getByText('No span has ended yet.').waitFor();
    assert.equal(await page.getByRole('status').textContent(), 'No objectives.');
    assert.deepEqual(complaints, []);
  });

  it('says when the process does not answer any more, and when it does again', async () => {
    await open();
    assert.equal(await page.getByRole('alert').isVisible(), false);
    await page.route('**/content', (route) => route.abort());
    await page.clock.runFor(5_000);
    await page.getByText('Not live: the process does not answer.').waitFor();
    await page.unroute('**/content');
    await updated();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
  });

  it('runs nothing that comes from the name of a span', async () => {
    view = viewOf(HOSTILE);
    await open();
    await updated();
    assert.equal(await page.title(), 'Service levels');
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.ok((await page.getByRole('heading', { level: 2 }).first().textContent())?.includes(HOSTILE));
    assert.deepEqual(complaints, []);
  });

  it('fits a phone: nothing runs out of its side, and every figure has its label', async () => {
    view = viewOf('a-service-with-quite-a-long-name.in-some-namespace.svc.cluster.local');
    await open({ viewport: { width: 360, height: 740 } });
    const [content, screen] = await page.evaluate(
      () => [document.documentElement.scrollWidth, window.innerWidth] as const,
    );
    assert.ok(content <= screen, `${content} px on a screen of ${screen}`);
    const label = await page
      .getByRole('cell')
      .first()
      .evaluate((cell) => getComputedStyle(cell, '::before').content);
    assert.equal(label, '"Promise"');
  });

  it('is dark where the user wants it, with enough contrast both ways', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await open({ colorScheme });
      const ratios = await page.evaluate(contrasts);
      assert.ok(ratios.length > 5);
      for (const { text, ratio } of ratios)
        assert.ok(ratio >= 4.5, `${colorScheme}: ${text} has a contrast of ${ratio}`);
      if (colorScheme === 'light') await page.context().close();
    }
  });

  it('is used by keyboard: the first key leads past the top, and focus is seen', async () => {
    await open();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the services' });
    assert.ok(await skip.evaluate((link) => link === document.activeElement && link.getBoundingClientRect().left >= 0));
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
    await updated();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main', 'an update takes no focus away');
  });
});

function trimmed(texts: string[]): string[] {
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}

/** The contrast of every piece of text with what it stands on, as WCAG 2 defines it. Runs in the page. */
function contrasts(): { text: string; ratio: number }[] {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
      const value = Number(part) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return /rgba\(0, 0, 0, 0\)/.test(backgroundColor) ? behind(element.parentElement) : backgroundColor;
  };
  const texts = [...document.querySelectorAll('h1, h2, p, th, td, dt, dd, small, .badge, a')];
  return texts
    .filter((element) => element.textContent !== '')
    .map((element) => {
      const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return { text: element.textContent?.trim() ?? '', ratio: Math.round(ratio * 100) / 100 };
    });
}
