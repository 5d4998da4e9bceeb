/**
 * What is answered in which state, with each keyring program: the one table. `ok` is recorded; a code is what both a record and
 * `status` say; `—` is what this program does not have, or what nobody can answer without a person in front of it.
 */

/** The columns: a program, and how it is set. */
export const PROGRAMS = /** @type {const} */ ([
  'gnome-keyring',
  'KWallet',
  'KWallet, no plugin',
  'KeePassXC',
  'KeePassXC, asks',
  'KeePassXC, unlocks first',
]);

const NONE = '—';
const LOCKED = 'keyring-locked';
const CONSENT = 'keyring-consent';
const PLUGIN = 'keyring-plugin';

/** @type {Record<string, string[]>} state → an answer for each column */
export const EXPECTED = {
  'service off': ['no-keyring-service', 'keyring-off', NONE, 'keyring-off', NONE, NONE],
  'no default': ['no-default-keyring', 'no-default-keyring', NONE, 'keyring-no-group', 'keyring-no-group', NONE],
  'locked, no log yet': [LOCKED, LOCKED, NONE, LOCKED, LOCKED, LOCKED],
  'first record': ['ok', 'ok', PLUGIN, 'ok', 'ok', 'ok'],
  'later records': ['ok', 'ok', PLUGIN, 'ok', CONSENT, 'ok'],
  'locked while running': [LOCKED, LOCKED, NONE, LOCKED, LOCKED, LOCKED],
  'unlock unanswered': [
    'ends with its port',
    'ends with its port',
    NONE,
    'ends with its port',
    'ends with its port',
    NONE,
  ],
  'unlock refused': ['unlock-dismissed', NONE, NONE, NONE, 'unlock-dismissed', NONE],
  unlock: ['ok', NONE, NONE, NONE, 'ok', NONE],
  'locked since the start': [LOCKED, LOCKED, NONE, LOCKED, LOCKED, LOCKED],
  restart: ['ok', 'ok', PLUGIN, 'ok', CONSENT, 'ok'],
  'another collection is the default': ['ok', 'ok', NONE, 'ok', CONSENT, 'ok'],
  'its collection is locked, that one open': [LOCKED, LOCKED, NONE, LOCKED, LOCKED, LOCKED],
  'file deleted meanwhile': [LOCKED, LOCKED, NONE, LOCKED, LOCKED, LOCKED],
  'its collection opened': ['log-missing', 'log-missing', NONE, 'log-missing', CONSENT, 'log-missing'],
  'killed while recording': ['nothing missing', 'nothing missing', NONE, 'nothing missing', NONE, NONE],
  'key lost': ['key-missing', 'key-missing', NONE, 'key-missing', NONE, NONE],
  recovery: ['ok', 'ok', NONE, 'ok', NONE, NONE],
  'older file put back': ['log-rolled-back', 'log-rolled-back', NONE, 'log-rolled-back', NONE, NONE],
  acknowledge: ['ok', 'ok', NONE, 'ok', NONE, NONE],
};
