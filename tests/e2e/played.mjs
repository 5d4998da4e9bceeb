// Our real pages, laid out by a real browser whose extension interface is played: so every state can be had, and quickly.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import { messagesOf } from '../extension/fake-browser.mjs';
import { chromiumPath } from './chromium.mjs';
import { ROOT } from './host.mjs';

const TYPES = { '.js': 'text/javascript', '.html': 'text/html', '.css': 'text/css', '.svg': 'image/svg+xml' };
const PATIENCE_MS = 60_000;

/** Runs in the page, before it: as much of the browser as our pages ask for. `put` changes what is stored, `program` what the program says. */
function played({ messages, language }) {
  const data = {};
  const listeners = [];
  const saying = { error: null, denied: [] };
  globalThis.chrome = {
    i18n: {
      getUILanguage: () => language,
      getMessage: (name, values = []) =>
        name === '@@bidi_dir'
          ? 'ltr'
          : (messages[name]?.message ?? '').replace(/\$(\d)/g, (_, number) => values[number - 1] ?? ''),
    },
    runtime: {
      sendMessage: async () => ({ ok: true }),
      getURL: (path) => `/${path}`,
      getManifest: () => ({ version: '0.0.0' }),
      sendNativeMessage: async (_, { id }) => {
        if (saying.error) throw new Error(saying.error);
        return { id, ok: true, result: { version: '0.0.0', protocol: 1 } };
      },
    },
    action: { getUserSettings: async () => ({ isOnToolbar: true }) },
    permissions: { contains: async ({ origins = [] }) => !origins.some((one) => saying.denied.includes(one)) },
    tabs: { query: async () => [] },
    storage: {
      local: { get: async () => structuredClone(data) },
      session: { get: async () => ({}) },
      onChanged: { addListener: (listener) => listeners.push(listener) },
    },
  };
  globalThis.put = (next) => {
    const changes = Object.fromEntries([...Object.keys(data), ...Object.keys(next)].map((key) => [key, {}]));
    for (const key of Object.keys(data)) delete data[key];
    Object.assign(data, next);
    for (const listener of listeners) listener(changes, 'local');
  };
  globalThis.program = (error, denied = []) => {
    Object.assign(saying, { error, denied });
    document.dispatchEvent(new Event('visibilitychange'));
  };
}

/**
 * @typedef {(name: string, language: string, viewport: {width: number, height: number}, colorScheme?: any) => Promise<any>} Open
 * @returns {Promise<{open: Open, stop: () => Promise<void>}>}
 */
export async function startPlayed() {
  const server = createServer(({ url }, response) => {
    const file = join(ROOT, 'extension', normalize(new URL(url ?? '/', 'http://x').pathname));
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    timeout: 90_000,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  return {
    async open(name, language, viewport, colorScheme = 'light') {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
      page.setDefaultTimeout(PATIENCE_MS);
      await page.addInitScript(played, { messages: messagesOf(language), language });
      const { port } = /** @type {any} */ (server.address());
      await page.goto(`http://127.0.0.1:${port}/ui/${name}.html`);
      await page.waitForFunction(() => !document.body.hidden);
      return page;
    },
    async stop() {
      await browser.close();
      server.close();
    },
  };
}
