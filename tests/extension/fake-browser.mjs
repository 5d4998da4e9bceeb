// As much of chrome.* as the unit tests need: storage that clones, alarms that only remember, a native host that a test plays.
import { readFileSync } from 'node:fs';
import './web-crypto.mjs';

const root = new URL('../../extension/', import.meta.url);
export const messagesOf = (locale) =>
  JSON.parse(readFileSync(new URL(`_locales/${locale}/messages.json`, root), 'utf8'));
export const EXTENSION_ID = 'dgnihhnepohihbhjdpccfmpgbmhcpcfk';
export const SETTING = 'https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement';

/** An event with addListener, and `emit` for tests. */
function fakeEvent() {
  const listeners = [];
  return {
    addListener: (listener) => listeners.push(listener),
    emit: (...args) => listeners.map((listener) => listener(...args)),
    listeners,
  };
}

/** As Chromium stores it; and much quicker here than a structured clone. @param {unknown} value */
const stored = (value) => JSON.parse(JSON.stringify(value));

function fakeArea(name, onChanged) {
  const data = new Map();
  const pick = (keys) => (keys === null || keys === undefined ? [...data.keys()] : [keys].flat());
  return {
    data,
    get: async (keys) =>
      Object.fromEntries(
        pick(keys)
          .filter((key) => data.has(key))
          .map((key) => [key, stored(data.get(key))]),
      ),
    async set(items) {
      const changes = {};
      for (const [key, newValue] of Object.entries(stored(items))) {
        changes[key] = { oldValue: data.get(key), newValue };
        data.set(key, newValue);
      }
      onChanged.emit(changes, name);
    },
    async remove(keys) {
      const gone = [keys].flat().filter((key) => data.has(key));
      const changes = Object.fromEntries(gone.map((key) => [key, { oldValue: data.get(key) }]));
      for (const key of gone) data.delete(key);
      if (gone.length > 0) onChanged.emit(changes, name);
    },
  };
}

function fakeAlarms() {
  const set = new Map();
  return {
    set,
    create: async (name, info) => void set.set(name, info),
    get: async (name) => set.get(name),
    clear: async (name) => set.delete(name),
    onAlarm: fakeEvent(),
  };
}

function fakeNotifications() {
  const told = [];
  return {
    told,
    create: async (id, options) => void told.push({ id, ...options }),
    clear: async (id) => void told.push({ cleared: id }),
    onClicked: fakeEvent(),
  };
}

/** Permissions that the member has given so far. */
function fakePermissions() {
  const granted = new Set();
  const names = ({ permissions = [], origins = [] }) => [...permissions, ...origins];
  return {
    granted,
    contains: async (asked) => names(asked).every((name) => granted.has(name)),
    onAdded: fakeEvent(),
  };
}

/** @param {string} locale */
function fakeI18n(locale) {
  const messages = messagesOf(locale);
  return {
    getUILanguage: () => locale,
    getMessage: (name, values = []) =>
      name === '@@bidi_dir' ? 'ltr' : (messages[name]?.message ?? '').replace(/\$(\d)/g, (_, n) => values[n - 1] ?? ''),
  };
}

function fakeAction() {
  const shown = {};
  const setter = (key) => async (value) => void (shown[key] = Object.values(value)[0]);
  return {
    shown,
    setBadgeText: setter('text'),
    setBadgeBackgroundColor: setter('colour'),
    setBadgeTextColor: setter('textColour'),
    setTitle: setter('title'),
    setIcon: setter('icon'),
  };
}

function fakeTabs() {
  const open = [];
  const did = [];
  return {
    open,
    did,
    query: async () => open,
    async get(id) {
      const tab = open.find((one) => one.id === id);
      if (!tab) throw new Error(`No tab with id: ${id}`);
      return tab;
    },
    create: async (options) => (did.push(['create', options]), { id: 77 }),
    update: async (id, options) => void did.push(['update', id, options]),
    reload: async (id, options) => void did.push(['reload', id, options]),
    onUpdated: fakeEvent(),
  };
}

/**
 * Put a fresh browser at globalThis.chrome.
 * @param {object} [options]
 * @param {(message: any) => any} [options.host] answers a native message, or throws what the browser would
 * @param {string} [options.locale]
 */
export function installFakeBrowser({ host = () => ({}), locale = 'en' } = {}) {
  const onChanged = fakeEvent();
  const sent = [];
  const injected = [];
  const chrome = {
    sent,
    injected,
    storage: { local: fakeArea('local', onChanged), session: fakeArea('session', onChanged), onChanged },
    alarms: fakeAlarms(),
    notifications: fakeNotifications(),
    permissions: fakePermissions(),
    action: fakeAction(),
    i18n: fakeI18n(locale),
    tabs: fakeTabs(),
    windows: { update: async (id, options) => void chrome.tabs.did.push(['window', id, options]) },
    scripting: { executeScript: async (call) => void injected.push(call) },
    runtime: {
      id: EXTENSION_ID,
      getURL: (path) => `chrome-extension://${EXTENSION_ID}/${path}`,
      getManifest: () => ({ version: '0.1.0' }),
      sendNativeMessage: async (_name, message) => (sent.push(stored(message)), host(stored(message))),
      sendMessage: async () => ({ ok: true }),
      onMessage: fakeEvent(),
    },
  };
  globalThis.chrome = chrome;
  return chrome;
}

/** An observation as the judge makes it. */
export function anObservation(number, more = {}) {
  return {
    reading: number.toString(16).padStart(32, '0'),
    state: 'on',
    reason: null,
    observed_at: new Date(Date.UTC(2026, 10, 21, 12, 0, number % 60)).toISOString(),
    pending: false,
    trusted: null,
    asked: false,
    account: { id: 'ada', premium: null },
    page: { url: SETTING },
    control: { kind: 'checkbox' },
    candidates: 1,
    client: { browser: 'chromium', version: '1', extension: '0.1.0' },
    ...more,
  };
}

/** What the host says to a `record` that it accepts. @param {any} message @param {(index: number) => object} [more] */
export function accepted({ id, params }, more = () => ({})) {
  const recorded = params.observations.map(({ reading }, index) => ({
    reading,
    written: true,
    seq: index + 1,
    change: 'first',
    cause: null,
    phase: 'seen',
    pseudonym: 'a'.repeat(32),
    ...more(index),
  }));
  return { id, ok: true, result: { recorded, size: recorded.length + 1 } };
}

/** What the host says to what it refuses. */
export const refused = ({ id }, code, field = '') => ({ id, ok: false, error: { code, message: code, field } });
