// KNOWN: addresses, redirect to sign-in, the kinds of control, `<code>` blobs, i18nLocale and the ways to see who is signed in (seen on sibling settings). GUESSED: the AI setting's own key, its exact markup, the saving request, the feed and all styling.
//
// A loopback stand-in for www.linkedin.com's settings, for tests and for looking at. A browser started with
// `--host-resolver-rules="MAP www.linkedin.com 127.0.0.1:PORT"` sees it at https://www.linkedin.com/.
// Alone: `node tests/replica/server.mjs [port]` prints its address; /replica/ is the panel to play LinkedIn's side.
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentPage } from './documents.mjs';
import { feedPage, indexPage, panelPage, settingFragment, settingPage, signInPage } from './markup.mjs';

export const SETTING = '/mypreferences/d/settings/data-for-ai-improvement';
const SETTING_PATHS = /^\/mypreferences\/[dm]\/(settings\/)?data-for-ai-improvement\/?$/;
const BODY_MAX = 4096;
const SLOW_MS = 2_000;
const CLIENT = readFileSync(new URL('client.js', import.meta.url));

/**
 * @typedef {{ name: string, publicId: string, plainId: number, premium: boolean, training: boolean }} Account
 * @typedef {object} Replica
 * @property {number} port
 * @property {string} origin          where it answers on loopback
 * @property {string} spki            SHA-256 of its certificate's key in base64, as Chromium takes it
 * @property {Map<string, Account>} accounts  live: a test flips `training` to play the server's part
 * @property {{ layout: 'classic'|'classic-aria'|'new'|'hashed', language: string, delay: number, refuse: boolean,
 *              signedIn: string|null, offered: boolean, label: string|null, nameless: boolean, byScript: boolean,
 *              headers: Record<string, string> }} options  live as well; headers: more of them, of the setting's page
 * @property {string[]} requests      method and path of everything asked, oldest first
 * @property {Map<string, import('./documents.mjs').Choice>} documents  by path: another variant of a document than the plain one
 * @property {Map<string, object>} pages  page files by name; a request with `x-replica-page: NAME` gets that one
 * @property {string|null} shown      or this one gets everybody, where all that ask are of one test: a driver's headers are dear
 * @property {() => Promise<void>} close
 */

const accounts = () =>
  new Map(
    Object.entries({
      ada: { name: 'Ada Example', publicId: 'ada-example', plainId: 1001, premium: false, training: true },
      ben: { name: 'Ben Example', publicId: 'ben-example', plainId: 1002, premium: true, training: true },
    }),
  );

const defaults = () => ({
  layout: 'new',
  language: 'en',
  delay: 0,
  refuse: false,
  signedIn: 'ada',
  offered: true,
  label: null,
  nameless: false,
  byScript: false,
  headers: {},
});

/** A self-signed certificate for the name, made anew each time: no key is ever kept in the repository. */
function certificate() {
  const dir = mkdtempSync(join(tmpdir(), 'consentlog-replica-'));
  try {
    const key = join(dir, 'key.pem');
    const cert = join(dir, 'cert.pem');
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-days',
        '2',
        '-subj',
        '/CN=www.linkedin.com',
        '-addext',
        'subjectAltName=DNS:www.linkedin.com,IP:127.0.0.1',
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function body(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_MAX) throw new Error('body too long');
  }
  return text;
}

const send = (response, status, type, text, headers = {}) => {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...headers });
  response.end(text);
};
const html = (response, text, status = 200) => send(response, status, 'text/html', text);
const redirect = (response, location, headers = {}) => send(response, 302, 'text/plain', '', { location, ...headers });

/** The account of this request: its own session cookie, else whoever `options.signedIn` says. */
function sessionOf(replica, request) {
  const match = /(?:^|;\s*)replica_session=([a-z]*)/.exec(request.headers.cookie ?? '');
  const name = match ? match[1] : replica.options.signedIn;
  return name && replica.accounts.has(name) ? replica.accounts.get(name) : null;
}

async function save(replica, request, response, account) {
  const wanted = JSON.parse(await body(request));
  if (replica.options.refuse || typeof wanted.value !== 'boolean') {
    return send(response, 500, 'application/json', '{"saved":false}');
  }
  account.training = wanted.value;
  return send(response, 200, 'application/json', '{"saved":true}');
}

async function signIn(replica, request, response) {
  const form = new URLSearchParams(await body(request));
  const name = form.get('account') ?? '';
  const back = form.get('session_redirect') ?? '/feed/';
  if (!replica.accounts.has(name)) return html(response, signInPage(back, [...replica.accounts.keys()]), 400);
  return redirect(response, back.startsWith('/') ? back : '/feed/', {
    'set-cookie': `replica_session=${name}; Path=/; Secure; HttpOnly`,
  });
}

/** The panel of whoever plays LinkedIn by hand: same switches as a test has in `accounts` and `options`. */
async function panel(replica, request, response) {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await body(request));
    const flip = replica.accounts.get(form.get('flip') ?? '');
    if (flip) flip.training = !flip.training;
    if (form.has('layout')) replica.options.layout = form.get('layout');
    if (form.has('signedIn')) replica.options.signedIn = form.get('signedIn') || null;
    return redirect(response, '/replica/');
  }
  return html(response, panelPage(replica));
}

/** Whatever needs no account. Answers true when it has answered. */
async function open(replica, request, response, url) {
  if (url.pathname === '/replica/client.js') return (send(response, 200, 'text/javascript', CLIENT), true);
  if (url.pathname === '/replica/slow') return (setTimeout(() => send(response, 204, 'text/plain', ''), SLOW_MS), true);
  if (url.pathname === '/replica/') return (await panel(replica, request, response), true);
  const document = documentPage(url.pathname, replica.documents.get(url.pathname));
  if (document) return (html(response, document.html, document.status), true);
  if (url.pathname === '/favicon.ico') return (send(response, 204, 'image/x-icon', ''), true);
  if (url.pathname !== '/uas/login') return false;
  if (request.method === 'POST') await signIn(replica, request, response);
  else html(response, signInPage(url.searchParams.get('session_redirect') ?? '/feed/', [...replica.accounts.keys()]));
  return true;
}

async function answer(replica, request, response) {
  const url = new URL(request.url, 'https://www.linkedin.com');
  replica.requests.push(`${request.method} ${url.pathname}`);
  const file = replica.pages.get(replica.shown ?? String(request.headers['x-replica-page'] ?? ''));
  if (file?.answer?.(request, response, url)) return;
  if (await open(replica, request, response, url)) return;

  const account = sessionOf(replica, request);
  if (!account) return redirect(response, `/uas/login?session_redirect=${encodeURIComponent(url.pathname)}`);
  if (request.method === 'POST' && url.pathname === '/replica/save') return save(replica, request, response, account);
  if (url.pathname === '/replica/fragment') return html(response, settingFragment(account, replica.options));
  if (url.pathname === '/' || url.pathname === '/feed/') return html(response, feedPage(account, replica.options));
  if (url.pathname === '/mypreferences/d/categories/privacy')
    return html(response, indexPage(account, replica.options));
  if (SETTING_PATHS.test(url.pathname))
    return send(response, 200, 'text/html', settingPage(account, replica.options), replica.options.headers);
  return html(response, '<!doctype html><title>Page not found | LinkedIn</title><h1>Page not found</h1>', 404);
}

/** Starts it on a free loopback port (or the one given). @returns {Promise<Replica>} */
export async function startReplica({ port = 0 } = {}) {
  const replica = {
    accounts: accounts(),
    options: defaults(),
    requests: [],
    pages: new Map(),
    shown: null,
    documents: new Map(),
  };
  const pair = certificate();
  const { publicKey } = new X509Certificate(pair.cert);
  replica.spki = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  const server = createServer(pair, (request, response) => {
    answer(replica, request, response).catch((error) => {
      if (!response.headersSent) send(response, 500, 'text/plain', String(error));
      else response.destroy();
    });
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  replica.port = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
  replica.origin = `https://127.0.0.1:${replica.port}`;
  replica.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return replica;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const replica = await startReplica({ port: Number(process.argv[2] ?? 0) });
  console.log(`${replica.origin}${SETTING}\n${replica.origin}/feed/\n${replica.origin}/replica/`);
}
