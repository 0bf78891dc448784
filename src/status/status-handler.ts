import type { IncomingMessage, ServerResponse } from 'node:http';
import { SCRIPT, STYLE } from './assets.ts';
import { BurnHistory } from './burn-history.ts';
import { renderContent, renderPage } from './page.ts';
import { HISTORY_SAMPLES } from './sections/services.ts';
import type { StatusView } from './view.ts';

/** Answers requests for the status page; for `http.createServer`, or mounted in a server of the user's. */
export type StatusHandler = (request: IncomingMessage, response: ServerResponse) => void;

interface Answer {
  readonly type: string;
  readonly body: () => string;
}

const SAMPLE_MILLIS = 15_000;
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The status page of a process: the page, its parts, and `/sla.json`, all relative to where it is mounted. */
export class StatusPage implements Disposable {
  readonly #read: () => StatusView;
  readonly #history = new BurnHistory(HISTORY_SAMPLES);
  #timer: ReturnType<typeof setInterval> | undefined;
  #isOver = false;
  readonly #answers: Readonly<Record<string, Answer>> = {
    '': { type: 'text/html', body: () => renderPage(this.#view(), this.#history).text },
    content: { type: 'text/html', body: () => renderContent(this.#view(), this.#history).text },
    'status.css': { type: 'text/css', body: () => STYLE },
    'status.js': { type: 'text/javascript', body: () => SCRIPT },
    'sla.json': { type: 'application/json', body: () => JSON.stringify(this.#view(), undefined, 2) },
  };

  /** @param read - how everything stands; asked for each page, and four times a minute for the lines that are drawn. */
  constructor(read: () => StatusView) {
    this.#read = read;
  }

  /** Never throws; what goes wrong is answered with 500. */
  readonly handle: StatusHandler = (request, response) => {
    try {
      this.#answer(request, response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(500, { ...HEADERS, 'content-type': 'text/plain' });
      response.end(`The status page failed: ${error instanceof Error ? error.message : 'no reason'}\n`);
    }
  };

  /** Begins to remember burn rates; otherwise the first request does. The timer keeps no process alive. */
  remember(): void {
    if (this.#timer !== undefined || this.#isOver) return;
    this.#view();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MILLIS);
    this.#timer.unref();
    this.#sample();
  }

  /** The page is still given to whoever asks for it; nothing more is remembered. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD' }).end();
      return;
    }
    this.remember();
    // Frameworks take the mount point off `url`, and keep the whole in `originalUrl`.
    const { originalUrl } = request as { originalUrl?: string };
    const [path = '/'] = (originalUrl ?? request.url ?? '/').split('?');
    const name = path.slice(path.lastIndexOf('/') + 1);
    const found = Object.hasOwn(this.#answers, name) ? this.#answers[name] : undefined;
    if (found !== undefined) this.#send(request, response, found);
    // What the page loads is relative to it, so it has to stand in a folder.
    else if (isMount(request)) response.writeHead(308, { ...HEADERS, location: `${name}/` }).end();
    else response.writeHead(404, { ...HEADERS, 'content-type': 'text/plain' }).end('Not found\n');
  }

  #send(request: IncomingMessage, response: ServerResponse, { type, body }: Answer): void {
    const text = body();
    response.writeHead(200, {
      ...HEADERS,
      'content-type': `${type}; charset=utf-8`,
      'content-length': Buffer.byteLength(text),
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  }

  #view(): StatusView {
    return this.#read();
  }

  /** A view that cannot be read must not end the process. */
  #sample(): void {
    try {
      this.#history.sample(this.#view());
    } catch {
      // Whoever asks for the page is told.
    }
  }
}

/** Whether it is asked for by the mount point itself, without a slash: frameworks then say that the rest is `/`. */
function isMount(request: IncomingMessage): boolean {
  const { originalUrl, baseUrl } = request as { originalUrl?: string; baseUrl?: string };
  return originalUrl !== undefined && baseUrl !== undefined && baseUrl === originalUrl.split('?')[0];
}
