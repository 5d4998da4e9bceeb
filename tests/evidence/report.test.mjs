// What a package has for people and for other programs: report, table, records, certification. CL_BUILD is the build directory.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'parse5';
import { BEGIN, DAY, genTimeOf, Log, sha256, stripes, halfYear, STRIPES } from './log.mjs';
import { relist, unzip, zip } from './package.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.CL_BUILD ?? join(here, '../../build');
const work = mkdtempSync(join(tmpdir(), 'consentlog-report-'));
const at = (name) => join(work, name);
after(() => rmSync(work, { recursive: true, force: true }));

function run(program, args, options = {}) {
  const ran = spawnSync(program, args, { cwd: work, maxBuffer: 1 << 28, ...options });
  if (ran.error) throw ran.error;
  return { code: ran.status, out: ran.stdout, text: ran.stdout.toString(), err: ran.stderr.toString() };
}
const peer = (...args) => run(join(build, 'tests/evidence_peer'), args);
function good(result) {
  assert.equal(result.code, 0, result.err || result.text);
  return result.out;
}

/** @returns {{raw: Buffer, files: Map<string, Buffer>, text: (name: string) => string}} by name below the folder */
function pack(log, { language = 'en', owner = '-', withheld = ',', now = BEGIN + 172 * DAY } = {}) {
  writeFileSync(at('lines'), log.text);
  const raw = good(peer('report', at('lines'), log.folder, language, owner, withheld, String(now)));
  const files = new Map([...unzip(raw)].map(([name, data]) => [name.slice(name.indexOf('/') + 1), data]));
  return { raw, files, text: (name) => files.get(name).toString() };
}

function judge(raw, roots) {
  writeFileSync(at('judged.zip'), raw);
  const ours = run(join(build, 'consentlog'), [
    'verify',
    '--json',
    ...(roots ? ['--tsa-roots', roots] : []),
    at('judged.zip'),
  ]);
  const theirs = run('python3', [join(here, 'verify.py'), at('judged.zip'), ...(roots ? [roots] : [])]);
  assert.equal(theirs.code, ours.code, `second verifier: ${theirs.err || 'good'}\nfirst: ${ours.text}`);
  return JSON.parse(ours.text);
}

/** Every element, and what its text is. */
function elements(html) {
  const errors = [];
  const tree = parse(html, { onParseError: (error) => errors.push(`${error.code} at ${error.startLine}`) });
  assert.deepEqual(errors, []);
  const found = [];
  const walk = (node) => {
    if (node.tagName) found.push(node);
    for (const child of node.childNodes ?? []) walk(child);
  };
  walk(tree);
  return found;
}
const attribute = (element, name) => element.attrs.find((a) => a.name === name)?.value;
const textOf = (node) => node.value ?? (node.childNodes ?? []).map(textOf).join('');
const visible = (html) => textOf(elements(html).find((e) => e.tagName === 'body')).replace(/\s+/g, ' ');

function told(stamps = false) {
  const log = new Log(at('attachments'));
  const fake = (when) =>
    log.stamp(when + 2000, log.size, 'CN=Good Time,O=Test', when, {
      checkpoint: Buffer.from(`c${when}`),
      query: Buffer.from(`q${when}`),
      reply: Buffer.from(`r${when}`),
      chain: Buffer.from('x'),
    });
  halfYear(log, stamps ? fake : undefined);
  return log;
}

describe('report.html', () => {
  for (const language of ['en', 'de', 'fr']) {
    test(`is one closed file (${language})`, () => {
      const { files, text } = pack(told(true), { language, owner: 'Erika Mustermann, Köln' });
      const html = text('data/report.html');
      const all = elements(html);
      const allowed = new Set(
        (
          'html head meta title style body header main h1 h2 h3 p dl dt dd section div span ul li table thead ' +
          'tbody tr th td a br q b code bdi time figure figcaption img svg desc defs pattern rect circle path g text'
        ).split(' '),
      );
      for (const element of all) {
        assert.ok(allowed.has(element.tagName), element.tagName);
        for (const { name, value } of element.attrs) {
          assert.doesNotMatch(name, /^on|^style$/);
          if (name === 'href' || name === 'src') {
            const inside = value.startsWith('#')
              ? all.some((e) => attribute(e, 'id') === value.slice(1))
              : files.has(`data/${value}`);
            assert.ok(inside, value);
          }
        }
      }
      assert.equal(attribute(all[0], 'lang'), language);
      const style = textOf(all.find((e) => e.tagName === 'style'));
      assert.doesNotMatch(style, /url\((?!#)|@import/);
      const policy = all
        .filter((e) => e.tagName === 'meta')
        .map((e) => attribute(e, 'content'))
        .find((c) => c?.includes('default-src'));
      assert.match(policy, /default-src 'none'/);
      assert.ok(
        policy.includes(`'sha256-${createHash('sha256').update(style).digest('base64')}'`),
        'the policy allows no other style',
      );
      assert.ok(visible(html).includes('Erika Mustermann, Köln'));
      assert.equal(all.filter((e) => e.tagName === 'img').length, 2);
      assert.equal(
        new Set(all.map((e) => attribute(e, 'id')).filter(Boolean)).size,
        all.filter((e) => attribute(e, 'id')).length,
      );
    });
  }

  test('tells what happened', () => {
    const said = visible(pack(told(true)).text('data/report.html'));
    for (const words of [
      '● Off',
      'can count as an objection under Art. 21 GDPR',
      'Looks: 158; changes of state between them: 3, of which without an act of the member that was seen: 1',
      'Answers of time authorities in this package: 4. Which of them count depends on the authorities that you trust',
      'An authority’s answer over the entries up to number 143, not counted here',
      'Changed, without an act of the member that was seen',
      'Switched, but the next look showed another state: LinkedIn did not save it, or it was changed again',
      'The same state in other words',
      'Daten zur Verbesserung generativer KI',
      'Days (UTC) that have no observation in this package, 17 in all: 2026-07-27; 2026-08-11 to 2026-08-26',
      'Privacy Policy changed',
      'the page did not finish loading',
      'First look (picture)',
      'No entry is withheld',
      'not stated by the owner',
    ]) {
      assert.ok(said.includes(words), words);
    }
    const broken = elements(pack(told(true)).text('data/report.html')).filter(
      (e) => e.tagName === 'bdi' && /^\d{4}-\d\d-\d\d/.test(textOf(e)),
    );
    assert.ok(
      broken.length > 10 && broken.every((e) => attribute(e.childNodes[0], 'class') === 'd'),
      'no line is broken in a date',
    );
    assert.ok(!visible(pack(told()).text('data/report.html')).match(/not (before|after) \d/));
    assert.ok(visible(pack(told()).text('data/report.html')).includes('No independent timestamp'));
  });

  test('no document is in force before its own date', () => {
    const log = new Log(at('terms'));
    log.see(BEGIN, 'on', { change: 'first' });
    log.keep(BEGIN + 1000, 'privacy-policy', 'first', 'x'.repeat(300), { effective: '2026-01-05' });
    log.keep(BEGIN + 2000, 'user-agreement', 'first', 'y'.repeat(300), { effective: '2026-06-05' });
    log.keep(BEGIN + 3000, 'ai-faq', 'first', 'z'.repeat(300), { effective: null, effective_text: null });
    const seen = [1, 2].map((day) =>
      log.see(BEGIN + day * DAY, day % 2 ? 'off' : 'on', { change: 'changed', cause: 'user' }),
    );
    log.keep(BEGIN + 2 * DAY + 1, 'privacy-policy', 'changed', 'w'.repeat(300), { effective: '2026-06-06' });
    seen.push(
      ...[3, 4].map((day) => log.see(BEGIN + day * DAY, day % 2 ? 'off' : 'on', { change: 'changed', cause: 'user' })),
    );
    const rows = elements(pack(log, { now: BEGIN + 5 * DAY }).text('data/report.html')).filter(
      (e) => e.tagName === 'tr',
    );
    const inForce = seen.map((seq) => textOf(rows.find((row) => textOf(row).startsWith(`${seq}2026`)).childNodes[4]));
    assert.ok(
      rows.every((row) => row.childNodes.length !== 6),
      'no column between, where no stamp says anything',
    );
    const faq = 'Questions about generative AI';
    assert.deepEqual(inForce, [
      `Privacy Policy 2026-01-05${faq}`,
      `Privacy Policy 2026-01-05${faq}`,
      `Privacy Policy 2026-01-05User Agreement 2026-06-05${faq}`,
      `Privacy Policy 2026-06-06User Agreement 2026-06-05${faq}`,
    ]);
  });

  test('a look that waited in the browser counts when it was, and both times are given', () => {
    const log = new Log(at('waited'));
    const DAYS = (n) => BEGIN + n * DAY;
    log.see(DAYS(0), 'on', { change: 'first' });
    log.see(DAYS(10), 'off', { change: 'changed', cause: 'unexplained', observed_at: new Date(DAYS(7)).toISOString() });
    log.see(DAYS(10) + 1, 'off', { observed_at: new Date(DAYS(5)).toISOString() }); // another browser's, older
    const { files, text } = pack(log, { now: DAYS(12) });
    const html = elements(text('data/report.html'));
    const card = textOf(html.find((one) => attribute(one, 'class') === 'card'));
    assert.match(card, /Last seen so on 2026-06-09 08:15:00 UTC/);
    assert.match(card, /since 2026-06-09 08:15:00 UTC/);
    assert.doesNotMatch(card, /2026-06-12/);
    assert.match(
      textOf(html.find((one) => attribute(one, 'class') === 'warn')),
      /2026-06-09 08:15:00 UTC\s*written 2026-06-12 08:15:00 UTC/,
    );
    assert.match(String(files.get('data/consent-records.jsonld')), /2026-06-09T08:15:00/);
    assert.match(visible(text('data/report.html')), /2026-06-10 to 2026-06-13/, 'nobody has looked since');
  });

  test('a text that is no date stays whole, however like one it looks', () => {
    for (const word of [
      '0151 23456789',
      '1234567890123',
      '2026-01-01:00:00',
      '2026-01-01 ',
      '2026-01-01 08:15:00 UTC',
      'UTC UTC UTC UTC',
    ]) {
      const log = new Log(at('dates'));
      log.see(BEGIN, 'on', { change: 'first', label: word, title: word });
      const said = pack(log)
        .text('data/report.html')
        .replaceAll(/<span class="d">|<\/span>/g, '');
      assert.ok(said.includes(`<bdi>${word}</bdi>`), word);
    }
  });

  test('hostile words stay words', () => {
    const evil = [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='x",
      '</q></td></table><h1>',
      '\u202eFFO\u202c',
      '\u0007\u001b[31m',
      '\ufeff\u200b',
      '&lt;b&gt;',
      '{}',
      ']]>--><!--',
      '\u2028',
    ];
    const shapes = [];
    for (const word of ['harmless', ...evil]) {
      const log = new Log(at('hostile'));
      log.see(BEGIN, 'on', {
        change: 'first',
        title: word,
        label: word,
        language: word.slice(0, 30),
        picture: STRIPES,
      });
      log.keep(BEGIN + 1000, 'privacy-policy', 'first', 'x'.repeat(300), {
        title: word,
        effective_text: word,
        language: word.slice(0, 30),
      });
      log.stamp(BEGIN + 2000, 2, word, BEGIN + 2000, { checkpoint: 'c', query: 'q', reply: 'r', chain: 'x' });
      log.see(BEGIN + DAY, 'off', { change: 'changed', cause: 'unexplained', title: word, label: word });
      const { text, raw } = pack(log, { owner: word.replace(/\p{Cc}/gu, '') || 'x', now: BEGIN + DAY + 5000 });
      const html = text('data/report.html');
      const all = elements(html);
      shapes.push(all.map((e) => e.tagName + e.attrs.map((a) => a.name)).join(' '));
      assert.ok(!all.some((e) => e.tagName === 'script' || e.attrs.some((a) => a.name.startsWith('on'))), word);
      assert.doesNotMatch(html.replaceAll('\n', ''), /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u);
      JSON.parse(text('data/consent-records.jsonld'));
      assert.ok(judge(raw).checks.some((c) => c.check === 'entries' && c.result === 'good'));
    }
    assert.equal(new Set(shapes).size, 1, 'no word changes what elements there are');
    const log = new Log(at('hostile'));
    log.see(BEGIN, 'on', { change: 'first', label: 'turn \u202eFFO' });
    assert.ok(visible(pack(log).text('data/report.html')).includes('turn [U+202E]FFO'), 'and it is seen');
  });

  test('a switch that could not be operated is not called by the word for off', () => {
    for (const [language, off] of [
      ['en', /\boff\b|disabled/i],
      ['de', /\baus(?:geschaltet)?\b/i],
      ['fr', /désactivé/i],
    ]) {
      const log = new Log(at('disabled'));
      log.see(BEGIN, 'unknown', { change: 'first', reason: 'disabled' });
      const card = elements(pack(log, { language }).text('data/report.html')).find(
        (e) => attribute(e, 'class') === 'card',
      );
      assert.doesNotMatch(textOf(card), off, language);
    }
  });

  test('an empty and a shortest log', () => {
    const log = new Log(at('empty'));
    assert.ok(visible(pack(log).text('data/report.html')).includes('no observation'));
    log.see(BEGIN, 'unknown', { change: 'first', reason: 'signed-out', pseudonym: null });
    const said = visible(pack(log).text('data/report.html'));
    assert.ok(said.includes('Account unknown') && said.includes('Never seen') && said.includes('not signed in'));
    assert.ok(!said.includes('● Off') && !said.includes('▲ On') && !said.includes('Last seen so'));
    assert.ok(!pack(log).text('data/report.html').includes('class="legend"'), 'no key to a picture that is not there');
  });

  test('a flip that nothing confirms is said on the card, until a look does', () => {
    const log = new Log(at('flipped'));
    const card = () => /At a glance(.*)Timeline/.exec(visible(pack(log).text('data/report.html')))[1];
    log.see(BEGIN, 'off', { change: 'first', phase: 'pending', cause: 'user' });
    assert.match(
      card(),
      /Never seen On 2026-06-02 08:15:00 UTC the switch was moved to Off; no later look shows whether/,
    );
    log.see(BEGIN + 1000, 'on', { change: 'first' });
    log.see(BEGIN + DAY, 'off', { change: 'changed', phase: 'pending', cause: 'user' });
    log.see(BEGIN + 2 * DAY, 'unknown', { reason: 'timed-out' });
    assert.match(
      card(),
      /▲ On .*The last look, on 2026-06-04 .*On 2026-06-03 08:15:00 UTC the switch was moved to Off; no later look/,
    );
    log.see(BEGIN + 3 * DAY, 'off', { change: 'changed', phase: 'confirmed', cause: 'user' });
    assert.doesNotMatch(card(), /was moved/);
  });
});

describe('history.csv', () => {
  const table = (bytes) => {
    writeFileSync(at('history.csv'), bytes);
    const read =
      'import csv,json,sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))))';
    return JSON.parse(good(run('python3', ['-c', read, at('history.csv')])).toString());
  };

  test('has every disclosed entry, as python reads it', () => {
    const rows = table(pack(told(true), { withheld: ',3,7,' }).files.get('data/history.csv'));
    assert.equal(rows.length, 166 - 2);
    assert.ok(!rows.some((row) => row.seq === '3' || row.seq === '7'));
    assert.deepEqual(
      rows.filter((row) => row.not_saved === 'true').map((row) => row.seq),
      ['87'],
    );
    assert.deepEqual(
      rows.filter((row) => row.phase === 'pending').map((row) => [row.seq, row.not_saved]),
      [
        ['24', 'false'],
        ['87', 'true'],
        ['90', 'false'],
      ],
    );
    assert.deepEqual(Object.keys(rows[0]).slice(0, 9), [
      'seq',
      'time',
      'kind',
      'state',
      'reason',
      'phase',
      'change',
      'cause',
      'not_saved',
    ]);
  });

  test('no formula, and no field more', () => {
    for (const word of [
      '=HYPERLINK("http://evil")',
      '+1',
      '-1',
      '@SUM(1)',
      '\t=1',
      'a;=1',
      'a\n@x',
      '＝1',
      'a;＋1',
      '\r=1',
      'a,b',
      'a"b',
      'a\nb',
      '"',
      ',',
    ]) {
      const log = new Log(at('formula'));
      log.see(BEGIN, 'on', { change: 'first', label: word, title: word });
      const [, row] = table(pack(log).files.get('data/history.csv'));
      assert.equal(row.label, word.replaceAll(/(?<=^|[;\t\n\r])(?=[=+\-@\t\r＝＋－＠])/g, "'"), JSON.stringify(word));
      assert.equal(row.extension_version, '0.1.0');
      assert.equal(row.null, undefined);
    }
  });
});

describe('consent-records.jsonld', () => {
  const OWN = 'urn:consentlog:v1:';
  /** The vocabulary: what each term is, of what it is an instance, what its values are. */
  const terms = new Map(
    readFileSync(join(here, '../vectors/evidence/dpv-terms.txt'), 'utf8')
      .split('\n')
      .filter((l) => l && !l.startsWith('#'))
      .map((line) => line.split('\t'))
      .map(([iri, kind, of, range]) => [iri, { kind, of, range }]),
  );

  /** Whole IRIs, as a JSON-LD processor makes them of a context that has prefixes alone. */
  function expand(term, context) {
    const [, prefix, rest] = /^([a-z]+):(.*)$/.exec(term) ?? assert.fail(`${term} would be dropped`);
    return Object.hasOwn(context, prefix) ? context[prefix] + rest : term;
  }

  function is(iri, kind, what = `${iri} is a ${kind}`) {
    assert.ok(iri.startsWith(OWN) || terms.get(iri)?.kind === kind, what);
  }

  /** A value is what the vocabulary says that the property's values are. */
  function checkRange(property, value, context) {
    const range = terms.get(property)?.range ?? '-';
    if (range === '-') return;
    const fits =
      terms.get(expand(value['@id'], context))?.of === range ||
      (value['@type'] && expand(value['@type'], context) === range);
    assert.ok(fits, `${property} takes a ${range}`);
  }

  function checkNode(node, context) {
    if (node['@value'] !== undefined) {
      const type = node['@type'] && expand(node['@type'], context);
      if (!type) return;
      is(type, 'datatype');
      assert.equal(new Date(node['@value']).toISOString(), node['@value'], 'a moment');
      return;
    }
    if (node['@type']) is(expand(node['@type'], context), 'class');
    for (const [name, value] of Object.entries(node)) {
      if (name.startsWith('@')) continue;
      const property = expand(name, context);
      is(property, 'property');
      for (const one of [value].flat()) {
        checkRange(property, one, context);
        if (typeof one === 'object') checkNode(one, context);
        else assert.doesNotMatch(String(one), /^\d{4}-\d\d-\d\dT/, `${name}: a moment without a type`);
      }
    }
  }
  const check = (document) => checkNode(document, document['@context']);

  test('uses the vocabulary as it is meant', () => {
    const text = pack(told(true)).text('data/consent-records.jsonld');
    const records = JSON.parse(text);
    assert.deepEqual(records['@context'], {
      dpv: 'https://w3id.org/dpv#',
      dct: 'http://purl.org/dc/terms/',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
      consentlog: OWN,
    });
    check(records);
    assert.ok(text.includes('"dpv:ConsentRecord"'));
    assert.match(records['dct:description'], /no conformance to ISO\/IEC TS 27560/);
    for (const [from, to] of [
      ['dpv:ConsentUnknown', 'dpv:ConsentMaybe'],
      ['dpv:ConsentWithdrawn', 'dpv:DataSubject'],
      ['w3id.org/dpv#', 'w3id.org/dpv/'],
      ['"dpv:DataController"', '"dpv:DataSubject"'],
      ['dpv:hasConsentStatus', 'dpv:ConsentStatus'],
      ['"dpv:ConsentRecord"', '"dpv:hasDataSubject"'],
      ['dpv:isIndicatedAtTime', 'dpv:isIndicatedAt'],
      ['"xsd:dateTime"', '"xsd:moment"'],
      [
        '"@type":"xsd:dateTime","@value":"2026-06-02T08:15:00.000Z"',
        '"@type":"xsd:dateTime","@value":"2026-06-02 08:15"',
      ],
      ['"consentlog:state"', '"state"'],
    ]) {
      assert.ok(text.includes(from), from);
      assert.throws(() => check(JSON.parse(text.replaceAll(from, to))), assert.AssertionError, `${to} for ${from}`);
    }
  });

  test('a status is given only where the member acted', () => {
    const list = JSON.parse(pack(told(true)).text('data/consent-records.jsonld'))['consentlog:record'];
    const by = (seq) => list.find((r) => r['@id'] === `consentlog:entry:${seq}`);
    const status = (seq) => by(seq)['dpv:hasConsentStatus']['@id'];
    assert.equal(status(1), 'dpv:ConsentUnknown', 'on by default is not consent');
    assert.equal(status(24), 'dpv:ConsentUnknown', 'not yet confirmed');
    assert.equal(status(25), 'dpv:ConsentWithdrawn');
    assert.equal(status(85), 'dpv:ConsentUnknown', 'nobody knows who');
    assert.equal(by(87)['consentlog:notSaved'], true);
    assert.equal(by(25)['consentlog:notBefore'], undefined, 'no answer was checked when this was written');
    assert.equal(by(25)['consentlog:notAfter'], undefined);
  });
});

test('certification.txt is a draft that names this package', () => {
  const { text, files } = pack(told(), { language: 'de' });
  const draft = text('data/certification.txt');
  const root = Buffer.from(text('data/checkpoint').split('\n')[2], 'base64').toString('hex');
  for (const words of [
    'DRAFT',
    '902(13)',
    '902(14)',
    '28 U.S.C. 1746',
    root,
    'penalty of perjury',
    'Hinweis: Dies ist ein Entwurf',
    'none of this shows',
    'qualified person',
    'Article 41(1)',
    'this package does not say',
  ]) {
    assert.ok(draft.includes(words), words);
  }
  assert.ok(
    files
      .get('VERIFY.txt')
      .toString()
      .includes(/SHA256:\S{43}/.exec(draft)[0]),
  );
  assert.ok(!pack(told()).text('data/certification.txt').includes('Hinweis'));
  const damaged = pack(told(), { withheld: ',3,x7,x8,' });
  assert.ok(
    damaged
      .text('data/certification.txt')
      .includes('Withheld or no longer readable, and shown by their hashes alone: 3.'),
  );
  assert.equal(judge(damaged.raw).withheld, 3);
});

test('what its signer made up beside the entries is told, and one’s own report tells the truth', () => {
  const { raw, text: honest } = pack(told(), { owner: 'Erika <Mustermann> & Söhne' });
  const plain = pack(told());
  const derived = (/** @type {any[]} */ checks) =>
    checks.filter((c) => c.check === 'derived' && c.result === 'remark').map((c) => c.file);
  assert.deepEqual(derived(judge(raw).checks), [], 'an honest one');
  assert.deepEqual(
    judge(plain.raw).checks.filter((c) => c.result === 'remark'),
    [],
    'without a word',
  );
  for (const [language, withheld] of [
    ['de', ',5,6,20,'],
    ['fr', 'p,'],
    ['en', 'x7,x8,d,'],
  ]) {
    assert.deepEqual(
      derived(judge(pack(told(), { language, withheld, owner: '2026-06-02' }).raw).checks),
      [],
      language,
    );
  }
  const changed = (/** @type {string} */ end, /** @type {(text: string) => string} */ change) => {
    const files = relist(unzip(raw));
    const name = (/** @type {string} */ e) => [...files.keys()].find((n) => n.endsWith(e));
    files.set(name(end), Buffer.from(change(files.get(name(end)).toString())));
    relist(files);
    writeFileSync(at('list'), files.get(name('/tagmanifest-sha256.txt')));
    files.set(name('.txt.sig'), good(peer('ssh-sign', at('list'))));
    return zip(files);
  };
  for (const [file, change] of [
    ['data/report.html', () => '<title>Always on</title>'],
    ['data/report.html', (t) => t.replace('Erika', 'Erika<b>')],
    ['data/report.html', (t) => t.replace('>Off<', '>On<')],
    ['data/history.csv', (t) => t.replace('"off"', '"on"')],
    ['data/history.csv', (t) => `${t}more`],
    ['data/consent-records.jsonld', (t) => t.replace('ConsentUnknown', 'ConsentGiven')],
    ['data/certification.txt', (t) => t.replace('DRAFT', 'SIGNED')],
    ['VERIFY.txt', (t) => t.replace('python3 check.py', 'echo good')],
    ['bag-info.txt', (t) => `${t}Source-Organization: LinkedIn\n`],
    ['bag-info.txt', (t) => t.replace(/consentlog\/\w{4}/, 'consentlog/0000')],
  ]) {
    const made = changed(file, change);
    assert.deepEqual(derived(judge(made).checks), [file], file);
    const { code, text } = run(join(build, 'consentlog'), ['verify', at('judged.zip')]);
    assert.equal(code, 0, text);
    assert.match(text.replace(/\s+/g, ' '), /do not (open it|rely on it)/);
  }
  const made = changed('/report.html', () => '<title>Always on</title>');
  writeFileSync(at('made-up.zip'), made);
  good(run(join(build, 'consentlog'), ['verify', '--report', at('true.html'), at('made-up.zip')]));
  assert.equal(readFileSync(at('true.html'), 'utf8'), plain.text('data/report.html'));
  assert.ok(honest('data/report.html').includes('Erika'));
});

describe('what is withheld', () => {
  test('is told nowhere', () => {
    const log = new Log(at('secret'));
    log.see(BEGIN, 'on', { change: 'first' });
    const hidden = log.see(BEGIN + DAY, 'off', {
      change: 'changed',
      cause: 'user',
      label: 'Xyzzy',
      pseudonym: 'f'.repeat(32),
      picture: stripes('Xyzzy'),
    });
    const doc = log.keep(BEGIN + DAY + 1, 'user-agreement', 'first', 'Plugh '.repeat(60), { title: 'Plugh' });
    log.see(BEGIN + 2 * DAY, 'on', { change: 'unchanged' });
    const { raw, files, text } = pack(log, { withheld: `,${hidden},${doc},`, now: BEGIN + 2 * DAY + 1 });
    for (const word of ['Xyzzy', 'Plugh', 'f'.repeat(32)]) assert.ok(!raw.includes(word), word);
    assert.ok(![...files.keys()].some((name) => name.startsWith('data/attachments/')));
    assert.match(visible(text('data/report.html')), /Entries withheld by the owner, or no longer readable: 2\..*: 2–3/);
    const verdict = judge(raw);
    assert.deepEqual([verdict.good, verdict.withheld], [true, 2]);
  });

  test('is said on the first page, of which all else is said without it', () => {
    for (const [language, words] of [
      [
        'en',
        [
          '166 (observations of the setting: 157); not shown: 1',
          'Entries that are not shown in this package: 1 of 166',
        ],
      ],
      ['de', ['nicht gezeigt: 1', 'Einträge, die in diesem Paket nicht gezeigt sind: 1 von 166']],
      ['fr', ['non montrées : 1', 'Entrées qui ne sont pas montrées dans ce paquet : 1 sur 166']],
    ]) {
      const firstPage = (/** @type {string} */ withheld) =>
        pack(told(true), { language, withheld }).text('data/report.html').split('<svg class="timeline"')[0];
      const [whole, part] = [firstPage(','), firstPage(',85,')].map((html) =>
        html.replace(/<style>.*?<\/style>/s, '').replaceAll(/<[^>]*>/g, ''),
      );
      for (const word of words) {
        assert.ok(part.includes(word), `${language}: ${word}`);
        assert.ok(!whole.includes(word), `${language}: ${word}`);
      }
    }
  });

  test('pictures or texts alone', () => {
    const names = (withheld) =>
      [...pack(told(), { withheld }).files.keys()]
        .filter((n) => n.startsWith('data/attachments/'))
        .map((n) => n.split('.').pop())
        .sort();
    assert.deepEqual(names(','), ['png', 'png', 'txt', 'txt', 'txt']);
    assert.deepEqual(names('p,'), ['txt', 'txt', 'txt']);
    assert.deepEqual(names('d,'), ['png', 'png']);
    const { raw, text } = pack(told(), { withheld: 'pd,' });
    assert.ok(!text('data/report.html').includes('attachments/'));
    assert.match(visible(text('data/report.html')), /picture withheld.*text withheld/);
    const verdict = judge(raw);
    assert.equal(verdict.good, true);
    assert.ok(
      verdict.checks.some(
        (c) => c.result === 'remark' && /attachments that entries name and that are withheld: 5/.test(c.what),
      ),
    );
  });

  test('the draft of a certification calls it an extract, whatever is withheld', () => {
    for (const [withheld, what] of [
      [',', 'a copy of that log'],
      [',3,', 'an extract of that log'],
      ['p,', 'an extract of that log'],
      ['d,', 'an extract of that log'],
    ]) {
      const { raw, text } = pack(told(), { withheld });
      assert.ok(text('data/certification.txt').includes(`wrote ${what} as the evidence package`), withheld);
      assert.equal(judge(raw).good, true);
    }
  });

  test('an attachment that is lost, or another, is not passed off', () => {
    const log = told();
    const lost = sha256(STRIPES);
    rmSync(join(log.folder, lost));
    const { files, raw } = pack(log);
    assert.ok(!files.has(`data/attachments/${lost}.png`));
    assert.equal(judge(raw).good, true);
    writeFileSync(join(log.folder, lost), Buffer.concat([STRIPES, Buffer.from('longer')]));
    writeFileSync(at('lines'), log.text);
    assert.match(peer('report', at('lines'), log.folder, 'en', '-', ',', String(BEGIN)).err, /log-changed/);
  });
});

test('the same log and moment give the same bytes', () => {
  assert.ok(pack(told(true)).raw.equals(pack(told(true)).raw));
});

describe('a report of one’s own', () => {
  const ask = (raw, ...args) => {
    writeFileSync(at('given.zip'), raw);
    return run(join(build, 'consentlog'), ['verify', ...args, at('given.zip')]);
  };
  const own = (raw, language) => {
    rmSync(at('own.html'), { force: true });
    const { code, text } = ask(raw, '--report', at('own.html'), '--language', language);
    assert.equal(code, 0, text.toString());
    assert.match(text.toString(), /own\.html was made here, of the entries alone/);
    return readFileSync(at('own.html'), 'utf8');
  };

  for (const [what, options] of [
    ['in English', { language: 'en' }],
    ['in German', { language: 'de' }],
    ['in French', { language: 'fr' }],
    ['with entries withheld', { language: 'en', withheld: ',5,6,7,20,' }],
  ]) {
    test(`is the one in the package, where that is honest (${what})`, () => {
      const { raw, text } = pack(told(), options);
      assert.equal(own(raw, options.language), text('data/report.html'));
    });
  }

  test('leaves out the owner’s name, which no entry has', () => {
    const { raw, text } = pack(told(), { owner: 'Erika Mustermann' });
    assert.ok(text('data/report.html').includes('Erika Mustermann'));
    assert.ok(!own(raw, 'en').includes('Erika'));
  });

  test('is not made of a bad package, nor over a file that is there, nor of two', () => {
    const { raw } = pack(told());
    const bad = Buffer.from(raw);
    bad[bad.indexOf('"state":"off"') + 9] ^= 1;
    rmSync(at('own.html'), { force: true });
    assert.equal(ask(bad, '--report', at('own.html')).code, 1);
    assert.ok(!existsSync(at('own.html')));
    writeFileSync(at('own.html'), 'mine');
    assert.equal(ask(raw, '--report', at('own.html')).code, 3);
    assert.equal(readFileSync(at('own.html'), 'utf8'), 'mine');
    assert.equal(ask(raw, '--report', at('own.html'), at('given.zip')).code, 2);
    assert.equal(ask(raw, '--report', at('own.html'), '--language', 'nl').code, 2);
  });
  test('and of a folder that is not there it is said before the long part', () => {
    const { code, text, err } = ask(pack(told()).raw, '--report', at('none/own.html'));
    assert.equal(code, 3);
    assert.match(err, /There is no such folder/);
    assert.equal(text, '');
  });
  test('and so it is of a name that is taken, if only by a link that leads nowhere', () => {
    symlinkSync(at('nowhere'), at('link.html'));
    const { code, text, err } = ask(pack(told()).raw, '--report', at('link.html'));
    assert.deepEqual([code, text], [3, '']);
    assert.match(err, /There is a file of that name already/);
    assert.ok(!existsSync(at('nowhere')));
  });
});

describe('real authorities', () => {
  const tsa = (...args) => good(run('bash', [join(here, 'tsa.sh'), ...args]));
  before(() => tsa('make', at('tsa')));

  /** Have an authority stamp the log as it is, and keep the answer as an entry. */
  function stamp(log, when, says = {}) {
    mkdirSync(at('tsa'), { recursive: true });
    writeFileSync(at('lines'), log.text);
    const checkpoint = good(peer('lines-checkpoint', at('lines')));
    writeFileSync(at('note'), checkpoint);
    const query = good(peer('timestamp-query', at('note')));
    writeFileSync(at('query'), query);
    const reply = tsa('answer', at('tsa'), 'second', at('query')); // to the millisecond
    const all = { checkpoint, query, reply, chain: readFileSync(at('tsa/other-root.pem')), ...says.files };
    writeFileSync(at('reply'), all.reply);
    const { size = log.size, time = genTimeOf(at('reply')) } = says;
    log.stamp(when, size, 'O=Test,CN=Second Time', time, all);
    return all;
  }

  /** What is said of a log whose entries say this of an authority's answers. */
  function judged(...says) {
    const log = new Log(at('said'));
    log.see(Date.now() - 1000, 'on', { change: 'first' });
    let files = {};
    for (const one of says) files = stamp(log, Date.now(), { ...one, files: one.again ? files : {} });
    const { checks } = judge(pack(log, { now: Date.now() + DAY }).raw, at('tsa/other-root.pem'));
    return checks.find(({ check, result }) => check === 'timestamps' && result === 'failed')?.what ?? 'good';
  }

  test('an entry that states a time without an answer is no evidence of it', () => {
    const log = new Log(at('said'));
    log.see(Date.now() - 1000, 'on', { change: 'first' });
    log.add('timestamp', Date.now(), {
      size: 2,
      root: '0c'.repeat(32),
      tsa: 'CN=Nobody',
      gen_time: '2026-06-01T00:00:00.000Z',
      authority: 'https://time.example/tsr',
      attachments: [],
    });
    const { checks } = judge(pack(log, { now: Date.now() + DAY }).raw, at('tsa/other-root.pem'));
    assert.match(
      checks.find((c) => c.check === 'timestamps').what,
      /has entries that state an authority's time without its answer: 1/,
    );
  });

  test('what an entry says of an answer is what the answer says', () => {
    assert.equal(judged({}), 'good');
    assert.match(judged({ time: Date.now() - DAY }), /is not what entry 2 says of it/);
    assert.match(judged({ size: 1 }), /checkpoint that the entries do not give/);
    assert.equal(judged({}, { again: true, size: 2 }), 'good', 'said twice');
    assert.match(
      judged({}, { again: true, size: 2, time: Date.now() - DAY }),
      /is not what entry 2 says of it/,
      'said otherwise by another',
    );
  });

  test('bracket every entry; clocks are held against them', () => {
    const log = new Log(at('stamped'));
    const now = Date.now();
    log.see(now - 1000, 'on', { change: 'first' });
    stamp(log, now);
    log.see(now + 1000, 'on');
    stamp(log, now - DAY); // the clock was put back by a day
    log.see(now - DAY + 1000, 'off', { change: 'changed', cause: 'user', server: now });
    const { raw, files } = pack(log, { now: now + DAY });
    assert.deepEqual(
      [...files.keys()].filter((n) => n.startsWith('data/timestamps/')).map((n) => n.split('/')[2]),
      ['2-0', '4-0'].flatMap((stem) => ['.chain.pem', '.checkpoint', '.tsq', '.tsr'].map((s) => stem + s)),
    );
    const verdict = judge(raw, at('tsa/other-root.pem'));
    assert.equal(verdict.good, true, JSON.stringify(verdict.checks));
    const [first, second] = verdict.timestamps;
    for (const { time, earliest, latest } of [first, second]) {
      assert.deepEqual([Date.parse(time) - Date.parse(earliest), Date.parse(latest) - Date.parse(time)], [1501, 1501]);
    }
    assert.deepEqual(verdict.brackets, [
      { first: 0, last: 1, not_before: null, not_after: first.latest },
      { first: 2, last: 2, not_before: null, not_after: second.latest },
      { first: 3, last: 3, not_before: first.earliest, not_after: second.latest },
      { first: 4, last: 4, not_before: first.earliest, not_after: null },
      { first: 5, last: 5, not_before: second.earliest, not_after: null },
    ]);
    rmSync(at('bracketed.html'), { force: true });
    const shown = ['--tsa-roots', at('tsa/other-root.pem'), '--report', at('bracketed.html'), at('judged.zip')];
    good(run(join(build, 'consentlog'), ['verify', ...shown]));
    const row = (seq) =>
      elements(readFileSync(at('bracketed.html'), 'utf8'))
        .filter((e) => e.tagName === 'tr')
        .map(textOf)
        .find((line) => line.startsWith(`${seq}2026`) || line.startsWith(`${seq}20`));
    const minute = (time) => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
    assert.ok(row(1).includes(`not after ${minute(first.latest)}`), row(1));
    assert.doesNotMatch(row(1), /not before/);
    assert.ok(row(5).includes(`not before ${minute(second.earliest)}`), row(5));
    assert.match(row(2), /Independent timestamp over the entries up to number 1: .* says O=Test,CN=Second Time/);
    const packed = visible(files.get('data/report.html').toString());
    assert.doesNotMatch(packed, /not (before|after) \d|Second Time/, 'the one in the package tells no time of theirs');
    const remarks = verdict.checks
      .filter((c) => c.result === 'remark')
      .map((c) => c.what)
      .join('\n');
    assert.match(remarks, /clock went back between entries 3 and 4/);
    assert.match(remarks, /clock was behind O=Test,CN=Second Time by 86\d{3} seconds at entry 4/);
    assert.match(
      remarks,
      /observations at which the computer's clock and LinkedIn's differed by more than five minutes: 1\n/,
    );
  });
});
