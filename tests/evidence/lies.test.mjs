// An owner who holds the key and lies: packages of every kind of lie, made from a seed, and the same said of each by `consentlog
// verify`, by the second verifier and by the steps of VERIFY.txt. CL_BUILD is the build directory; CL_SEED another seed.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  BEGIN,
  DAY,
  fingerprint,
  genesis,
  head,
  iso,
  leaf,
  listed,
  look,
  note,
  pack,
  publicKey,
  root,
  sha256,
  stamp,
  text,
} from './liar.mjs';
import { Log } from './log.mjs';
import { checkedByHand, firstOpinions, secondOpinions } from './many.mjs';
import { unzip } from './package.mjs';
import { judgePage, rootsOf } from './page.mjs';
import { ofBytes, ofHeaders, ofOthers } from './crowded-lies.mjs';
import { ofAnswers, ofFiles, ofJson, ofNotes, ofWalks } from './spellings.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.CL_BUILD ?? join(here, '../../build');
const seed = Number(process.env.CL_SEED ?? 13);
const AT_ONCE = 60;
const work = mkdtempSync(join(tmpdir(), 'consentlog-lies-'));
const at = (/** @type {string} */ name) => join(work, name);
after(() => rmSync(work, { recursive: true, force: true }));

const HOUR = DAY / 24;
const TEXT = Buffer.from('The privacy policy of that day. '.repeat(20));
const OTHER = Buffer.from('Another privacy policy, of another day. '.repeat(20));
let chain = Buffer.alloc(0);
let template = '';
let script = '';
/** @type {string[][]} */ let steps = [];

/** Numbers from the seed. */
function numbers(/** @type {number} */ begin) {
  let state = begin;
  return (/** @type {number} */ below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A log that is as the host would have written it. @returns {any[]} */
const honest = () => [
  genesis(),
  look(1, BEGIN + HOUR, 'on', { change: 'first' }),
  look(2, BEGIN + DAY, 'on'),
  look(3, BEGIN + 2 * DAY, 'off', { change: 'changed', cause: 'user', phase: 'pending', trusted: true }),
  look(4, BEGIN + 2 * DAY + HOUR, 'off', { change: 'changed', cause: 'user', phase: 'confirmed' }),
  text(5, BEGIN + 2 * DAY + 2 * HOUR, TEXT),
  look(6, BEGIN + 3 * DAY, 'off'),
  look(7, BEGIN + 4 * DAY, 'unknown'),
  look(8, BEGIN + 5 * DAY, 'off'),
];
const SHOWN = [1, 2, 4, 6, 8]; // looks that show a state and are no flip
const LOOKS = [...SHOWN, 3, 7];

/**
 * What it is said to be, and of which entry: `bad` it is refused, `named` a remark names the entry, `good` nothing is said; `alike`:
 * whatever it is, the same by all.
 * `all`: of these entries and of no other. `disputed`: authorities contradict each other, so no time is told. `form`: no entry by
 * its form, which the steps of VERIFY.txt do not look at.
 * @typedef {{what: string, verdict: 'bad' | 'named' | 'good' | 'remarked' | 'alike', seq?: number, all?: number[], form?: boolean,
 *   disputed?: boolean, lines: any[], options?: any}} Lie
 */

/** @returns {Lie[]} */
function ofEntries(/** @type {(below: number) => number} */ any) {
  /** @type {Lie[]} */ const lies = [];
  const one = (/** @type {any[]} */ list) => list[any(list.length)];
  /** @param {string} what @param {number[]} where @param {(entry: any, lines: any[]) => any} change */
  const named = (what, where, change, times = 1) => {
    for (let i = 0; i < times; i += 1) {
      const lines = honest();
      const seq = where[(any(where.length) + i) % where.length];
      lines[seq] = change(lines[seq], lines) ?? lines[seq];
      lies.push({ what: `${what} (${seq})`, verdict: 'named', seq, lines });
    }
  };
  const control = (/** @type {any} */ change) => (/** @type {any} */ e) => ({
    ...e,
    control: { ...e.control, ...change(e.control) },
  });
  const page = (/** @type {any} */ change) => (/** @type {any} */ e) => ({ ...e, page: { ...e.page, ...change(e) } });
  const opposite = (/** @type {string} */ state) => (state === 'on' ? 'off' : 'on');

  named('another state than its control', SHOWN, (e) => ({ ...e, state: opposite(e.state) }), 4);
  named(
    'checked is the other',
    SHOWN,
    control((/** @type {any} */ c) => ({ checked: !c.checked })),
    3,
  );
  named(
    'aria-checked is the other',
    SHOWN,
    control((/** @type {any} */ c) => ({ aria_checked: String(!c.checked) })),
    3,
  );
  named(
    'aria-checked is mixed',
    SHOWN,
    control(() => ({ aria_checked: 'mixed' })),
    2,
  );
  named(
    'aria-pressed is the other',
    SHOWN,
    control((/** @type {any} */ c) => ({ aria_pressed: String(!c.checked) })),
    2,
  );
  named(
    'no control says anything',
    SHOWN,
    control(() => ({ checked: null, aria_checked: null })),
    2,
  );
  named('no control', SHOWN, (e) => ({ ...e, control: null }), 2);
  named('no candidate', SHOWN, (e) => ({ ...e, candidates: 0 }), 2);
  named('not offered, with a control', SHOWN, (e) => ({ ...e, state: 'not-offered' }), 2);
  named('a state and a reason', SHOWN, (e) => ({ ...e, reason: one(['ambiguous', 'mixed', 'signed-out']) }), 2);
  named('unknown without a reason', [7], (e) => ({ ...e, reason: null }));
  named(
    'another page',
    SHOWN,
    page(() => ({ url: one(['https://www.linkedin.com/feed/', 'https://www.linkedin.com/mypreferences/d/other']) })),
    2,
  );
  named('a flip of nothing', [7], (e) => ({ ...e, trusted: true }));
  named(
    'the page’s own data say the other',
    SHOWN,
    page((/** @type {any} */ e) => ({ corroboration: opposite(e.state) })),
    4,
  );
  for (const change of ['first', 'unchanged', 'changed', 'reworded', 'stale']) {
    for (const seq of [1, 4, 6]) {
      if (honest()[seq].change !== change) named(`called ${change}`, [seq], (e) => ({ ...e, change }));
    }
  }
  for (const phase of ['seen', 'pending', 'confirmed']) {
    for (const seq of [3, 4, 6]) {
      if (honest()[seq].phase !== phase) named(`called ${phase}`, [seq], (e) => ({ ...e, phase }));
    }
  }
  named('by nobody', [3, 4], (e) => ({ ...e, cause: null }), 2);
  named('by nobody known', [3, 4], (e) => ({ ...e, cause: 'unexplained' }), 2);
  named('by the member, who did not', [1, 2, 6, 7, 8], (e) => ({ ...e, cause: 'user' }), 3);
  named('by the member, whose hand was not seen', [3], (e) => ({ ...e, trusted: false }));
  named(
    'in other words',
    [2, 8],
    control(() => ({ label: 'Something else' })),
    2,
  );
  named(
    'in another language',
    [2, 8],
    page(() => ({ language: 'fr' })),
    2,
  );
  named(
    'observed after it was written',
    LOOKS,
    (e) => ({ ...e, observed_at: iso(Date.parse(e.time) + (1 + any(90)) * HOUR) }),
    3,
  );
  named(
    'written days after it was observed',
    [1, 2],
    (e) => ({ ...e, observed_at: iso(Date.parse(e.time) - (2 + any(300)) * DAY) }),
    3,
  );
  named(
    'loaded after it was observed',
    [1, 7],
    page((/** @type {any} */ e) => ({ loaded_at: iso(Date.parse(e.time) + HOUR) })),
    2,
  );
  named(
    'a computer that runs for decades',
    LOOKS,
    (e) => ({ ...e, clock: { ...e.clock, uptime_ms: e.clock.uptime_ms + 4000 * DAY } }),
    2,
  );
  named('no run of the computer', LOOKS, (e) => ({ ...e, clock: { ...e.clock, boot_id: null } }), 2);
  named(
    'a run that began too early',
    [2, 4, 6],
    (e) => ({ ...e, clock: { ...e.clock, boot_id: `${any(10)}f0e0d0c-1b0a-4908-8706-050403020100` } }),
    2,
  );
  named('a run that had ended', [6], (e, lines) => {
    const clock = { ...lines[4].clock, boot_id: '1f0e0d0c-0b0a-4908-8706-050403020100', uptime_ms: 1000 };
    lines[4] = { ...lines[4], clock };
    lines[5] = { ...lines[5], clock: { ...clock, uptime_ms: 1000 + HOUR } };
  });
  named(
    'years later',
    [8],
    (e) => {
      const later = (500 + any(4000)) * DAY;
      const moved = look(8, Date.parse(e.time) + later, 'off');
      return { ...moved, clock: { ...moved.clock, uptime_ms: 1000, boot_id: '2f0e0d0c-0b0a-4908-8706-050403020100' } };
    },
    2,
  );
  named('no random salt', LOOKS, (e) => ({ ...e, salt: Buffer.alloc(16, any(256)).toString('base64') }), 2);
  named('a salt of one letter', LOOKS, (e) => ({ ...e, salt: 'x' }), 2);
  named('a salt that was there', [4, 6, 8], (e, lines) => ({ ...e, salt: lines[1].salt }), 2);
  named(
    'a reading that was there',
    [4, 6, 8],
    (e, lines) => ({ ...e, client: { ...e.client, reading: lines[2].client.reading } }),
    2,
  );
  named('a member more', LOOKS, (e) => ({ ...e, note: 'x' }), 2);
  named(
    'a member more, inside',
    LOOKS,
    page(() => ({ note: 'x' })),
    2,
  );
  named(
    'a member less',
    LOOKS,
    (e) => Object.fromEntries(Object.entries(e).filter(([name]) => name !== one(['candidates', 'phase', 'trusted']))),
    3,
  );
  named('without its body', LOOKS, (e) => head(e.seq, 'observation', Date.parse(e.time)), 2);
  named(
    'a word that nobody knows',
    SHOWN,
    (e) => ({ ...e, [one(['state', 'phase', 'change', 'cause'])]: 'perhaps' }),
    3,
  );
  named('another setting', LOOKS, (e) => ({ ...e, setting: 'another' }));
  named('a number for a word', SHOWN, (e) => ({ ...e, candidates: '1' }), 1);
  named('a browser that nobody knows', LOOKS, (e) => ({ ...e, client: { ...e.client, browser: 'mosaic' } }));
  const picture = (/** @type {any} */ what) => ({ ...listed('picture', 'image/png', Buffer.from('gone')), ...what });
  named('an attachment of another kind', LOOKS, (e) => ({ ...e, attachments: [picture({ name: 'text' })] }), 2);
  named(
    'an attachment of another type',
    LOOKS,
    (e) => ({ ...e, attachments: [picture({ media_type: 'text/html' })] }),
    2,
  );
  named('an attachment of nothing', LOOKS, (e) => ({ ...e, attachments: [picture({ size: 0 })] }));
  named('an attachment twice', LOOKS, (e) => ({ ...e, attachments: [picture({}), picture({})] }), 2);
  named('a document of another day', [5], (e) => ({ ...e, effective: one(['1999-01-01', '2099-12-31']) }), 2);
  named('a document called changed', [5], (e) => ({ ...e, change: one(['changed', 'unchanged']) }), 2);
  named('a document observed later', [5], (e) => ({ ...e, observed_at: iso(Date.parse(e.time) + DAY) }));
  named('a document observed long before', [5], (e) => ({ ...e, observed_at: iso(Date.parse(e.time) - 9 * DAY) }));
  return lies;
}

/** @returns {Lie[]} */
function ofLogs(/** @type {(below: number) => number} */ any) {
  /** @type {Lie[]} */ const lies = [];
  const leaves = (/** @type {any[]} */ lines) => lines.map((l) => leaf(JSON.stringify(l)));
  const longer = (
    /** @type {string} */ what,
    /** @type {any} */ verdict,
    /** @type {(lines: any[]) => any} */ make,
  ) => {
    const lines = honest();
    lines.push(make(lines));
    lies.push({ what, verdict, seq: verdict === 'named' ? 9 : undefined, lines });
  };
  longer('honest, and a changed document', 'good', () => text(9, BEGIN + 6 * DAY, OTHER, { change: 'changed' }));
  longer('a document that did not change', 'named', () => text(9, BEGIN + 6 * DAY, TEXT, { change: 'changed' }));
  longer('a second beginning', 'named', () => ({ ...genesis(), ...head(9, 'genesis', BEGIN + 6 * DAY) }));
  longer('changed by nobody known', 'good', () =>
    look(9, BEGIN + 6 * DAY, 'on', { change: 'changed', cause: 'unexplained' }),
  );
  longer('confirmed, with nothing to confirm', 'named', () =>
    look(9, BEGIN + 6 * DAY, 'on', { change: 'changed', cause: 'user', phase: 'confirmed' }),
  );
  longer('an account of another, first', 'good', () =>
    look(9, BEGIN + 6 * DAY, 'on', { change: 'first', account: { pseudonym: 'f'.repeat(32), premium: null } }),
  );
  longer('an account of another, changed', 'named', () =>
    look(9, BEGIN + 6 * DAY, 'on', {
      change: 'changed',
      cause: 'unexplained',
      account: { pseudonym: 'f'.repeat(32), premium: null },
    }),
  );
  const lost = (/** @type {any[]} */ lines, what = {}) => ({
    ...head(9, 'discontinuity', BEGIN + 6 * DAY),
    found: 'log-changed',
    head_size: 9,
    head_root: '0c'.repeat(32),
    log_size: 9,
    log_root: root(leaves(lines)).toString('hex'),
    previous: null,
    damaged: [],
    ...what,
  });
  longer('a loss', 'good', (lines) => lost(lines));
  longer('a loss of another log', 'named', (lines) => lost(lines, { log_root: '0d'.repeat(32) }));
  longer('a loss of another size', 'named', (lines) => lost(lines, { log_size: 7 + any(2) }));
  longer('a loss of nothing', 'named', (lines) => lost(lines, { found: ['ok', 'disk-full', 'tsa-refused'][any(3)] }));
  longer('a cut that did not shorten', 'named', (lines) => lost(lines, { found: 'log-rolled-back' }));
  longer('damage that is not there', 'named', (lines) => lost(lines, { damaged: [{ first: 3, last: 20 }] }));
  longer('damage out of order', 'named', (lines) =>
    lost(lines, {
      damaged: [
        { first: 5, last: 6 },
        { first: 3, last: 3 },
      ],
    }),
  );

  const withheld = (
    /** @type {string} */ what,
    /** @type {number[]} */ which,
    /** @type {any} */ verdict = 'good',
    change = (/** @type {any[]} */ l) => l,
  ) => {
    const lines = change(honest());
    for (const seq of which) lines[seq] = `{"withheld":"${leaf(JSON.stringify(lines[seq])).toString('hex')}"}`;
    lies.push({ what, verdict, lines });
  };
  withheld('a flip withheld', [3]);
  withheld('all withheld but the last', [1, 2, 3, 4, 5, 6, 7]);
  withheld('what came before the flip withheld', [1, 2]);
  withheld('two withheld', [2 + any(2), 5 + any(3)]);

  const bad = (/** @type {string} */ what, /** @type {(lines: any[]) => any} */ change, options = {}) => {
    const lines = honest();
    change(lines);
    lies.push({ what, verdict: 'bad', lines, options });
  };
  const raw = (
    /** @type {any[]} */ lines,
    /** @type {number} */ seq,
    /** @type {string} */ from,
    /** @type {string} */ to,
  ) => {
    const line = JSON.stringify(lines[seq]);
    assert.ok(line.includes(from), from);
    lines[seq] = line.replace(from, to);
  };
  const somewhere = LOOKS[any(LOOKS.length)];
  bad('something behind the last line', () => {}, { tail: '{"seq":9}' });
  bad('a fraction', (l) => raw(l, somewhere, '"uptime_ms":', '"uptime_ms":0.5,"x":'));
  bad('not a number', (l) => raw(l, somewhere, '"candidates":', '"candidates":NaN,"x":'));
  bad('an exponent', (l) => raw(l, somewhere, '"v":1', '"v":1e0'));
  bad('a member twice', (l) => raw(l, somewhere, '"v":1', '"v":1,"v":1'));
  bad('a member twice, inside', (l) => raw(l, somewhere, '"premium":false', '"premium":false,"premium":true'));
  bad('a NUL', (l) => raw(l, somewhere, '156.0', '156\\u0000'));
  bad('half a character', (l) => raw(l, somewhere, '156.0', '156\\ud800'));
  bad('a number beyond all', (l) => raw(l, somewhere, '"candidates":', '"candidates":9007199254740992,"x":'));
  bad('another place', (l) => raw(l, 6, '"seq":6', '"seq":7'));
  bad('a truth for a place', (l) => raw(l, 1, '"seq":1', '"seq":true'));
  bad('another version', (l) => raw(l, somewhere, '"v":1', '"v":2'));
  bad('a month too many', (l) => raw(l, somewhere, '"time":"2026-06', '"time":"2026-13'));
  bad('a time of another form', (l) => raw(l, somewhere, '000Z","clock"', '000z","clock"'));
  bad(
    'a withheld one in capitals',
    (l) => (l[2] = `{"withheld":"${leaf(JSON.stringify(l[2])).toString('hex').toUpperCase()}"}`),
  );
  bad('a withheld one with more', (l) => (l[2] = `{"withheld":"${leaf(JSON.stringify(l[2])).toString('hex')}","x":1}`));
  bad('another beginning', (l) => (l[0] = { ...genesis(), public_key: '07'.repeat(32) }));
  bad('no beginning', (l) => (l[0] = look(0, BEGIN, 'on', { change: 'first' })));
  bad('the head of nobody', () => {}, {
    head: (n, s, r) => note(n, s, r).replace(/(— .* .{30})./, (_, a) => `${a}_`.replace(/_$/, 'A')),
  });
  bad('the head of another size', () => {}, { head: (n, s, r) => note(n, s - 1, r) });
  bad('the head of no entries', () => {}, { head: (n) => note(n, 0, sha256('')) });
  bad('the head of another log', () => {}, { head: (_, s, r) => note('consentlog/0123456789abcdef', s, r) });
  bad('the head of other entries', () => {}, { head: (n, s) => note(n, s, Buffer.alloc(32, 1)) });
  bad('another proof', () => {}, {
    proofs: [2],
    change: (f) => swap(f, /2\.tlog-proof$/, (t) => t.replace('index 2', 'index 3')),
  });
  bad('a proof that is cut', () => {}, {
    proofs: [2],
    change: (f) => swap(f, /2\.tlog-proof$/, (t) => t.replace(/\n[^\n]+\n\n/, '\n\n')),
  });
  bad('a key of another', () => {}, {
    change: (f) => swap(f, /allowed_signers$/, (t) => t.replace(/.{44}\n/, `${'A'.repeat(44)}\n`)),
  });
  bad('a key and another', () => {}, { change: (f) => swap(f, /allowed_signers$/, (t) => t + t) });
  return lies;
}

const FORMS =
  /^(eight levels|65 members|16,400 values|no clock|a clock |a run with|uptime below|a salt that is none|no salt|65 attach|an attachment (in capitals|with more|of less))|a run without/;

/** What lies beside the others: the same kinds at their edges, and spellings that readers take differently. @returns {Lie[]} */
function ofEdges() {
  /** @type {Lie[]} */ const lies = [];
  /** @param {string} what @param {Lie['verdict']} verdict @param {number} seq @param {(entry: any, lines: any[]) => any} change */
  const edge = (what, verdict, seq, change) => {
    const lines = honest();
    lines[seq] = change(lines[seq], lines) ?? lines[seq];
    lies.push({ what, verdict, seq: verdict === 'named' ? seq : undefined, form: FORMS.test(what), lines });
  };
  const raw = (/** @type {string} */ from, /** @type {string} */ to) => (/** @type {any} */ e) => {
    const line = JSON.stringify(e);
    assert.ok(line.includes(from), from);
    return line.replace(from, to);
  };
  const deep = (/** @type {number} */ n) => '['.repeat(n) + ']'.repeat(n);
  const many = (/** @type {number} */ n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`m${i}`, 0]));
  edge('a blank before it', 'bad', 2, (e) => ` ${JSON.stringify(e)}`);
  edge('a blank behind it', 'bad', 2, (e) => `${JSON.stringify(e)} `);
  edge('a carriage return behind it', 'bad', 2, (e) => `${JSON.stringify(e)}\r`);
  edge('a mark of byte order before it', 'bad', 2, (e) => `\ufeff${JSON.stringify(e)}`);
  edge('blanks inside', 'good', 2, (e) => JSON.stringify(e).replaceAll('":', '" : '));
  edge('an escape that was not needed', 'good', 2, raw('https://www', 'https:\\/\\/www'));
  edge('less than nothing', 'bad', 2, raw('"candidates":1', '"candidates":-0'));
  edge('a member twice, in two spellings', 'bad', 2, raw('"v":1', '"v":1,"\\u0076":1'));
  edge('a tab as it is', 'bad', 2, raw('156.0', '156\t'));
  edge('seven levels below it', 'named', 2, raw('"v":1', `"v":1,"x":${deep(7)}`));
  edge('eight levels below it', 'bad', 2, raw('"v":1', `"v":1,"x":${deep(8)}`));
  edge('64 members inside', 'named', 2, (e) => ({ ...e, x: many(64) }));
  edge('65 members inside', 'bad', 2, (e) => ({ ...e, x: many(65) }));
  edge('16,000 values', 'named', 2, (e) => ({ ...e, x: Array(16000).fill(0) }));
  edge('16,400 values', 'bad', 2, (e) => ({ ...e, x: Array(16400).fill(0) }));
  edge('a list', 'bad', 2, () => '[]');
  edge('nothing', 'bad', 2, () => 'null');
  edge('an empty line', 'bad', 2, () => '');
  edge('no clock', 'bad', 2, (e) => ({ ...e, clock: null }));
  edge('a clock with more', 'bad', 2, (e) => ({ ...e, clock: { ...e.clock, x: 1 } }));
  edge('a clock that is asked', 'bad', 2, (e) => ({ ...e, clock: { ...e.clock, synchronized: 'yes' } }));
  edge('a run without a name', 'bad', 2, (e) => ({ ...e, clock: { ...e.clock, boot_id: '' } }));
  edge('a run with a long name', 'bad', 2, (e) => ({ ...e, clock: { ...e.clock, boot_id: 'x'.repeat(37) } }));
  edge('uptime below nothing', 'bad', 2, (e) => ({ ...e, clock: { ...e.clock, uptime_ms: -1 } }));
  edge('a salt that is none', 'bad', 2, (e) => ({ ...e, salt: null }));
  edge('no salt', 'bad', 2, ({ salt: _, ...e }) => e);
  edge('a salt with bits left over', 'named', 2, (e) => ({ ...e, salt: e.salt.replace(/.==$/, 'B==') }));
  edge('before 1970', 'bad', 1, (e) => ({ ...e, time: '1969-12-31T23:59:59.999Z' }));
  edge('a day that its month has not', 'bad', 2, (e) => ({ ...e, time: '2026-02-29T00:00:00.000Z' }));
  edge('a second too many', 'bad', 2, (e) => ({ ...e, time: '2026-06-30T23:59:60.000Z' }));
  edge('the hour after the last', 'bad', 2, (e) => ({ ...e, time: '2026-06-30T24:00:00.000Z' }));
  edge('observed before 1970', 'named', 2, (e) => ({ ...e, observed_at: '1969-12-31T23:59:59.999Z' }));
  edge('loaded on no day', 'named', 2, (e) => ({ ...e, page: { ...e.page, loaded_at: '2026-02-30T00:00:00.000Z' } }));
  edge('observed five minutes later', 'good', 2, (e) => ({ ...e, observed_at: iso(Date.parse(e.time) + 300000) }));
  edge('observed a moment later than that', 'named', 2, (e) => ({
    ...e,
    observed_at: iso(Date.parse(e.time) + 300001),
  }));
  edge('observed a day before', 'good', 1, (e) => ({
    ...e,
    observed_at: iso(Date.parse(e.time) - DAY),
    page: { ...e.page, loaded_at: iso(Date.parse(e.time) - DAY - 1000) },
  }));
  edge('observed a moment before that', 'named', 1, (e) => ({
    ...e,
    observed_at: iso(Date.parse(e.time) - DAY - 1),
    page: { ...e.page, loaded_at: iso(Date.parse(e.time) - DAY - 1000) },
  }));
  for (const reason of ['reworded', 'reader-failed', 'disabled', 'error-page'])
    edge(`unknown because ${reason}`, 'good', 7, (e) => ({ ...e, reason }));
  edge('unknown because of nothing known', 'named', 7, (e) => ({ ...e, reason: 'asleep' }));
  for (const kind of ['role-switch', 'checkbox', 'artdeco', 'aria-switch', 'aria-button', 'aria-checkbox'])
    edge(`a control of the kind ${kind}`, 'good', 2, (e) => ({ ...e, control: { ...e.control, kind } }));
  edge('a control of another kind', 'named', 2, (e) => ({ ...e, control: { ...e.control, kind: 'lever' } }));
  edge('a control nowhere', 'named', 2, (e) => ({ ...e, control: { ...e.control, place: null } }));
  edge('a title of nothing', 'named', 2, (e) => ({ ...e, page: { ...e.page, title: '' } }));
  edge('a title as long as it may be', 'good', 2, (e) => ({ ...e, page: { ...e.page, title: 'é'.repeat(256) } }));
  edge('a title longer than that', 'named', 2, (e) => ({ ...e, page: { ...e.page, title: `${'é'.repeat(256)}e` } }));
  for (const url of [
    'http://www.linkedin.com/',
    'https://www.linkedin.com',
    'https://www.linkedin.com/a b',
    'https://www.linkedin.com/#x',
    'https://www.linkedin.com/é',
    'https://www.linkedin.com.example/',
    `https://www.linkedin.com/${'x'.repeat(232)}`,
  ])
    edge(`an address ${url.slice(0, 40)}`, 'named', 7, (e) => ({ ...e, page: { ...e.page, url } }));
  edge('the setting, and a slash too many', 'named', 2, (e) => ({ ...e, page: { ...e.page, url: `${e.page.url}//` } }));
  edge('an account in capitals', 'named', 2, (e) => ({ ...e, account: { ...e.account, pseudonym: 'F'.repeat(32) } }));
  const said = (/** @type {any} */ account) => (/** @type {any} */ e) => ({
    ...e,
    account: { ...e.account, ...account },
  });
  edge('an account by the owner’s word', 'good', 2, said({ said: true }));
  for (const [word, value] of Object.entries({ no: false, nothing: null, words: 'true', number: 1 }))
    edge(`an account by a word of ${word}`, 'named', 2, said({ said: value }));
  edge('nobody by the owner’s word', 'named', 2, said({ pseudonym: null, said: true }));
  edge('an account of more words', 'named', 2, said({ said: true, why: 'x' }));
  edge('a premium of words', 'named', 2, (e) => ({ ...e, account: { ...e.account, premium: 'true' } }));
  edge('a thousand candidates', 'good', 2, (e) => ({ ...e, candidates: 1000 }));
  edge('a thousand candidates and one', 'named', 2, (e) => ({ ...e, candidates: 1001 }));
  edge('less than no candidate', 'named', 7, (e) => ({ ...e, candidates: -1 }));
  edge('attachments that are no list', 'bad', 2, (e) => ({ ...e, attachments: null }));
  const gone = listed('picture', 'image/png', Buffer.from('gone'));
  edge('five attachments', 'named', 2, (e) => ({ ...e, attachments: Array(5).fill(gone) }));
  edge('65 attachments', 'bad', 2, (e) => ({ ...e, attachments: Array(65).fill(gone) }));
  edge('an attachment in capitals', 'bad', 2, (e) => ({
    ...e,
    attachments: [{ ...gone, sha256: gone.sha256.toUpperCase() }],
  }));
  edge('an attachment with more', 'bad', 2, (e) => ({ ...e, attachments: [{ ...gone, x: 1 }] }));
  edge('an attachment of less than nothing', 'bad', 2, (e) => ({ ...e, attachments: [{ ...gone, size: -1 }] }));
  edge('an attachment larger than one may be', 'named', 2, (e) => ({
    ...e,
    attachments: [{ ...gone, size: 4194305 }],
  }));
  edge('a document without its text', 'named', 5, (e) => ({ ...e, attachments: [] }));
  edge('a document with two', 'named', 5, (e) => ({ ...e, attachments: [e.attachments[0], e.attachments[0]] }));
  edge('a document that nobody knows', 'named', 5, (e) => ({ ...e, document: 'constitution' }));
  for (const effective of ['1969-07-20', '2025-02-30', '2025-1-1', '25-01-01', '0001-01-01', '9999-12-31', ''])
    edge(`in force on ${effective}`, 'named', 5, (e) => ({ ...e, effective }));
  edge('in force in 1,096 days', 'good', 5, (e) => ({
    ...e,
    effective: iso(Date.parse(e.time) + 1096 * DAY).slice(0, 10),
  }));
  edge('in force in 1,097 days', 'named', 5, (e) => ({
    ...e,
    effective: iso(Date.parse(e.time) + 1097 * DAY).slice(0, 10),
  }));
  const lost = (/** @type {any} */ what) => (/** @type {any} */ _, /** @type {any[]} */ lines) => ({
    ...head(8, 'discontinuity', BEGIN + 6 * DAY),
    found: 'log-changed',
    head_size: 8,
    head_root: '0c'.repeat(32),
    log_size: 8,
    log_root: root(lines.slice(0, 8).map((l) => leaf(JSON.stringify(l)))).toString('hex'),
    previous: null,
    damaged: [],
    ...what,
  });
  const ranges = (/** @type {number} */ n) => Array.from({ length: n }, () => ({ first: 1, last: 1 }));
  edge('64 damages in one place', 'named', 8, lost({ damaged: ranges(64) }));
  edge('65 damages', 'named', 8, lost({ damaged: ranges(65) }));
  edge('damage that ends before it begins', 'named', 8, lost({ damaged: [{ first: 3, last: 2 }] }));
  for (const found of ['absent', 'mismatch', 'unknown', 'nobody-knows', '', 'malformed', 'internal'])
    edge(`lost by ${found}`, 'named', 8, lost({ found }));
  edge('of another log before it', 'named', 8, lost({ previous: '0d'.repeat(32), log_root: '0e'.repeat(32) }));
  edge('of a log that nobody could open', 'named', 8, lost({ log_size: 0, log_root: '00'.repeat(32) }));
  edge('a root in capitals', 'named', 8, lost({ head_root: '0C'.repeat(32) }));
  edge('nothing that it withholds', 'bad', 2, () => `{"withheld":"${'0'.repeat(63)}"}`);
  edge('it withholds the beginning', 'bad', 0, (e) => `{"withheld":"${leaf(JSON.stringify(e)).toString('hex')}"}`);
  const crowd = honest();
  for (let seq = 9; seq < 280; seq += 1) {
    const account = { pseudonym: seq.toString(16).padStart(32, '0'), premium: null };
    crowd.push(look(seq, BEGIN + 6 * DAY + seq * 1000, 'on', { change: 'first', account }));
  }
  lies.push({ what: 'more accounts than a log keeps', verdict: 'named', seq: 265, lines: crowd });
  return lies;
}

/** @param {Map<string, Buffer>} files @param {RegExp} name @param {(text: string) => string} change */
function swap(files, name, change) {
  const [whole] = [...files.keys()].filter((n) => name.test(n));
  files.set(whole, Buffer.from(change(files.get(whole).toString())));
}

/** @returns {Lie[]} */
function ofStamps() {
  /** @type {Lie[]} */ const lies = [];
  const folder = at('tsa');
  /** @param {string} what @param {any} verdict @param {any[]} says of one stamp each */
  const stamped = (what, verdict, says, named = undefined) => {
    const lines = honest();
    const extra = new Map();
    for (const one of says) {
      const entry = stamp(lines, extra, folder, { chain, ...one });
      if (!one.silent) lines.push(entry);
      if (one.then) lines.push(one.then);
    }
    lies.push({ what, verdict, seq: named, lines, options: { extra } });
  };
  const digits = (/** @type {number} */ ms) => iso(ms).replace(/[-:T]/g, '').slice(0, 14);
  const T = BEGIN + 5 * DAY + 1000;
  stamped('an honest stamp', 'good', [{}]);
  stamped('a stamp that no entry records', 'good', [{ silent: true }]);
  stamped('accurate to a year', 'good', [{ answer: { accuracy: [31536000] } }]);
  stamped('accurate to a second and a half', 'good', [{ answer: { accuracy: [1, 500, 100] } }]);
  stamped('with a fraction', 'good', [{ time: `${digits(T)}.25Z` }]);
  stamped('with microseconds', 'good', [{ time: `${digits(T)}.123456Z`, answer: { accuracy: [0, 1] } }]);
  stamped('by SHA-512', 'good', [{ answer: { digest: 'sha512' } }]);
  stamped('ordered', 'good', [{ ordinal: 4611686018427387904n }]);
  stamped('of another name', 'named', [{ tsa: 'CN=DigiCert Timestamp 2024,O=DigiCert\\, Inc.,C=US' }], 9);
  stamped('of another root', 'named', [{ entry: { root: '0c'.repeat(32) } }], 9);
  stamped('of another size', 'bad', [{ entry: { size: 3 } }]);
  stamped('of another time', 'bad', [{ entry: { gen_time: '2016-06-04T08:00:00.000Z' } }]);
  stamped('without an answer', 'bad', [{ silent: true }, { entry: { attachments: [] } }]);
  stamped('by an authority of one’s own', 'remarked', [{ who: 'second', time: '20250204080000Z', tsa: 'CN=Famous' }]);
  stamped('that contradict each other', 'remarked', [
    { then: look(10, BEGIN + 6 * DAY, 'off') },
    { time: digits(BEGIN - 30 * DAY) + 'Z' },
  ]);
  stamped('accurate below nothing', 'bad', [{ answer: { accuracy: [-3] } }]);
  const extension = Buffer.from('a10f300d06032a03040101ff0403020105', 'hex');
  stamped('with what must be understood', 'bad', [{ answer: { more: [extension] } }]);
  const reply = { chain };
  const lines = honest();
  const extra = new Map();
  const first = stamp(lines, extra, folder, reply);
  lines.push(first);
  for (const end of ['checkpoint', 'tsq', 'tsr', 'chain.pem'])
    extra.set(`data/timestamps/9-1.${end}`, extra.get(`data/timestamps/9-0.${end}`));
  lies.push({ what: 'one stamp twice', verdict: 'remarked', lines, options: { extra } });
  return lies;
}

before(() => {
  const made = spawnSync('bash', [join(here, 'tsa.sh'), 'make', at('tsa')]);
  assert.equal(made.status, 0, made.stderr?.toString());
  chain = readFileSync(at('tsa/root.pem'));
  const log = new Log(at('attachments'));
  log.see(Date.parse('2026-06-02T08:15:00.000Z'), 'on', { change: 'first' });
  writeFileSync(at('lines'), log.text);
  const raw = spawnSync(
    join(build, 'tests/evidence_peer'),
    ['report', at('lines'), log.folder, 'en', '-', ',', String(BEGIN + DAY)],
    { maxBuffer: 1 << 28 },
  ).stdout;
  const files = unzip(raw);
  const own = files.get([...files.keys()].find((n) => n.endsWith('/VERIFY.txt'))).toString();
  template = own.replace(/^The folder: .*$/m, 'The folder: @FOLDER@').replace(/^The key: .*$/m, 'The key:    @KEY@');
  const [begin, middle, end] = own.split(/-----8<-----\n|----->8-----\n/);
  script = middle;
  steps = (begin + end)
    .split(/^Step \d\. /m)
    .slice(1)
    .map((s) =>
      s
        .split('\n')
        .filter((l) => l.startsWith('    '))
        .map((l) => l.slice(4)),
    );
  assert.equal(steps[2][0], 'python3 check.py');
});

/** One shell for all. @param {string[]} folders @param {string} commands */
const inEach = (folders, commands) =>
  new Promise((resolve) => {
    execFile('sh', ['-c', `for folder; do (cd "$folder" || exit\n${commands}\n); done`, 'sh', ...folders], resolve);
  });

/** By hand: every step, as it is printed. @param {ReturnType<typeof pack>[]} made */
async function byHand(made) {
  const folders = made.map(({ folder }, i) => at(`hand-${i}/${folder}`));
  for (const [i, { files }] of made.entries())
    for (const [name, bytes] of files) {
      mkdirSync(dirname(at(`hand-${i}/${name}`)), { recursive: true });
      writeFileSync(at(`hand-${i}/${name}`), bytes);
    }
  await inEach(folders, `{ ${steps[0].join('\n')}\n} >../1 2>&1; { ${steps[1][0]}\n} >../2 2>&1`);
  for (const folder of folders) writeFileSync(join(folder, 'check.py'), script);
  const third = await checkedByHand(folders);
  const stamped = folders.filter((folder) => existsSync(join(folder, 'data/timestamps')));
  for (const folder of stamped) writeFileSync(join(folder, 'ROOT.pem'), readFileSync(at('tsa/root.pem')));
  await inEach(stamped, `{ ${steps[3][0]}\n} >../4 2>&1`);
  const hands = made.map(({ files }, i) => {
    const told = (/** @type {number} */ step) => readFileSync(at(`hand-${i}/${step}`), 'utf8');
    const [first, second, fourth] = [told(1), told(2), stamped.includes(folders[i]) ? told(4) : ''];
    return {
      good:
        first === '' &&
        second.includes(`with ED25519 key ${fingerprint}\n`) &&
        third[i].good &&
        / withheld: good\n$/.test(third[i].out),
      counted: (fourth.match(/Verification: OK/g) ?? []).length / 2,
      times: (fourth.match(/^Time stamp:/gm) ?? []).length,
      answers: [...files.keys()].filter((name) => name.endsWith('.tsr')).length,
      out: third[i].out,
    };
  });
  made.forEach((_, i) => rmSync(at(`hand-${i}`), { recursive: true }));
  return hands;
}

/** @param {Lie[]} lies @returns {Promise<any[]>} */
async function judge(lies) {
  const made = lies.map((lie) => pack(lie.lines, { instructions: template, proofs: [1], ...lie.options }));
  const files = made.map((_, i) => at(`${i}.zip`));
  made.forEach(({ raw }, i) => writeFileSync(files[i], raw));
  const [ours, theirs, hands] = await Promise.all([
    firstOpinions(files, at('tsa/root.pem')),
    secondOpinions(files, at('tsa/root.pem')),
    byHand(made),
  ]);
  const judged = [];
  for (const [i, lie] of lies.entries())
    judged.push(beside(lie, ours[i], theirs[i], hands[i], await judgePage(made[i].raw, rootsOf(at('tsa/root.pem')))));
  return judged;
}

/** @param {Lie} lie @param {any} said @param {any} theirs @param {any} hand @param {any} page */
function beside(lie, said, theirs, hand, page) {
  const remarks = said.checks.filter(
    (/** @type {any} */ c) => c.result === 'remark' && (c.check === 'contents' || c.check === 'timestamps'),
  );
  const named = new Set(
    remarks
      .filter((/** @type {any} */ c) => c.check === 'contents')
      .map((/** @type {any} */ c) => Number(/[Ee]ntry (\d+)/.exec(c.what)[1])),
  );
  const rest = remarks.filter((/** @type {any} */ c) => c.check === 'timestamps' && !/clock was/.test(c.what)).length;
  const short = (/** @type {any} */ { check, result, code, file: about }) => [check, result, code, about].join(' ');
  const counted = (/** @type {any[]} */ checks) => checks.filter(({ check }) => check !== 'derived').map(short);
  const { entries = {}, remarks: others = [] } = theirs;
  return {
    what: lie.what,
    ours: { good: said.good, named: [...named].sort((a, b) => a - b).join(), rest },
    theirs: { good: theirs.good, named: Object.keys(entries).join(), rest: others.length },
    hand,
    // The page that checks: each check and each finding in its place, times and brackets too.
    page: JSON.stringify([
      page.good,
      page.findings,
      page.timestamps.map(({ time }) => time),
      page.brackets,
      ...counted(page.checks),
    ]),
    program: JSON.stringify([
      said.good,
      said.findings,
      said.timestamps.map((/** @type {any} */ t) => t.time),
      said.brackets,
      ...counted(said.checks),
    ]),
    why: `${lie.what}\nours: ${said.checks
      .filter((/** @type {any} */ c) => c.result !== 'good')
      .map((/** @type {any} */ c) => `${c.check} ${c.what}`)
      .join('; ')}\ntheirs: ${JSON.stringify(theirs)}\nhand: ${hand.out}`,
    stamps: said.timestamps.length,
    lie,
  };
}

test(`lies of an owner are found alike by all four (seed ${seed})`, async () => {
  const any = numbers(seed);
  const made = [...ofEntries(any), ...ofLogs(any), ...ofStamps(), ...ofEdges()];
  const spelled = [...ofJson(honest), ...ofNotes(honest), ...ofFiles(honest), ...ofAnswers(honest, at('tsa'), chain)];
  const bytes = ofBytes(honest).filter((_, i) => i % 2 === Math.abs(seed) % 2); // the others with another seed
  const crowded = [...ofHeaders(), ...bytes, ...ofOthers(honest, at('tsa'), chain)];
  const lies = [...made, ...spelled, ...crowded, ...ofWalks(any)];
  assert.ok(lies.length >= 150, `${lies.length} lies`);
  assert.ok(publicKey.length === 32);
  /** @type {any[]} */ const judged = [];
  for (let from = 0; from < lies.length; from += AT_ONCE)
    judged.push(...(await judge(lies.slice(from, from + AT_ONCE))));
  for (const { page, program, what, why } of judged)
    assert.equal(page, program, `${what}: the page that checks\n${why}`);
  const wrong = judged.flatMap(({ ours, theirs, hand, why, lie, stamps }) => {
    const seen = !ours.good ? 'bad' : ours.named ? 'named' : ours.rest ? 'remarked' : 'good';
    const alike =
      ours.good === theirs.good &&
      ours.named === theirs.named &&
      ours.rest > 0 === theirs.rest > 0 &&
      (lie.form || ours.good) === hand.good;
    const found =
      lie.verdict === 'alike' ||
      (seen === lie.verdict &&
        (lie.seq === undefined || ours.named.split(',').includes(String(lie.seq))) &&
        (!lie.all?.length || ours.named === lie.all.join()));
    const counted =
      !ours.good ||
      lie.what === 'that contradict each other' ||
      (lie.disputed && stamps === 0) ||
      lie.what === 'one stamp twice' ||
      (hand.counted === stamps && hand.times <= hand.answers);
    return alike && found && counted
      ? []
      : [
          `${seen} ${ours.named} for ${lie.verdict} ${lie.seq ?? ''}; theirs ${JSON.stringify(theirs)}, by hand ${hand.good} ${hand.counted}/${stamps}: ${why}`,
        ];
  });
  assert.deepEqual(wrong, []);
});
