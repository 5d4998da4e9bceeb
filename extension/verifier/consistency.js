// What entries say against themselves and against each other. docs/evidence-format.md section 7 has the list. A holder of the key can sign
// anything; what the host would never have written, after what stood before, is named with its entry and told by nobody as a fact.

import { EXHIBITS } from './content.js';
import { contradiction, interpret, isPending, nobody, possible } from './observation.js';
import { Seen, sixteenOfBase64, sixteenOfHex } from './seen.js';
import { LAST, millis, timeText } from './times.js';

/** @typedef {import('./entry.js').Entry} Entry @typedef {import('./entry.js').Attachment} Attachment */
/** @typedef {import('./observation.js').Account} Account @typedef {import('./observation.js').Meaning} Meaning */
/** @typedef {{seq: number, what: string, member: string, stated: string, given: string, number: number}} Found */
/** @typedef {{account: Account, unsure: boolean}} Known */

const MINUTE = 60000;
const PROMPT = 5 * MINUTE;
const DAY = 1440 * MINUTE;
const LEAP = 400 * DAY;
const UPTIME = 3650 * DAY;
const BOOTS = 64;
const DISTINCT = 6; // different bytes that sixteen random ones have at the least
const ACCOUNTS = 256;
const TERMS_AHEAD = 1096 * DAY;
const REPLIES = 32768;
const NOTHING = /^0+$/; // the root of what nobody knows

/** @type {Record<string, {least: number, names: string[]}>} */
const ENCLOSED = {
  genesis: { least: 0, names: [] },
  observation: { least: 0, names: ['picture'] },
  document: { least: 1, names: ['text'] },
  timestamp: { least: 4, names: ['checkpoint', 'query', 'reply', 'chain'] },
  discontinuity: { least: 0, names: [] },
  exhibit: { least: 1, names: ['file'] },
};
/** @type {Record<string, string[]>} */
const TYPES = {
  picture: [EXHIBITS.png],
  text: [EXHIBITS.txt],
  file: Object.values(EXHIBITS),
};
/** What an owner can acknowledge: something about the log or its key (tests/vectors/acknowledged.txt). */
const ACKNOWLEDGED = new Set([
  'key-missing',
  'key-damaged',
  'key-foreign',
  'head-missing',
  'log-missing',
  'log-rolled-back',
  'log-changed',
  'log-damaged',
  'log-version',
  'log-unsafe',
  'log-full',
  'not-found',
  'key-restored',
]);

/** @param {Entry} entry */
function attachmentsFit(entry) {
  /** @type {Attachment[]} */
  const listed = entry.attachments ?? [];
  const { least, names } = ENCLOSED[entry.kind];
  const found = names.filter((name) => listed.some((one) => one.name === name)).length;
  if (found !== listed.length || found < least) return false;
  return listed.every(({ name, size, media_type }) => size > 0 && (TYPES[name]?.includes(media_type) ?? true));
}

/**
 * A log that was begun in the place of another says so in entry 1; of one that could not be opened it knows neither name nor size.
 * @param {Entry} entry
 */
function beginningLie({ seq, log_size, log_root, previous }) {
  if (previous !== null && (seq !== 1 || NOTHING.test(previous))) return 'previous';
  if (seq === 1 && log_size === 0) return NOTHING.test(log_root) ? null : 'log_root';
  return previous !== null || log_size === seq ? null : 'log_size';
}

/**
 * Entries below the size, each once; not the genesis, without which nobody goes on, and none of a log in whose place another was begun.
 * @param {Entry} entry
 */
function isDamage({ previous, log_size, damaged }) {
  if (damaged.length && (previous !== null || damaged[0].first === 0)) return false;
  return damaged.every(
    (/** @type {any} */ span, /** @type {number} */ i) =>
      span.last < log_size && (i === 0 || span.first > damaged[i - 1].last),
  );
}

/** @param {Entry} entry */
function discontinuityLie(entry) {
  const { found, head_size, head_root, log_size } = entry;
  if (!ACKNOWLEDGED.has(found)) return 'found';
  const lie = beginningLie(entry);
  if (lie) return lie;
  if (found === 'log-rolled-back' && head_size <= log_size) return 'head_size';
  if (head_size === 0 && !NOTHING.test(head_root)) return 'head_root';
  return isDamage(entry) ? null : 'damaged';
}

/** As it is stated. @param {Entry} entry @returns {Meaning} */
const meaningOf = ({ change, cause, phase }) => ({ change, cause, phase });

/** Are there as many different ones as a salt has? @param {Uint8Array} bytes */
function isMixed(bytes) {
  let distinct = 0;
  for (let i = 0; i < bytes.length && distinct < DISTINCT; i += 1) if (bytes.indexOf(bytes[i]) === i) distinct += 1;
  return distinct === DISTINCT;
}

export class Consistency {
  #salts = new Seen();
  #readings = new Seen();
  #replies = new Set();
  /** @type {Map<string, Known>} */
  #accounts = new Map();
  /** @type {Map<string, {sha256: string | null, unsure: boolean}>} */
  #documents = new Map();
  #hole = false;
  #afterHole = false;
  #holeTime = 0;
  /** @type {Entry | null} */
  #last = null;
  /** @type {string[]} */
  #boots = [];
  /** @type {Found[]} */
  #found = [];
  #seq = 0;

  /** @param {string} what @param {Partial<Found>} [more] */
  #find(what, more = {}) {
    this.#found.push({ seq: this.#seq, what, member: '', stated: '', given: '', number: 0, ...more });
  }

  /** The next is not disclosed. */
  hide() {
    for (const known of this.#accounts.values()) known.unsure = true;
    for (const known of this.#documents.values()) known.unsure = true;
    this.#hole = true;
    this.#afterHole = true;
  }

  /** The next is disclosed, but this version cannot read it. @param {number} seq @param {string} member @returns {Found[]} */
  unread(seq, member) {
    this.#seq = seq;
    this.#found = [];
    if (member === 'salt') this.#find('salt-weak');
    this.#find('unread', { member });
    this.hide();
    return this.#found;
  }

  /**
   * The next. What in it contradicts is set right: a state that its own control denies becomes unknown, a meaning the one that follows.
   * @param {Entry} entry
   * @returns {{found: Found[], entry: Entry}}
   */
  take(entry) {
    this.#seq = entry.seq;
    this.#found = [];
    if (this.#afterHole) this.#holeTime = millis(entry.time);
    this.#afterHole = false;
    this.#checkSalt(entry.salt);
    this.#checkClock(entry);
    if (!attachmentsFit(entry)) this.#find('attachments');
    const told = this.#checkBody(entry);
    this.#last = entry;
    return { found: this.#found, entry: told };
  }

  /** @param {string} salt */
  #checkSalt(salt) {
    const bytes = sixteenOfBase64(salt);
    if (!isMixed(bytes)) this.#find('salt-weak');
    if (this.#salts.again(bytes)) this.#find('salt-again');
  }

  /** @param {Entry} entry */
  #checkClock({ time, clock }) {
    const last = this.#last;
    const passed = last ? millis(time) - millis(last.time) : 0;
    const [boot, before] = [clock.boot_id, last?.clock.boot_id];
    if (clock.uptime_ms > UPTIME) this.#find('uptime');
    if (!boot) this.#find('boot-none');
    if (last && passed > LEAP) this.#find('clock-leap', { number: Math.floor(passed / DAY) });
    if (!last || !boot || boot === before) return;
    if (this.#boots.includes(boot)) this.#find('boot-again');
    else if (before && passed >= 0 && clock.uptime_ms > passed + MINUTE) this.#find('boot-before');
    if (before) this.#boots = [...this.#boots, before].slice(-BOOTS);
  }

  /** @param {Entry} entry @returns {Entry} */
  #checkBody(entry) {
    if (entry.kind === 'genesis' && entry.seq > 0) this.#find('second-genesis');
    if (entry.kind === 'observation') return this.#checkObservation(entry);
    if (entry.kind === 'document') return this.#checkDocument(entry);
    if (entry.kind === 'timestamp') this.#checkToken(entry);
    const lie = entry.kind === 'discontinuity' ? discontinuityLie(entry) : null;
    if (lie) this.#find('discontinuity', { member: lie });
    return entry;
  }

  /** An authority's answer is recorded once: a second time would bring another moment after it. @param {Entry} entry */
  #checkToken({ size, seq, attachments }) {
    if (size > seq) this.#find('token', { member: 'size' });
    /** @type {Attachment[]} */
    const list = attachments;
    const replies = list.filter(({ name }) => name === 'reply').map(({ sha256 }) => sha256);
    if (replies.some((hash) => this.#isReplyAgain(hash))) this.#find('token', { member: 'attachments' });
  }

  /** @param {string} hash */
  #isReplyAgain(hash) {
    if (this.#replies.has(hash)) return true;
    if (this.#replies.size < REPLIES) this.#replies.add(hash);
    return false;
  }

  /** Looks and documents take their numbers from one heap. @param {Entry} entry */
  #checkReading({ client }) {
    if (this.#readings.again(sixteenOfHex(client.reading))) this.#find('reading-again');
  }

  /** @param {Entry} entry */
  #checkTimes(entry) {
    const waited = millis(entry.time) - millis(entry.observed_at);
    if (waited < -PROMPT) this.#find('observed-after');
    else if (waited > DAY) this.#find('written-late', { number: Math.floor(waited / DAY) });
  }

  /** @param {Entry} entry @returns {Entry} */
  #checkObservation(entry) {
    const { page, state } = entry;
    this.#checkReading(entry);
    this.#checkTimes(entry);
    if (millis(page.loaded_at) > millis(entry.observed_at) + PROMPT) this.#find('loaded-after');
    if (page.corroboration !== null && state !== 'unknown' && !isPending(entry) && page.corroboration !== state)
      this.#find('page-data', { stated: page.corroboration });
    const member = contradiction(entry);
    const denied = member !== null || this.#isOneTooMany(entry);
    if (denied) this.#find(member === null ? 'account' : 'control', { member: member ?? '' });
    const told = denied ? { ...entry, state: 'unknown', reason: 'inconsistent', trusted: null } : entry;
    const given = this.#meaningOf(told, denied);
    const asStated = given.change === told.change && given.cause === told.cause && given.phase === told.phase;
    return asStated ? told : { ...told, ...given };
  }

  /** A log keeps so many accounts, and the host records nothing of another. @param {Entry} entry */
  #isOneTooMany({ account }) {
    return this.#accounts.size === ACCOUNTS && !this.#accounts.has(account.pseudonym ?? '');
  }

  /** @param {Entry} entry @param {boolean} denied @returns {Meaning} */
  #meaningOf(entry, denied) {
    const name = entry.account.pseudonym ?? '';
    let known = this.#accounts.get(name);
    const first = !known;
    if (!known) {
      if (this.#accounts.size === ACCOUNTS) return meaningOf(entry);
      known = { account: nobody(), unsure: this.#hole };
      this.#accounts.set(name, known);
    }
    const given = known.unsure ? this.#takeUnsure(entry, known) : this.#takeSure(entry, known, first);
    if (!denied) this.#compare(entry, given);
    return given;
  }

  /** @param {Entry} entry @param {Known} known @param {boolean} first */
  #takeSure(entry, known, first) {
    const { meaning, after } = interpret(entry, first ? null : known.account);
    known.account = after;
    return meaning;
  }

  /** As it is stated; a look that settles, of a page loaded after what was kept back, makes sure again. @param {Entry} entry @param {Known} known */
  #takeUnsure(entry, known) {
    const meaning = possible(entry);
    if (entry.state === 'unknown' || meaning.change === 'stale') return meaning;
    if (meaning.phase === 'pending') {
      Object.assign(known.account, {
        pending: true,
        pendingState: entry.state,
        pendingAt: millis(entry.observed_at),
        pendingTrusted: meaning.cause === 'user',
      });
      return meaning;
    }
    known.account = interpret(entry, { ...known.account, settled: false, pending: false }).after;
    known.unsure = millis(entry.page.loaded_at) < this.#holeTime;
    return meaning;
  }

  /** The cause follows from the change, so one of them is said. @param {Entry} stated @param {Meaning} given */
  #compare(stated, given) {
    if (stated.change !== given.change)
      this.#find('meaning', { member: 'change', stated: stated.change, given: given.change });
    if (stated.phase !== given.phase)
      this.#find('meaning', { member: 'phase', stated: stated.phase, given: given.phase });
    if (stated.cause !== given.cause && stated.change === given.change) {
      this.#find('meaning', { member: 'cause', stated: stated.cause ?? 'null', given: given.cause ?? 'null' });
    }
  }

  /** @param {Entry} entry @returns {Entry} */
  #checkDocument(entry) {
    this.#checkReading(entry);
    this.#checkTimes(entry);
    const latest = timeText(Math.min(millis(entry.time) + TERMS_AHEAD, LAST)).slice(0, 10);
    const { effective, effective_text: stated } = entry;
    if (effective && (stated === null || effective < '2003-01-01' || effective > latest)) this.#find('date');
    const known = this.#documents.get(entry.document) ?? { sha256: null, unsure: this.#hole };
    const hash = entry.attachments[0]?.sha256 ?? '';
    const given = known.sha256 === null ? 'first' : known.sha256 === hash ? 'unchanged' : 'changed';
    this.#documents.set(entry.document, { sha256: hash, unsure: false });
    if (known.unsure && ['first', 'unchanged', 'changed'].includes(entry.change)) return entry;
    if (entry.change !== given) this.#find('meaning', { member: 'change', stated: entry.change, given });
    return { ...entry, change: given };
  }
}
