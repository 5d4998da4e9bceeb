import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { language, localise, plural, say, sizeWords } from '../../extension/shared/i18n.js';
import { ALARM_ERRORS, BROWSER_ERROR_CODES, ERROR_CODES, UNLOCKABLE_ERRORS } from '../../extension/shared/errors.js';
import { SCHEDULES } from '../../extension/shared/prefs.js';
import { AUTHORITIES } from '../../extension/shared/authorities.js';
import { KINDS } from '../../extension/background/setting/observation.js';
import { TABLE } from '../../extension/background/reminders/reminders.js';
import { REFUSALS } from '../../extension/background/documents/judge-document.js';
import { DOCUMENTS } from '../../extension/shared/documents.js';
import { REASONS, STATES } from '../../extension/shared/protocol.js';
import { exactTime, relativeTime } from '../../extension/shared/times.js';
import { COUNTED, SAYINGS } from '../../extension/verifier/sayings.js';
import { installFakeBrowser, messagesOf } from './fake-browser.mjs';
import { readability, syllables } from './readability.mjs';

const root = new URL('../../extension/', import.meta.url);
const LOCALES = ['en', 'de', 'fr'];
const name = (key) => key.replaceAll('-', '_');
const family = (prefix, members) => members.map((member) => name(`${prefix}_${member}`));
const KNOWN_STATES = STATES.filter((state) => state !== 'unknown');

/** Keys that are put together while running. */
const FAMILIES = [
  ...family('badge', [...STATES, 'attention']),
  ...family('headline', [...STATES, 'empty']),
  ...family('meaning', [...KNOWN_STATES, 'empty']),
  ...family('settled', KNOWN_STATES),
  ...family('warning', [...KNOWN_STATES, 'undone']),
  ...family('warningTitle', [...KNOWN_STATES, 'undone']),
  ...family('pending', ['on', 'off']),
  ...family('pendingTitle', ['on', 'off']),
  ...family('reason', REASONS),
  ...family('trouble', ['missing', 'host', 'locked', 'alarm', 'other']),
  ...family('legend', ['user', 'unexplained', 'document', 'timestamp', 'break']),
  ...family('kind', ['genesis', 'discontinuity', 'lost', 'timestamp', 'exhibit']),
  ...family('control', KINDS),
  ...family('why', REASONS),
  ...family('pinHow', ['chromium', 'firefox']),
  ...family('part', ['container', 'layout', 'bag', 'key', 'signature', 'checkpoint', 'entries', 'extends']),
  ...family('part', ['attachments', 'proofs', 'timestamps', 'contents', 'derived']),
  ...family('every', ['never', 'day', 'days']),
  ...family('schedule', SCHEDULES),
  ...family('authority', [...AUTHORITIES.map(({ by }) => by), 'own']),
  ...family('step', ['done', 'todo', 'bad', 'wait']),
  ...family('stepTitle', ['access', 'host', 'keyring', 'check', 'recovery', 'pin', 'reminders', 'timestamps']),
  ...['remind', 'remindText'].flatMap((prefix) =>
    family(
      prefix,
      TABLE.map(({ cause }) => cause),
    ),
  ),
  ...family('check', ['not-loaded', 'closed', 'no-tab', 'unknown']),
  ...family(
    'document',
    DOCUMENTS.map(({ id }) => id),
  ),
  ...family('refused', REFUSALS),
  ...family(
    'verify',
    SAYINGS.flatMap((key) => (COUNTED.includes(key) ? [`${key}One`, `${key}Other`] : [key])),
  ),
  ...['helpQ', 'helpA'].flatMap((prefix) =>
    family(prefix, ['away', 'again', 'stuck', 'lawyer', 'proof', 'lost', 'delete', 'report']),
  ),
  ...family('error', [...ERROR_CODES, ...BROWSER_ERROR_CODES, 'other']),
];
const FAMILY_NAMES = new Set([
  'badge',
  'headline',
  'meaning',
  'settled',
  'warning',
  'pending',
  'reason',
  'trouble',
  'error',
  'check',
  'document',
  'refused',
  'verify',
  'remind',
  'step',
  'schedule',
  'authority',
  'legend',
  'kind',
  'part',
  'control',
  'why',
  'filter',
]);

function sources() {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`);
  return paths
    .filter((path) => /\.(js|html)$|manifest\.json$/.test(path) && !path.includes('_locales'))
    .map((path) => readFileSync(path, 'utf8'));
}

/** Every key that the sources name as a whole. */
function namedKeys() {
  const keys = new Set();
  const patterns = [
    /\bt\('([A-Za-z]\w*)'/g,
    /data-i18n(?:-label)?="(\w+)"/g,
    /__MSG_(\w+)__/g,
    /\b(?:title|label|before|key): '(\w+)'/g,
    /timeFact\('(\w+)'/g,
    /\bsay\('(\w+)'/g,
    /\? '(inLog\w+)' : '(inLog\w+)'/g,
    /\? '(cop\w+)' : '(cop\w+)'/g,
    /\? '(picture\w+)' : '(picture\w+)'/g,
    /\bt\([^()`]*\? '(\w+)' : '(\w+)'/g,
    /\b(?:title|label|words): [^,\n]*\? '(\w+)' : '(\w*)'/g,
  ];
  for (const text of sources()) {
    for (const pattern of patterns)
      for (const [, ...found] of text.matchAll(pattern)) found.filter(Boolean).forEach((key) => keys.add(key));
    for (const [, key] of text.matchAll(/plural(?:\(|: )'(\w+)'/g)) keys.add(`${key}One`).add(`${key}Other`);
  }
  return keys;
}

const placeholders = ({ message }) => [...message.matchAll(/\$\d/g)].map(([found]) => found).sort();

describe('sentences', () => {
  const needed = [...new Set([...namedKeys(), ...FAMILIES])].sort();

  for (const locale of LOCALES) {
    it(`${locale}: none is missing and none is unused`, () => {
      assert.deepEqual(Object.keys(messagesOf(locale)).sort(), needed);
    });

    it(`${locale}: none is empty, none holds markup or a straight quote`, () => {
      for (const [key, { message }] of Object.entries(messagesOf(locale))) {
        assert.ok(message.trim() === message && message.length > 0, key);
        assert.doesNotMatch(message, /[<>'"]|\.\.\./, key);
      }
    });

    it(`${locale}: no sign begins a line that belongs to the word before`, () => {
      const stray = locale === 'fr' ? / [;:?!»…]|«[^\u00a0]|[^\u00a0][;:?!»]/ : / [;:?!,.]/; // one blank, U+00A0, everywhere
      for (const [key, { message }] of Object.entries(messagesOf(locale))) {
        if (!key.startsWith('badge_')) assert.doesNotMatch(message.replace(/https?:\/\//g, 'x'), stray, key);
      }
    });

    it(`${locale}: asks for the same values as English`, () => {
      const english = messagesOf('en');
      for (const [key, message] of Object.entries(messagesOf(locale)))
        assert.deepEqual(placeholders(message), placeholders(english[key]), key);
    });

    it(`${locale}: names its own language and fits the stores`, () => {
      const messages = messagesOf(locale);
      assert.equal(messages.language.message, locale);
      assert.ok(messages.extensionDescription.message.length <= 132);
    });
  }

  it('call one thing by one name', () => {
    for (const [locale, other] of [
      ['fr', /paramètre|occult|propriétaire/i],
      ['de', /Ihr Nein|Ihr Widerspruch|Besitzer|Rechner|Home-Ordner|symbolischer Link|Uhr .*abgeglichen/],
    ]) {
      const elsewhere = locale === 'fr' ? /sous Paramètres( de la base de données)?,/ : /^$/; // KeePassXC's own menu
      for (const [key, { message }] of Object.entries(messagesOf(locale))) {
        const ours = message.includes('KeePassXC') ? message.replace(elsewhere, '') : message;
        assert.doesNotMatch(ours, other, key);
      }
    }
  });

  it('call one thing by the name that report and programs have for it', () => {
    for (const path of ['host/po/fr.po', 'host/report/words.inc', 'host/report/instructions.c', 'docs/README.fr.md'])
      assert.doesNotMatch(
        readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
        /occult|propriétaire/i,
        path,
      );
    for (const path of ['host/po/de.po', 'host/report/words.inc', 'host/report/instructions.c', 'docs/README.de.md'])
      assert.doesNotMatch(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), /Besitzer/, path);
  });

  it('are translated, not copied', () => {
    const english = messagesOf('en');
    const same = new Set([
      'documentsTitle',
      'part_signature',
      'verifyFileType',
      'verifyFileNote',
      'verifyMailDate',
      'verifyMailSignature',
      'badge_not_offered',
      'badge_unknown',
      'badge_attention',
      'premium',
      'remindNamed',
      'pointSaid',
      'legend_document',
      'stepOptional',
      'docTexts',
      'footerVersion',
    ]);
    for (const locale of ['de', 'fr']) {
      const copied = Object.entries(messagesOf(locale)).filter(
        ([key, { message }]) => !same.has(key) && message === english[key].message,
      );
      assert.deepEqual(
        copied.map(([key]) => key),
        [],
      );
    }
  });

  it('name no state in a reminder that comes for several: off, and not offered', () => {
    for (const locale of LOCALES)
      assert.doesNotMatch(messagesOf(locale).remindText_stale.message, /\b(?:on|off|an|aus)\b|activé/, locale);
  });

  it('put together while running belong to families that are listed', () => {
    for (const text of sources()) {
      for (const [, prefix] of text.matchAll(/`([a-z]+)_\$\{/g)) assert.ok(FAMILY_NAMES.has(prefix), prefix);
    }
  });

  it('have their colon from the language, which may want a blank before it', () => {
    const speaking = sources().filter((text) => /import \{[^}]*\bt\b[^}]*\} from '[^']*i18n\.js'/.test(text));
    assert.ok(speaking.length > 20, String(speaking.length));
    for (const text of speaking) assert.doesNotMatch(text, /`[^`\n]*(?:\}|consentlog): \$\{|join\(': '\)/);
  });

  it('stand in no page and in no script', () => {
    for (const text of sources()) {
      const html = text.startsWith('<!doctype') ? text.replace(/<(title|h1)>consentlog<\/\1>/g, '') : '';
      assert.doesNotMatch(html.replace(/<[^>]*>/g, ''), /\w/);
      assert.doesNotMatch(text, /\.textContent = '[A-Za-z]/);
    }
  });
});

describe('what went wrong', () => {
  /** What a person is asked to do, in the form in which each language asks. */
  const ASKS = {
    en: /(?:^|[.;,:] |then )(?:Agree|Allow|Ask|Check|Choose|Close|Export|Free|Get|Give|Install|Make|Open|Press|Put|Raise|Register|Reload|Run|See|Set|Start|Switch|Take|Try|Update|check|choose|press|switch|try)\b/u,
    de: /\p{L}+en Sie\b|Siehe:/u,
    fr: /(?<!\b(?:vous|n’|pas) )\b(?!avez|pouvez|voulez)\p{L}+ez\b|Voir\u00a0:/iu,
  };
  /** Nothing is to be done, or the page that says it has the step beside it: Unlock, How to go on, the command that installs. */
  const WITH_STEP = new Set(['ok', 'log-absent', 'too-often', 'tsa-unreachable', 'host-missing']);
  const asked = [...ERROR_CODES, ...BROWSER_ERROR_CODES, 'other'].filter(
    (code) => !WITH_STEP.has(code) && !ALARM_ERRORS.has(code) && !UNLOCKABLE_ERRORS.has(code),
  );

  for (const locale of LOCALES)
    it(`${locale}: is told with what to do next`, () => {
      const messages = messagesOf(locale);
      const silent = asked.filter((code) => !ASKS[locale].test(messages[name(`error_${code}`)].message));
      assert.deepEqual(silent, []);
    });
});

describe('reading', () => {
  it('counts what is spoken', () => {
    for (const [spoken, word, count] of [
      ['en', 'time', 1],
      ['en', 'the', 1],
      ['en', 'setting', 2],
      ['en', 'switched', 1],
      ['de', 'Schalter', 2],
      ['de', 'Einstellung', 3],
      ['fr', 'page', 1],
      ['fr', 'réglage', 2],
      ['fr', 'historique', 3],
    ])
      assert.equal(syllables(word, spoken), count, word);
  });

  /** Not to fall: how easy the sentences of members are, and of what is explained at length. */
  for (const [spoken, figure, floor] of [
    ['en', 'Flesch', 82],
    ['de', 'Amstad', 66],
    ['fr', 'Kandel-Moles', 80],
  ]) {
    it(`${spoken}: is no harder than it was`, (context) => {
      const sentences = Object.entries(messagesOf(spoken))
        .filter(([, { message }]) => /[.!?]$/.test(message))
        .map(([, { message }]) => message);
      const { ease, longest } = readability(sentences, spoken);
      context.diagnostic(
        `${figure}, ${spoken}: ${ease.toFixed(1)} over ${sentences.length} texts; the longest sentence: ${longest}`,
      );
      assert.ok(ease >= floor, `${figure}: ${ease.toFixed(1)}, at least ${floor}`);
      assert.ok(longest.split(' ').length <= 30, longest);
    });
  }
});

describe('saying', () => {
  for (const [locale, one, two] of [
    ['en', '1 check could not be kept.', '1,234 checks could not be kept.'],
    ['de', '1 Prüfung konnte nicht aufbewahrt werden.', '1.234 Prüfungen konnten nicht aufbewahrt werden.'],
    ['fr', '1 relevé n’a pas pu être conservé.', '1 234 relevés n’ont pas pu être conservés.'],
  ]) {
    it(`${locale}: counts as the language does`, () => {
      installFakeBrowser({ locale });
      assert.equal(plural('lost', 1), one);
      assert.equal(plural('lost', 1234).replace(/[\u00a0\u202f]/g, ' '), two);
    });
  }

  for (const [locale, sizes] of Object.entries({
    en: ['0 bytes', '1 byte', '40 bytes', '999 bytes', '1 kB', '1.5 MB'],
    de: ['0 Byte', '1 Byte', '40 Byte', '999 Byte', '1 kB', '1,5 MB'],
    fr: ['0 octet', '1 octet', '40 octets', '999 octets', '1 ko', '1,5 Mo'],
  }))
    it(`${locale}: a small file is not told as none`, () => {
      installFakeBrowser({ locale });
      const told = [0, 1, 40, 999, 1_000, 1_500_000].map((size) => sizeWords(size).replaceAll(/\s/g, ' '));
      assert.deepEqual(told, sizes);
    });

  it('has words for a code of a later version', () => {
    installFakeBrowser();
    assert.match(say({ error: 'from-the-future' }), /from-the-future/);
    assert.equal(
      say({ error: 'keyring-timeout' }),
      'The keyring did not answer in time. Nothing was written. Try again.',
    );
  });

  it('runs as its sentences run, in a browser that runs the other way, too', () => {
    const browser = installFakeBrowser();
    const { getMessage } = browser.i18n;
    for (const [theirs, ours, dir] of [
      ['ar', 'en', 'ltr'],
      ['he-IL', 'en', 'ltr'],
      ['en-GB', 'en', 'ltr'],
      ['ar-EG', 'ar', 'rtl'],
    ]) {
      browser.i18n.getUILanguage = () => theirs;
      browser.i18n.getMessage = (key, values) =>
        ({ '@@bidi_dir': /^(ar|he)/.test(theirs) ? 'rtl' : 'ltr', language: ours })[key] ?? getMessage(key, values);
      const { document } = new JSDOM('<p data-i18n="historyTitle"></p>').window;
      localise(document);
      assert.deepEqual(
        [document.documentElement.dir, document.documentElement.lang.split('-')[0]],
        [dir, ours],
        theirs,
      );
    }
  });

  it('keeps the member’s region only for its own language', () => {
    const browser = installFakeBrowser();
    for (const [theirs, ours] of [
      ['en-GB', 'en-GB'],
      ['en', 'en'],
      ['fi', 'en'],
      ['pt-BR', 'en'],
    ]) {
      browser.i18n.getUILanguage = () => theirs;
      assert.equal(language(), ours);
    }
  });
});

describe('times', () => {
  const now = Date.UTC(2026, 10, 21, 18);
  for (const [ago, expected] of [
    [0, 'now'],
    [59_000, 'now'],
    [60_000, '1 minute ago'],
    [3_600_000, '1 hour ago'],
    [86_400_000, 'yesterday'],
    [41 * 86_400_000, '41 days ago'],
    [-3_600_000, ''],
  ]) {
    it(`${ago} ms ago is "${expected}"`, () =>
      assert.equal(relativeTime(new Date(now - ago).toISOString(), 'en', now), expected));
  }

  it('are told in full in each language', () => {
    const iso = new Date(2026, 10, 21, 18, 4).toISOString();
    assert.match(exactTime(iso, 'de'), /21\. November 2026 um 18:04/);
    assert.match(exactTime(iso, 'fr'), /21 novembre 2026 à 18:04/);
  });
});
