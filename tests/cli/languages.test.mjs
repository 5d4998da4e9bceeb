// The program in German and French: chosen as everywhere, for people alone; what programs read does not change by a byte; the
// catalogues hold nothing that is not said, and all that is said by the commands of every day.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CLI, observation, observationOff, ROOT, Session } from '../e2e/host.mjs';

/** They say nothing to people. What the checks of a stranger's package find stays as the format's page calls it. */
const ENGLISH = /^(browsers|packed|probe|profile|cmd_open|export_request)\.c$/;
/** The window has its own table of three languages, for it is opened where no catalogue was. */
const OWN_TABLE = 'cmd_window.c';
/** Names, which are the same in every language. */
const NAME = /^(?:(?:Google Chrome|Microsoft Edge|DigiCert|USERTrust|Sectigo)(?: |$)|Secure Preferences$)/;
/** Translated where they are said, from other rooms or from variables. */
const FROM_ELSEWHERE = new Set(['Checked', 'Read', 'Packed', 'yes']);
const cli = join(ROOT, 'host/cli');

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
  const pairs = [...text.matchAll(/^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)msgstr ((?:"(?:[^"\\]|\\.)*"\s*)+)/gm)];
  return new Map(pairs.map(([, id, said]) => [joined(id), joined(said)]).filter(([id]) => id !== ''));
}

/** The errors of err.h, in their parts. */
const errors = () => {
  const list = readFileSync(join(ROOT, 'host/base/err.h'), 'utf8');
  return [...list.matchAll(/X\(\w+, "[a-z-]+", "(.*?)", "(.*?)", "(.*?)"\)/g)].map(([, ...parts]) =>
    parts.map((part) => part.trim()).filter(Boolean),
  );
};

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

const say = (language, ...args) =>
  session.run(CLI, args, { env: { LC_ALL: 'C.UTF-8', LANGUAGE: language, TZ: 'UTC' } });

describe('catalogues', () => {
  const catalogues = ['de', 'fr'].map((name) => [
    name,
    messages(readFileSync(join(ROOT, `host/po/${name}.po`), 'utf8')),
  ]);

  it('hold the same sentences, each with the same places for values, and none that is not said', () => {
    const files = readdirSync(cli).filter((name) => name.endsWith('.c'));
    const said = new Set([...saidIn(files), ...FROM_ELSEWHERE, ...errors().flat()]);
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

describe('what people read', () => {
  for (const [language, status, head, row] of [
    ['de', /^Einstellung aus seit 20/m, /wann \(Ortszeit\)/, /ein .*erste Prüfung/],
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
        / est intact : 3 entrées, dont 0 occultées(?:, sans note| ; plus haut : \d+ notes?)(?: ; ce que disent certaines de ses entrées est douteux)?\.$/,
      ],
    ]) {
      const { status, stdout } = say(language, 'verify', file);
      assert.equal(status, 0, stdout);
      assert.match(stdout.replace(/\s+/g, ' ').trim(), told);
      if (language !== 'en') assert.doesNotMatch(stdout, /makes a report of your own/);
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
