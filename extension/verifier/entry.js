// An entry: its head, and what each kind has after it. docs/evidence-format.md section 7 and docs/protocol.md.

import { DOCUMENTS } from '../shared/documents.js';
import { ERROR_CODES } from '../shared/errors.js';
import { REASONS, STATES } from '../shared/protocol.js';
import { LIMITS } from './limits.js';
import {
  bool,
  hexOf,
  integer,
  isTrue,
  like,
  list,
  object,
  oneOf,
  orNull,
  readMembers,
  text,
  time,
  Unread,
} from './schema.js';

/** @typedef {import('./json.js').Json} Json */
/** @typedef {import('./schema.js').Rule} Rule */
/** @typedef {{name: string, media_type: string, size: number, sha256: string}} Attachment */
/** @typedef {{synchronized: boolean | null, boot_id: string | null, uptime_ms: number}} Clock */
/**
 * One that could be read: the members of its kind are there as `docs/protocol.md` describes them.
 * @typedef {Record<string, any> & {seq: number, kind: string, time: string, clock: Clock, salt: string}} Entry
 */

const CHANGES = Object.freeze(['first', 'unchanged', 'changed', 'reworded', 'stale']);
const CAUSES = ['user', 'unexplained'];
const PHASES = ['seen', 'pending', 'confirmed'];
const BROWSERS = ['chromium', 'chrome', 'edge', 'brave', 'vivaldi', 'opera', 'firefox', 'other'];
const CONTROLS = ['role-switch', 'checkbox', 'artdeco', 'aria-switch', 'aria-button', 'aria-checkbox'];
const ARIA = ['false', 'true', 'mixed'];
const triState = orNull(bool);
/** Sixteen bytes in hexadecimal. */
export const READING = /^[0-9a-f]{32}$/;
/** Sixteen bytes in base64. */
export const SALT = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const id = like(READING);
const address = like(/^https:\/\/www\.linkedin\.com\/(?!.*[?#"<>\\])[!-~]{0,231}$/);

/** @param {number} most bytes of each */
const attachmentsOf = (most) =>
  list(4, object({ name: text(32), media_type: text(64), size: integer(0, most), sha256: hexOf(32) }));
const attachments = attachmentsOf(LIMITS.attachment);
/** @param {number} most bytes @returns {Rule} */
const attachmentOf = (most) => (value, path) => {
  attachmentsOf(most)(value, path);
  if (/** @type {Json[]} */ (value).length !== 1) throw new Unread(path);
};
/** Whose it is: the page's word, or, `said`, the member's where the page named nobody. @type {Rule} */
const account = (value, path) => {
  const said = value !== null && typeof value === 'object' && Object.hasOwn(value, 'said');
  readMembers(
    value,
    path,
    said ? { pseudonym: id, premium: triState, said: isTrue } : { pseudonym: orNull(id), premium: triState },
  );
};
const browser = { browser: oneOf(BROWSERS), version: text(32), extension: text(32) };
const client = object({ ...browser, reading: id });

/** @type {Rule} */
function date(value, path) {
  const valid =
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(value) &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString().startsWith(value);
  if (!valid) throw new Unread(path);
}

/** @type {Rule} */
function span(value, path) {
  readMembers(value, path, { first: integer(0), last: integer(0) });
  const { first, last } = /** @type {{first: number, last: number}} */ (value);
  if (last < first) throw new Unread(`${path}.last`);
}

/** What stands before the body in every entry. */
const HEAD = {
  v: integer(1, 1),
  seq: integer(0),
  kind: /** @type {Rule} */ (
    (value, path) => {
      if (typeof value !== 'string' || !Object.hasOwn(BODIES, value)) throw new Unread(path);
    }
  ),
  time,
  clock: object({ synchronized: triState, boot_id: orNull(text(36)), uptime_ms: integer(0) }),
  salt: like(SALT),
};

/** @type {Record<string, Record<string, Rule>>} */
const BODIES = {
  genesis: { host: text(31), public_key: hexOf(32), provider: text(63) },
  observation: {
    setting: oneOf(['data-for-ai-improvement']),
    state: oneOf(STATES),
    reason: orNull(oneOf(REASONS)),
    observed_at: time,
    change: oneOf(CHANGES),
    cause: orNull(oneOf(CAUSES)),
    phase: oneOf(PHASES),
    account,
    page: object({
      url: address,
      language: orNull(text(35)),
      title: orNull(text(512)),
      navigation: oneOf(['load', 'in-page']),
      loaded_at: time,
      server_date: orNull(time),
      corroboration: orNull(oneOf(['on', 'off'])),
    }),
    control: orNull(
      object({
        kind: oneOf(CONTROLS),
        key: orNull(text(128)),
        label: orNull(text(1024)),
        checked: triState,
        aria_checked: orNull(oneOf(ARIA)),
        aria_pressed: orNull(oneOf(ARIA)),
        disabled: bool,
        busy: bool,
        place: oneOf(['document', 'shadow', 'frame']),
      }),
    ),
    candidates: integer(0, 1000),
    client,
    trusted: triState,
    attachments,
  },
  document: {
    document: oneOf(DOCUMENTS.map((document) => document.id)),
    url: address,
    title: orNull(text(512)),
    language: orNull(text(35)),
    effective: orNull(date),
    effective_text: orNull(text(256)),
    observed_at: time,
    change: oneOf(CHANGES),
    client,
    attachments: attachmentOf(LIMITS.attachment),
  },
  timestamp: { size: integer(1), root: hexOf(32), tsa: text(255), gen_time: time, authority: text(256), attachments },
  discontinuity: {
    found: oneOf(ERROR_CODES),
    head_size: integer(0),
    head_root: hexOf(32),
    log_size: integer(0),
    log_root: hexOf(32),
    previous: orNull(hexOf(32)),
    damaged: list(64, span),
  },
  exhibit: {
    file: text(255),
    note: orNull(text(1000)),
    mail: orNull(
      object({
        from: orNull(text(512)),
        date: orNull(text(128)),
        subject: orNull(text(512)),
        linkedin_signature: bool,
      }),
    ),
    client: orNull(object(browser)),
    attachments: attachmentOf(LIMITS.exhibit),
  },
};

const RULES = Object.fromEntries(Object.entries(BODIES).map(([kind, body]) => [kind, { ...HEAD, ...body }]));

/**
 * Reads the whole of it, or throws Unread with the member that this version does not know or understand.
 * @param {Record<string, Json>} members
 * @returns {Entry}
 */
export function readEntry(members) {
  const { kind } = members;
  readMembers(members, '', typeof kind === 'string' && Object.hasOwn(RULES, kind) ? RULES[kind] : HEAD);
  return /** @type {Entry} */ (members);
}

const LISTED = list(64, object({ name: text(128), media_type: text(128), size: integer(0), sha256: hexOf(32) }));

/** What every entry has, whatever else is in it; throws Unread without it. @param {Record<string, Json>} members */
export function readHead(members) {
  for (const [name, rule] of Object.entries({ ...HEAD, salt: text(24) })) {
    if (!Object.hasOwn(members, name)) throw new Unread(name);
    rule(members[name], name);
  }
  if (Object.hasOwn(members, 'attachments')) LISTED(members.attachments, 'attachments');
}
