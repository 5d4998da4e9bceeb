// The program in German and French: chosen as everywhere, for people alone; what programs read does not change by a byte; the
// catalogues hold nothing that is not said, and all that is said by the commands of every day.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BUILD, CLI, errorsOfHost, observation, observationOff, ROOT, Session } from '../e2e/host.mjs';
import { speaking } from '../e2e/locale.mjs';

/** They say nothing to people. */
const ENGLISH = /^(browsers|packed|probe|profile|cmd_open|export_request)\.c$/;
/** The window has its own table of three languages, for it is opened where no catalogue was. */
const OWN_TABLE = 'cmd_window.c';
/** Names, which are the same in every language. */
const NAME = /^(?:(?:Google Chrome|Microsoft Edge|DigiCert|USERTrust|Sectigo)(?: |$)|Secure Preferences$)/;
/** Translated where they are said, from other rooms or from variables. */
const FROM_ELSEWHERE = new Set(['Checked', 'Read', 'Packed', 'yes']);
const cli = join(ROOT, 'host/cli');

/** What the checks of a package and of the log find, and with which calls they say it. */
const FINDERS = [
  ...readdirSync(join(ROOT, 'host/package'))
    .filter((name) => name.endsWith('.c'))
    .map((name) => `../package/${name}`),
  '../report/verification.c',
  ...readdirSync(join(ROOT, 'host/log'))
    .filter((name) => /^log_audit.*\.c$/.test(name))
    .map((name) => `../log/${name}`),
];
const QUERY = /^(?:SELECT|PRAGMA|name IN) /;
const FINDINGS = [
  '-k',
  '-kCL_SAID',
  '-kcl_flaw:4',
  '-kverifier_remark:3',
  '-kcl_repacked_refuse:3',
  '-kcl_lines_flaw:4',
];

const KEYWORDS = ['-k', '-k_', '-kN_', '-kterm_format', '-kterm_wrap:2', '-kterm_confirm:1'];

/** @param {string[]} files @param {string[]} [which] strings @returns {Set<string>} what they say */
function saidIn(files, which = KEYWORDS) {
  const { status, stdout, stderr } = spawnSync(
    'xgettext',
    ['--from-code=UTF-8', '-L', 'C', ...which, '-o', '-', ...files],
    { cwd: cli, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return new Set(messages(stdout).keys());
}

/** What is printed as it stands in the source, past the catalogues. @param {string[]} files @param {string} [input] of the file - */
function printedIn(files, input = '') {
  const { status, stdout, stderr } = spawnSync(
    'xgettext',
    ['--from-code=UTF-8', '-L', 'C', '-k', '-kprintf', '-kfprintf:2', '-kputs', '-kfputs', '-o', '-', ...files],
    { cwd: cli, encoding: 'utf8', input },
  );
  assert.equal(status, 0, stderr);
  return [...messages(stdout).keys()];
}

/** @param {string} text of a catalogue @returns {Map<string, string>} */
function messages(text) {
  const joined = (part) => [...part.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one]) => one).join('');
  const string = '((?:"(?:[^"\\\\]|\\\\.)*"\\s*)+)';
  const one = [...text.matchAll(new RegExp(`^msgid ${string}msgstr ${string}`, 'gm'))];
  const counted = new RegExp(
    `^msgid ${string}msgid_plural ${string}msgstr\\[0\\] ${string}msgstr\\[1\\] ${string}`,
    'gm',
  );
  const two = [...text.matchAll(counted)].flatMap(([, id, ids, said, more]) => [
    ['', id, said],
    ['', ids, more],
  ]);
  return new Map([...one, ...two].map(([, id, said]) => [joined(id), joined(said)]).filter(([id]) => id !== ''));
}

/** Every sentence in the checks' sources, and what they say besides. */
const found = () =>
  [...saidIn(FINDERS, ['-a'])]
    .filter((text) => /[a-z] (?:%\S+ )*[a-z]/i.test(text) && !QUERY.test(text))
    .concat(...saidIn(FINDERS, FINDINGS));

/** How a check ended, and what it is called; `time` and `bracket` are the CLI's own. */
const NAMES_OF_CHECKS = (() => {
  const named = (file, pattern) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)].map(([, name]) => name);
  return [
    ...['good', 'remark', 'failed', 'skipped', 'time', 'bracket'],
    ...named('host/package/verifier.c', /^ {4}\[\w+\] = \{"(\w+)"/gm),
    ...new Set(named('host/report/verification.c', /\bsay\((?:t|&t), "(\w+)"/g)),
  ];
})();

/** The errors of err.h, in their parts. */
const errors = () => errorsOfHost().map(({ parts }) => parts.map((part) => part.trim()).filter(Boolean));

/** A command to type, or what a browser writes in a file: the same in every language. */
const COMMAND = /^(?:sudo )?(?:bash manifests\/|consentlog (?:register |unlock$)|chmod )|chrome-extension:/;
/** Words, not only places for them. */
const hasWords = (id) =>
  !COMMAND.test(id) && /[A-Za-z]{3}/.test(id.replace(/consentlog|linkedin-consent|zip/g, '').replace(/%<?\w+>?/g, ''));

/** Two words at least, one after the other, whatever stands between them. */
const isSentence = (text) => /[A-Za-z]{2,}[,:;]? +(?:%\S+ +)*[A-Za-z]{2,}/.test(text);

/** How a command is typed, as main.c has it: `keep FILE [--note TEXT]`. */
const SYNOPSIS = /^[a-z]+ (?:\[--|[A-Z]+ \[|[a-z]+\|[a-z]+)/;

let session;
before(async () => {
  session = await Session.start();
  const at = (day) => ({
    observed_at: `2026-11-${day}T12:00:00.000Z`,
    page: { loaded_at: `2026-11-${day}T12:00:00.000Z` },
  });
  const { ok, error } = await session.once('record', { observations: [observation(at(20)), observationOff(at(21))] });
  assert.ok(ok, JSON.stringify(error));
});
after(async () => session.stop());

const say = (language, ...args) => session.run(CLI, args, { env: { ...speaking(language), TZ: 'UTC' } });

describe('catalogues', () => {
  const catalogues = ['de', 'fr'].map((name) => [
    name,
    messages(readFileSync(join(ROOT, `host/po/${name}.po`), 'utf8')),
  ]);

  it('hold the same sentences, each with the same places for values, and none that is not said', () => {
    const files = readdirSync(cli).filter((name) => name.endsWith('.c'));
    const said = new Set([...saidIn(files), ...found(), ...NAMES_OF_CHECKS, ...FROM_ELSEWHERE, ...errors().flat()]);
    const places = (text) =>
      [...text.matchAll(/%[-0-9.*]*(?:ll)?(?:<\w+>|[a-z%])/g)].map(([one]) => one.replace(/[-\d.]/g, '')).sort();
    const [[, first], [, second]] = catalogues;
    assert.deepEqual([...first.keys()], [...second.keys()]);
    for (const [name, catalogue] of catalogues) {
      for (const [id, words] of catalogue) {
        assert.ok(said.has(id), `${name}: nobody says “${id}”`);
        assert.deepEqual(places(words), places(id), `${name}: ${id}`);
        assert.doesNotMatch(words, name === 'fr' ? / [:;?!»]|« / : / [:;?!]/, `${name}: ${id}`);
      }
    }
  });

  it('are asked for all words that are printed', () => {
    const files = readdirSync(cli).filter((name) => name.endsWith('.c'));
    assert.deepEqual(printedIn(files).filter(hasWords), []);
    const seen = printedIn(
      ['-'],
      'f(){ printf("%u are left\\n", n); puts(_("asked")); fputs(ok ? "none is" : "", to); }',
    );
    assert.deepEqual(seen, ['%u are left\\n', 'none is']);
  });

  it('have all that the commands of every day say', () => {
    const files = readdirSync(cli).filter((name) => name.endsWith('.c') && !ENGLISH.test(name));
    for (const [name, catalogue] of catalogues) {
      const missing = [...saidIn(files)].filter((id) => hasWords(id) && !catalogue.has(id));
      assert.deepEqual(missing, [], name);
      const unfound = [...found(), ...NAMES_OF_CHECKS].filter((id) => hasWords(id) && !catalogue.has(id));
      assert.deepEqual(unfound, [], name);
      const unsaid = errors().flatMap((parts) => parts.filter((part) => !catalogue.has(part)));
      assert.deepEqual(unsaid, [], name);
    }
  });

  it('have each sentence that stands in a source of the program, however it is printed', () => {
    const files = readdirSync(cli).filter((name) => name.endsWith('.c') && name !== OWN_TABLE);
    const sentences = [...saidIn(files, ['-a'])].filter(
      (text) => isSentence(text) && !NAME.test(text) && !COMMAND.test(text) && !SYNOPSIS.test(text),
    );
    assert.ok(sentences.length > 200, 'the sentences are found');
    for (const [name, catalogue] of catalogues)
      assert.deepEqual(
        sentences.filter((text) => !catalogue.has(text)),
        [],
        name,
      );
  });
});

describe('numbers', () => {
  /** A number that is never one where it is said: limits, and what is told above a threshold alone. */
  const NEVER_ONE = [
    / larger than %\S+ bytes/,
    / longer than %\S+ bytes/,
    / by %\S+ seconds/,
    / was set %\S+ times in all/,
    /1 to %d bytes/,
  ];

  it('bend no word that stands beside them: one sentence is right of 0, 1 and 2', () => {
    const files = readdirSync(cli).filter((name) => name.endsWith('.c'));
    const number = '(?<!number )%(?:ll|z)?(?:<PRI[ud]\\d+>|[ud])';
    const bends = new RegExp(
      `${number} +(?:\\w+ )?(?!is\\b|was\\b|says\\b)\\w+s\\b|${number} (?:\\w+ )?(?:are|have|were)\\b`,
    );
    const said = [...saidIn(files), ...found()];
    assert.deepEqual(
      said.filter((text) => bends.test(text) && !NEVER_ONE.some((never) => never.test(text))),
      [],
    );
    for (const text of ['%zu files are there', '%<PRIu64> are left', 'the first %llu entries'])
      assert.match(text, bends);
  });

  it('are counted as the language does', () => {
    const folder = join(BUILD, 'locale');
    for (const [language, one, many, words] of [
      ['de', 'entry', 'entries', ['Einträge', 'Eintrag', 'Einträge']],
      ['fr', 'entry', 'entries', ['entrée', 'entrée', 'entrées']],
      ['en', 'entry', 'entries', ['entries', 'entry', 'entries']],
      ['de', 'answer', 'answers', ['Antworten', 'Antwort', 'Antworten']],
      ['fr', 'remark', 'remarks', ['remarque', 'remarque', 'remarques']],
    ])
      words.forEach((word, n) => {
        const { stdout, error } = spawnSync('ngettext', [one, many, String(n)], {
          encoding: 'utf8',
          env: {
            ...process.env,
            ...speaking(language),
            TEXTDOMAIN: 'consentlog',
            TEXTDOMAINDIR: folder,
          },
        });
        assert.equal(error, undefined);
        assert.equal(stdout.trim(), word, `${language}: ${n}`);
      });
  });
});

describe('what people read', () => {
  for (const [language, status, head, row] of [
    ['de', /^Einstellung aus seit 20/m, /wann \(Ortszeit\)/, /an {2}.*erste Prüfung/],
    ['fr', /^Réglage {5}désactivé depuis 20/m, /quand \(heure locale\)/, /activé .*premier relevé/],
    ['en', /^Setting {5}off since 20/m, /when \(local time\)/, /on .*first look/],
  ]) {
    it(`is ${language}`, () => {
      assert.match(say(language, 'status').stdout, status);
      const history = say(language, 'history').stdout;
      assert.match(history, head);
      assert.match(history, row);
      assert.equal(say(language, 'verify').status, 0);
    });
  }

  it('lines up: each column begins where its name does', () => {
    for (const language of ['en', 'de', 'fr']) {
      const [first, ...rows] = say(language, 'history').stdout.trimEnd().split('\n');
      const at = [...first.matchAll(/ {2}(\S)/g)].map(({ index }) => index + 2);
      for (const row of rows) assert.equal(row.slice(at.at(-1) - 2, at.at(-1)), '  ', `${language}: ${row}`);
    }
  });

  // What is remarked of the clock depends on the machine and the day.
  it('is the verdict on a package, all of it', () => {
    const file = join(session.dir, 'package.zip');
    assert.equal(say('en', 'export', '--output', file).status, 0);
    for (const [language, told] of [
      [
        'en',
        / verifies: 3 entries, 0 of them withheld, with (?:no remark|1 remark|\d+ remarks) above(?:: what some of its entries say is doubtful)?\.$/,
      ],
      [
        'de',
        / ist in Ordnung: 3 Einträge, davon 0 zurückgehalten(?:, ohne Hinweis|; oben dazu: \d+ Hinweise?)(?:; was einige seiner Einträge sagen, ist zweifelhaft)?\.$/,
      ],
      [
        'fr',
        / est intact : 3 entrées, dont masquées : 0(?:, sans remarque| ; plus haut : \d+ remarques?)(?: ; ce que disent certaines de ses entrées est douteux)?\.$/,
      ],
    ]) {
      const { status, stdout } = say(language, 'verify', file);
      assert.equal(status, 0, stdout);
      assert.match(stdout.replace(/\s+/g, ' ').trim(), told);
      if (language !== 'en') assert.doesNotMatch(stdout, /makes a report of your own/);
    }
  });

  it('names a check above by the word that stands there', () => {
    for (const language of ['de', 'fr']) {
      const said = messages(readFileSync(join(ROOT, `host/po/${language}.po`), 'utf8'));
      const [, sentence] = [...said].find(([english]) => /derived.*above/.test(english)) ?? [];
      const word = String(said.get('derived'));
      assert.ok(word && String(sentence).includes(word), `${language}: ${sentence}, ${word}`);
    }
  });

  // The lines of single checks, of a package that is good and of one that is not; whatever is named in them is the same.
  it('is each line of a check', () => {
    const file = join(session.dir, 'lines.zip');
    assert.equal(say('en', 'export', '--output', file).status, 0);
    const broken = join(session.dir, 'broken.zip');
    writeFileSync(broken, readFileSync(file).subarray(0, -30));
    for (const [language, good, skipped, bad] of [
      ['en', / good signature that key signed the list of all files\. /, / skipped entries /, /it is not a ZIP/],
      [
        'de',
        / gut Signatur dieser Schlüssel hat die Liste aller Dateien signiert\. /,
        / übergangen Einträge /,
        /ist keine ZIP-Datei/,
      ],
      ['fr', / bon signature cette clé a signé la liste de tous les fichiers\. /, / omis entrées /, /n’est pas un ZIP/],
    ]) {
      const whole = say(language, 'verify', file);
      assert.equal(whole.status, 0, whole.stdout);
      assert.match(whole.stdout.replace(/\s+/g, ' '), good);
      const cut = say(language, 'verify', broken);
      assert.equal(cut.status, 1, cut.stdout);
      const broke = cut.stdout.replace(/\s+/g, ' ');
      assert.match(broke, skipped);
      assert.match(broke, bad);
      if (language === 'en') continue;
      const english = say('en', 'verify', file).stdout.split('\n');
      const same = whole.stdout.split('\n').filter((line) => line.startsWith('  ') && english.includes(line));
      assert.deepEqual(same, [], `${language}: a line that is English`);
    }
  });

  it('is English where nothing else is asked for', () => {
    for (const env of [{ LC_ALL: 'C', LANGUAGE: 'de' }, { LC_ALL: 'C.UTF-8' }, { LC_ALL: 'xx_YY.UTF-8', LANGUAGE: '' }])
      assert.match(session.run(CLI, ['status'], { env }).stdout, /^Setting {5}off since/m, JSON.stringify(env));
  });
});

describe('what programs read', () => {
  for (const args of [
    ['status', '--json'],
    ['history', '--json'],
    ['history', '--csv'],
    ['verify', '--json'],
    ['export', '--json', '--since', 'x'],
  ]) {
    it(`${args.join(' ')}: the same in every language`, () => {
      const english = say('en', ...args);
      for (const language of ['de', 'fr']) {
        const { stdout, status } = say(language, ...args);
        assert.equal(stdout, english.stdout);
        assert.equal(status, english.status);
      }
    });
  }
});
