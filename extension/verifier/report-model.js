// What a reader is told of the entries: changes and not every look, made from verified entries alone. Bounded.

import { GAP } from '../shared/timeline.js';
import { EXHIBITS } from './content.js';
import { LIMITS } from './limits.js';
import { millis } from './times.js';

/** @typedef {import('./entry.js').Entry} Entry @typedef {import('./consistency.js').Found} Found */
/**
 * @typedef {object} Event what happened at an entry
 * @property {number} seq
 * @property {string} kind of the entry, `unread`, or `withheld` of a run of entries
 * @property {string | null} at the time of the look or of the entry
 * @property {string | null} written the entry's time, where it differs
 * @property {number} last seq of the last entry of a run
 * @property {string} account its number among the accounts, from 1; empty: none
 * @property {string} state
 * @property {string | null} reason
 * @property {string} change
 * @property {string | null} cause
 * @property {string} phase
 * @property {string} text label of the control, title of a document, member that could not be read, code that was found
 * @property {string | null} document
 * @property {string | null} effective
 * @property {string | null} attachment SHA-256 of the picture or the text
 * @property {boolean} doubted something is said against the entry
 * @property {boolean} said whose account it is, is the owner's word
 */
/**
 * @typedef {object} Exhibit a file of the owner's own. Its name and note are the owner's word, `mail` what the file says of itself.
 * @property {number} seq
 * @property {string} at
 * @property {string} file
 * @property {string | null} note
 * @property {import('./mail.js').Mail | null} mail
 * @property {string} type
 * @property {number} size
 * @property {string} sha256
 * @property {string | null} place in the package; null: it was withheld
 * @property {boolean} doubted
 */
/**
 * Looks that saw the same; or, `hidden`, the time between two looks with entries between them that nobody can read.
 * @typedef {{account: string, state: string, from: string, to: string, first: number, last: number, looks: number}} Run
 */
/** @typedef {{number: string, seen: number, run: Run | null, holes: number}} Account its last run, and how many holes there were by its end */

const PROMPT = 5 * 60000;
const WAITED = 400 * 86400000;

/**
 * All of it as data.
 * @typedef {{events: Event[], more: number, runs: Run[], observations: number, documents: number, pictures: number,
 *   accounts: number, exhibits: Exhibit[], enclosed: number}} Told
 */

export class ReportModel {
  /** @type {Event[]} */
  events = [];
  more = 0;
  /** @type {Run[]} */
  runs = [];
  observations = 0;
  documents = 0;
  pictures = 0;
  /** @type {Exhibit[]} those that are told */
  exhibits = [];
  enclosed = 0;
  /** @type {Map<string, Account>} */
  #accounts = new Map();
  /** Entries of which nothing is known. */
  #holes = 0;

  /** @returns {Told} */
  told() {
    const { events, more, runs, observations, documents, pictures, exhibits, enclosed } = this;
    const accounts = this.#accounts.size;
    return { events, more, runs, observations, documents, pictures, accounts, exhibits, enclosed };
  }

  /** @param {Partial<Event> & {seq: number, kind: string}} event */
  #add(event) {
    if (this.events.length >= LIMITS.changes) {
      this.more += 1;
      return;
    }
    this.events.push({
      at: null,
      written: null,
      last: event.seq,
      account: '',
      state: '',
      reason: null,
      change: '',
      cause: null,
      phase: '',
      text: '',
      document: null,
      effective: null,
      attachment: null,
      doubted: false,
      said: false,
      ...event,
    });
  }

  /** @param {number} seq */
  hide(seq) {
    this.#holes += 1;
    const before = this.events[this.events.length - 1];
    if (before?.kind === 'withheld' && before.last === seq - 1) before.last = seq;
    else this.#add({ seq, kind: 'withheld' });
  }

  /** @param {number} seq @param {number | null} time @param {string} member */
  unread(seq, time, member) {
    this.#holes += 1;
    this.#add({
      seq,
      kind: 'unread',
      at: time === null ? null : new Date(time).toISOString(),
      text: member,
      doubted: true,
    });
  }

  /** @param {Entry} entry as it is told @param {Found[]} found */
  take(entry, found) {
    const doubted = found.length > 0;
    if (entry.kind === 'observation') this.#look(entry, doubted);
    else if (entry.kind === 'document') this.#document(entry, doubted);
    else if (entry.kind === 'exhibit') this.#exhibit(entry, found);
    else if (entry.kind !== 'timestamp')
      this.#add({ seq: entry.seq, kind: entry.kind, at: entry.time, text: String(entry.found ?? ''), doubted });
  }

  /** @param {string | null} pseudonym */
  #account(pseudonym) {
    const name = pseudonym ?? '';
    const known = this.#accounts.get(name) ?? {
      number: String(this.#accounts.size + 1),
      seen: 0,
      run: null,
      holes: 0,
    };
    this.#accounts.set(name, known);
    return known;
  }

  /** When somebody looked: by the log's clock, or the browser's where the reading had waited. @param {Entry} entry @param {number} last */
  #looked(entry, last) {
    const [written, observed] = [millis(entry.time), millis(entry.observed_at)];
    if (observed >= written - PROMPT || observed < written - WAITED) return written;
    return observed < last && last <= written ? last : observed;
  }

  /** @param {Entry} entry @param {boolean} doubted */
  #look(entry, doubted) {
    const account = this.#account(entry.account.pseudonym);
    const looked = this.#looked(entry, account.seen);
    account.seen = looked;
    const at = looked === millis(entry.time) ? entry.time : new Date(looked).toISOString();
    const picture = entry.attachments[0]?.sha256 ?? null;
    this.observations += 1;
    if (picture) this.pictures += 1;
    this.#extend(account, entry, at);
    const tells = entry.change !== 'unchanged' || entry.phase !== 'seen' || picture || doubted;
    if (!tells) return;
    this.#add({
      seq: entry.seq,
      kind: 'observation',
      at,
      written: at === entry.time ? null : entry.time,
      account: account.number,
      state: entry.state,
      reason: entry.reason,
      change: entry.change,
      cause: entry.cause,
      phase: entry.phase,
      text: entry.control?.label ?? '',
      attachment: picture,
      doubted,
      said: entry.account.said === true,
    });
  }

  /**
   * A state is told to have lasted where no entry between two looks is hidden; over more than a month nobody knows.
   * @param {Account} account @param {Entry} entry @param {string} at
   */
  #extend(account, entry, at) {
    if (entry.phase === 'pending' || entry.change === 'stale') return;
    const { run } = account;
    const { state, seq } = entry;
    const hidden = run !== null && account.holes !== this.#holes;
    account.holes = this.#holes;
    if (run && hidden) this.#begin(account, 'hidden', { from: run.to, to: at, first: run.last, last: seq, looks: 0 });
    else if (run && run.state === state && millis(at) - millis(run.to) <= GAP) {
      Object.assign(run, { to: at, last: seq, looks: run.looks + 1 });
      return;
    }
    account.run = this.#begin(account, state, { from: at, to: at, first: seq, last: seq, looks: 1 });
  }

  /** @param {Account} account @param {string} state @param {Omit<Run, 'account' | 'state'>} more @returns {Run | null} null: there are enough */
  #begin({ number }, state, more) {
    if (this.runs.length >= LIMITS.changes) return null;
    const run = { account: number, state, ...more };
    this.runs.push(run);
    return run;
  }

  /** @param {Entry} entry @param {boolean} doubted */
  #document(entry, doubted) {
    this.documents += 1;
    if (entry.change === 'unchanged' && !doubted) return;
    this.#add({
      seq: entry.seq,
      kind: 'document',
      at: entry.time,
      change: entry.change,
      text: entry.title ?? '',
      document: entry.document,
      effective: entry.effective,
      attachment: entry.attachments[0]?.sha256 ?? null,
      doubted,
    });
  }

  /** What is said against is not told. @param {Entry} entry @param {Found[]} found */
  #exhibit({ seq, time, file, note, mail, attachments }, found) {
    const doubted = found.length > 0;
    const denied = found.some(
      ({ what, member }) => what === 'attachments' || (what === 'exhibit' && member !== 'file' && member !== 'note'),
    );
    this.enclosed += 1;
    this.#add({ seq, kind: 'exhibit', at: time, text: file, doubted });
    const [listed] = attachments;
    if (!listed || this.exhibits.length >= LIMITS.changes) return;
    const { media_type: type, size, sha256 } = listed;
    const told = { seq, at: time, file, note, mail: denied ? null : mail, type, size, sha256, place: null, doubted };
    this.exhibits.push(told);
  }

  /** Which of them are in the package, and where. @param {Map<string, unknown>} files */
  enclose(files) {
    for (const one of this.exhibits) {
      const ending = Object.keys(EXHIBITS).find((each) => EXHIBITS[each] === one.type);
      const place = `data/exhibits/${one.sha256}.${ending}`;
      one.place = files.has(place) ? place : null;
    }
  }
}
