// Entries as consentlog writes them, for logs that tests make up: a day has 24 hours, and what is not said is usual.
import { execFileSync } from 'node:child_process';
import { crc32 } from './crc32.mjs';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const DAY = 86400000;
export const BEGIN = Date.parse('2026-06-02T08:15:00.000Z');
const GENESIS = 1780000000000; // of the log that evidence_peer begins, whose computer had run for a second
const iso = (ms) => new Date(ms).toISOString();
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The time that an authority's answer states, in milliseconds, as openssl reads it. @param {string} file */
export function genTimeOf(file) {
  const text = execFileSync('openssl', ['ts', '-reply', '-in', file, '-text'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, day, fraction = '', year] = /Time stamp: (\w+ +\d+ [\d:]+)(\.\d+)? (\d+) GMT/.exec(text);
  return Date.parse(`${day} ${year} UTC`) + Math.floor(Number(`0${fraction}`) * 1000 + 1e-6);
}

/** The root that a checkpoint states, in hexadecimal; of what is no checkpoint, anything. @param {Buffer | string} note */
const rootOf = (note) => Buffer.from(String(note).split('\n')[2] ?? '', 'base64').toString('hex') || '0c'.repeat(32);

/** Stripes: a picture that browsers accept. */
export const STRIPES = Buffer.from(
  `iVBORw0KGgoAAAANSUhEUgAAAUAAAAA8AQAAAAA/fF4JAAAAKUlEQVR42mPgJxIwDCuFH4gEw0vhaFyPxvVoXI/G9Whcj8b1aFwPeoUAmEerjbLBRc8AAAAASUVORK5CYII=`,
  'base64',
);

/** The same picture with a word in it, which makes it another. @param {string} word */
export function stripes(word) {
  const body = Buffer.from(`tEXt${word}`, 'latin1');
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([STRIPES.subarray(0, -12), chunk, STRIPES.subarray(-12)]);
}

/** A log after its genesis. `folder` takes the attachments, each under its SHA-256. */
export class Log {
  constructor(folder) {
    this.folder = folder;
    this.lines = [];
    mkdirSync(folder, { recursive: true });
  }
  get size() {
    return this.lines.length + 1;
  }
  get text() {
    return this.lines.map((line) => `${line}\n`).join('');
  }

  attach(name, type, bytes) {
    const hash = sha256(bytes);
    writeFileSync(join(this.folder, hash), bytes);
    return { name, media_type: type, size: bytes.length, sha256: hash };
  }

  add(kind, at, body, clock = {}) {
    this.lines.push(
      JSON.stringify({
        v: 1,
        seq: this.size,
        kind,
        time: iso(at),
        clock: {
          synchronized: true,
          boot_id: '0f0e0d0c-0b0a-4908-8706-050403020100',
          uptime_ms: at - GENESIS + 1000,
          ...clock,
        },
        salt: createHash('md5').update(String(this.size)).digest('base64'),
        ...body,
      }),
    );
    return this.size - 1;
  }

  /** @param {object} what any member of the entry; title, label, language, picture and uptime besides */
  see(at, state, what = {}) {
    const {
      title = 'Data for Generative AI Improvement',
      label = 'Use my data for training content creation AI models',
      language = 'en',
      picture,
      clock,
      pseudonym = '3f2a99887766554433221100aabbccdd',
      premium = false,
      server = at - 1500,
      ...rest
    } = what;
    const shown = state === 'on' || state === 'off';
    const control = {
      kind: 'role-switch',
      key: 'allowDataForAi',
      label,
      checked: state === 'on',
      aria_checked: String(state === 'on'),
      aria_pressed: null,
      disabled: false,
      busy: false,
      place: 'document',
    };
    return this.add(
      'observation',
      at,
      {
        setting: 'data-for-ai-improvement',
        state,
        reason: null,
        observed_at: iso(at - 20),
        change: 'unchanged',
        cause: null,
        phase: 'seen',
        ...rest,
        account: { pseudonym, premium },
        page: {
          url: 'https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement',
          language,
          title,
          navigation: 'load',
          loaded_at: iso(at - 1000),
          server_date: server === null ? null : iso(server),
          corroboration: shown ? state : null,
        },
        control: shown ? control : null,
        candidates: shown ? 1 : 0,
        client: {
          browser: 'chromium',
          version: '156.0',
          extension: '0.1.0',
          reading: sha256(String(this.size)).slice(0, 32),
        },
        trusted: rest.phase === 'pending' ? true : null,
        attachments: picture ? [this.attach('picture', 'image/png', picture)] : [],
      },
      clock,
    );
  }

  keep(at, document, change, text, what = {}) {
    return this.add('document', at, {
      document,
      url: 'https://www.linkedin.com/legal/privacy-policy',
      title: 'Privacy Policy',
      language: 'en',
      effective: '2025-11-03',
      effective_text: 'Effective November 3, 2025',
      observed_at: iso(at - 20),
      change,
      ...what,
      client: {
        browser: 'firefox',
        version: '153.0',
        extension: '0.1.0',
        reading: sha256(`d${this.size}`).slice(0, 32),
      },
      attachments: [this.attach('text', 'text/plain; charset=utf-8', Buffer.from(text))],
    });
  }

  /** files: checkpoint, query, reply, chain */
  stamp(at, size, tsa, genTime, files) {
    const types = {
      checkpoint: 'text/plain',
      query: 'application/timestamp-query',
      reply: 'application/timestamp-reply',
      chain: 'application/x-pem-file',
    };
    return this.add('timestamp', at, {
      size,
      root: rootOf(files.checkpoint),
      tsa,
      gen_time: iso(genTime),
      authority: 'https://time.example/tsr',
      attachments: Object.entries(types).map(([name, type]) => this.attach(name, type, files[name])),
    });
  }
}

/** Half a year in the life of a member: on by default, opted out, undone by nobody known, opted out again. */
export function halfYear(log, stamp = () => {}) {
  const at = (day, hour = 0) => BEGIN + day * DAY + hour * 3600000;
  log.see(at(0), 'on', { change: 'first', picture: STRIPES });
  stamp(at(0, 1));
  log.keep(at(0, 2), 'privacy-policy', 'first', 'The privacy policy. '.repeat(30));
  log.keep(at(0, 2), 'user-agreement', 'first', 'The user agreement. '.repeat(30), {
    title: 'User Agreement',
    effective: '2025-11-03',
  });
  for (let day = 1; day < 20; day += 1) log.see(at(day), 'on');
  log.see(at(20), 'off', { change: 'changed', cause: 'user', phase: 'pending' });
  log.see(at(20, 1), 'off', {
    change: 'changed',
    cause: 'user',
    phase: 'confirmed',
    picture: stripes('again'),
  });
  stamp(at(20, 2));
  for (let day = 21; day < 55; day += 1) log.see(at(day), 'off');
  log.keep(at(55), 'privacy-policy', 'changed', 'The new privacy policy. '.repeat(30), {
    effective: '2026-08-01',
    effective_text: 'Effective August 1, 2026',
  });
  for (let day = 56; day < 70; day += 1) log.see(at(day), 'off');
  for (let day = 86; day < 95; day += 1) log.see(at(day), 'off');
  log.see(at(95), 'on', { change: 'changed', cause: 'unexplained' });
  stamp(at(95, 1));
  log.see(at(96), 'off', { change: 'changed', cause: 'user', phase: 'pending' });
  log.see(at(96, 2), 'on');
  log.see(at(97), 'unknown', { reason: 'timed-out' });
  log.see(at(98), 'off', { change: 'changed', cause: 'user', phase: 'pending' });
  log.see(at(98, 1), 'off', { change: 'changed', cause: 'user', phase: 'confirmed' });
  for (let day = 99; day < 150; day += 1) log.see(at(day), 'off');
  const german = {
    language: 'de',
    title: 'Daten zur Verbesserung generativer KI',
    label: 'Meine Daten zum Trainieren von KI-Modellen zur Inhaltserstellung verwenden',
  };
  log.see(at(150), 'off', { change: 'reworded', ...german });
  stamp(at(150, 1));
  for (let day = 151; day < 172; day += 1) log.see(at(day), 'off', german);
  return at(172, 9);
}
