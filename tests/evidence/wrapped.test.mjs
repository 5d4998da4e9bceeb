// What the world makes of a package's ZIP, and what somebody without the key could: each before all verifiers, which must say the same.
// Every case is written by hand here (wrap.mjs) or by a program that people use; containers.test.mjs has the programs' usual ways.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { firstOpinions, secondOpinions } from './many.mjs';
import { unzip } from './package.mjs';
import { judgeFolder, judgePage } from './page.mjs';
import { field, otherName, wide, wrap } from './wrap.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.CL_BUILD ?? join(here, '../../build/dev');
const work = mkdtempSync(join(tmpdir(), 'consentlog-wrapped-'));
const at = (...parts) => join(work, ...parts);
after(() => rmSync(work, { recursive: true, force: true }));

function make(program, args, options = {}) {
  const ran = spawnSync(program, args, { cwd: work, maxBuffer: 1 << 28, ...options });
  if (ran.error) throw ran.error;
  assert.equal(ran.status, 0, `${program}: ${ran.stderr}${ran.stdout}`);
  return ran.stdout;
}

/** @type {Buffer} */ let raw;
/** @type {Map<string, Buffer>} */ let files;
let folder = '';
/** @type {{name: string, path: string, wanted: 'good' | 'taken' | 'refused', what: RegExp}[]} */
const cases = [];

/** @param {string} name @param {'good' | 'taken' | 'refused'} wanted @param {RegExp} what @param {Buffer | string} made bytes, or a folder's path */
function add(name, wanted, what, made) {
  const path = typeof made === 'string' ? made : at(`${cases.length}.zip`);
  if (typeof made !== 'string') writeFileSync(path, made);
  cases.push({ name, path, wanted, what });
}

const AGAIN = /^packed again by another program, so it is not the original$/;
const LEFT = (n) => new RegExp(`^packed again .*left out: ${n}$`);
/** Every file, as `how` says. @param {(name: string, i: number) => any} how @returns {[any, Buffer, any][]} */
const each = (how) => [...files].map(([name, data], i) => [name, data, how(name, i)]);
const plain = () => each(() => ({}));
const first = (how) => each((_, i) => (i === 0 ? how : {}));
/** All names otherwise. @param {(name: string) => string | Buffer} change @param {(name: string) => any} [how] */
const named = (change, how = () => ({})) => each(how).map(([name, data, h]) => [change(name), data, h]);
const inFolder = (/** @type {string} */ other) => (/** @type {string} */ name) => other + name.slice(folder.length);
const latin = (/** @type {string} */ text) => Buffer.from(text, 'latin1');

function spread(name, change = (/** @type {string} */ _root) => {}) {
  const place = at(name);
  for (const [file, data] of files) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    writeFileSync(join(place, file), data);
  }
  change(join(place, folder));
  return place;
}

function ofTheWorld() {
  add('as exported', 'good', /./, raw);
  add(
    'Windows PowerShell 5.1: backslashes',
    'taken',
    AGAIN,
    wrap(
      named(
        (n) => n.replaceAll('/', '\\'),
        () => ({ method: 8 }),
      ),
    ),
  );
  add(
    '…with its empty folders',
    'taken',
    AGAIN,
    wrap([[`${folder}\\leer\\`, Buffer.alloc(0)], ...named((n) => n.replaceAll('/', '\\'))]),
  );
  add(
    'a folder that was deflated',
    'taken',
    AGAIN,
    wrap([[`${folder}/`, Buffer.alloc(0), { method: 8, flags: 8 }], ...plain()]),
  );
  add(
    'names of DOS, and in UTF-8 beside them',
    'taken',
    AGAIN,
    wrap(
      named((n) => latin(inFolder('f\x81r das Gericht')(n))).map(([n, d]) => [
        n,
        d,
        { extra: otherName(n.toString('latin1').replace('f\x81r', 'für'), n) },
      ]),
    ),
  );
  add(
    'Info-ZIP where it knows no letter',
    'taken',
    AGAIN,
    wrap(named(inFolder('Pr#U00fcfung')).map(([n, d]) => [n, d, { extra: otherName(n.replace('#U00fc', 'ü'), n) }])),
  );
  add(
    'NFD, as a Mac writes',
    'taken',
    AGAIN,
    wrap(named(inFolder('Prüfung'.normalize('NFD')), () => ({ method: 8, flags: 0x808 }))),
  );
  add('with a point before', 'taken', AGAIN, wrap(named((n) => `./${n}`)));
  add(
    'a name of blanks, points and umlauts',
    'taken',
    AGAIN,
    wrap(named(inFolder(' Beweis … für. Ämter. '), () => ({ flags: 0x800 }))),
  );
  add(
    'extended times, owners and padding',
    'taken',
    AGAIN,
    wrap(
      each(() => ({
        extra: Buffer.concat([
          field(0x5455, '\x01aaaa'),
          field(0x7875, '\x01\x04aaaa\x04aaaa'),
          field(0x000a, Buffer.alloc(32)),
          Buffer.alloc(3),
        ]),
      })),
    ),
  );
  add(
    'jar, with the manifest of one',
    'taken',
    AGAIN,
    wrap(each((_, i) => (i === 0 ? { extra: field(0xcafe, '') } : {}))),
  );
  add(
    'ZIP64 in every header',
    'taken',
    AGAIN,
    wrap(
      plain().map(([n, d]) => {
        const large = wide(BigInt(d.length), BigInt(d.length));
        return [
          n,
          d,
          {
            extra: large,
            local: { size: 0xffffffff, packed: 0xffffffff },
            central: { size: 0xffffffff, packed: 0xffffffff },
          },
        ];
      }),
      {
        zip64: {},
        end: { disk: 0xffff, start: 0xffff, here: 0xffff, count: 0xffff, length: 0xffffffff, at: 0xffffffff },
      },
    ),
  );
  add('ZIP64 beside an end that says it too', 'taken', AGAIN, wrap(plain(), { zip64: {} }));
  add('a comment', 'taken', AGAIN, wrap(plain(), { comment: Buffer.from('für das Gericht') }));
  add('a comment on every file', 'taken', AGAIN, wrap(each(() => ({ central: { comment: Buffer.from('x') } }))));
  const junk = [
    '__MACOSX/._x',
    '__MACOSX/a/b',
    '.DS_Store',
    `${folder}/.DS_Store`,
    `${folder}/data/Thumbs.db`,
    `${folder}/thumbs.db`,
    `${folder}/Desktop.INI`,
    `${folder}/data/._report.html`,
    `${folder}/data/.~lock.history.csv#`,
    `${folder}/data/~$history.csv`,
    `${folder}/.directory`,
    `${folder}/.VERIFY.txt.swp`,
    `${folder}/VERIFY.txt:Zone.Identifier`,
    `${folder}/@eaDir/VERIFY.txt/x`,
    `${folder}/ehthumbs.db`,
    `${folder}/check.py`,
  ];
  add(
    'what systems leave',
    'taken',
    LEFT(junk.length),
    wrap([...plain(), ...junk.map((name) => [name, Buffer.from('theirs'), { method: 8 }])]),
  );
  add('…twice', 'taken', LEFT(2), wrap([...plain(), ['.DS_Store', Buffer.from('1')], ['.DS_Store', Buffer.from('2')]]));
}

/** Programs' other ways than those of containers.test.mjs. */
function byPrograms() {
  const place = spread('programs');
  const pack = (name, wanted, what, tool, args, options = {}) => {
    rmSync(at('made.zip'), { force: true });
    make(tool, args, { cwd: place, ...options });
    add(name, wanted, what, readFileSync(at('made.zip')));
  };
  pack('zip -j, which forgets the folders', 'refused', /is not a file of an evidence package/, 'zip', [
    '-qrj',
    at('made.zip'),
    '.',
  ]);
  pack('7z with AES', 'refused', /encrypted/, '7z', ['a', '-tzip', '-px', '-mem=AES256', at('made.zip'), '.']);
  pack('7z with Deflate64', 'refused', /not read here/, '7z', ['a', '-tzip', '-mm=Deflate64', at('made.zip'), '.']);
  pack('bsdtar, with a point before', 'taken', AGAIN, 'bsdtar', [
    '-cf',
    at('made.zip'),
    '--format',
    'zip',
    `./${folder}`,
  ]);
  pack('jar, with its manifest', 'refused', /package's folder/, 'jar', ['cf', at('made.zip'), '-C', place, '.']);
  renameSync(join(place, folder), join(place, 'Beweis für das Gericht. (1)'));
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  pack('zip, in no language', 'taken', AGAIN, 'zip', ['-qr', at('made.zip'), '.'], { env });
  pack('7z, in no language', 'taken', AGAIN, '7z', ['a', '-tzip', at('made.zip'), '.'], { env });
  pack('zip, in UTF-8', 'taken', AGAIN, 'zip', ['-qr', at('made.zip'), '.'], { env: { ...env, LC_ALL: 'C.UTF-8' } });
  pack('7z, in UTF-8', 'taken', AGAIN, '7z', ['a', '-tzip', at('made.zip'), '.'], {
    env: { ...env, LC_ALL: 'C.UTF-8' },
  });
}

function inOthers() {
  const again = wrap(each(() => ({ method: 8 })));
  add('a ZIP in a ZIP', 'taken', /^it lies in another ZIP$/, wrap([['Beweis.ZIP', raw]]));
  add(
    '…and what a Mac adds',
    'taken',
    /^it lies in another ZIP$/,
    wrap([
      ['a/b.zip', raw, { method: 8 }],
      ['__MACOSX/a/._b.zip', Buffer.from('x')],
    ]),
  );
  add(
    '…packed again',
    'taken',
    /^a ZIP in another ZIP, and packed again/,
    wrap([['p.zip', again, { method: 8, flags: 8 }]]),
  );
  add('…called nothing but its ending', 'refused', /no evidence package/, wrap([['.zip', raw]]));
  add('two deep', 'refused', /holds another ZIP.*take/, wrap([['a.zip', wrap([['b.zip', raw]])]]));
  add(
    'with a mail beside it',
    'refused',
    /holds another ZIP.*take/,
    wrap([
      ['mail.txt', Buffer.from('Dear court')],
      ['p.zip', raw],
    ]),
  );
  add(
    'two packages as ZIPs',
    'refused',
    /holds another ZIP.*take/,
    wrap([
      ['p.zip', raw],
      ['q.zip', raw],
    ]),
  );
  add('two packages', 'refused', /several packages/, wrap([...plain(), ...named((n) => `b/${n}`)]));
  add('a letter', 'refused', /no evidence package/, wrap([['letter.txt', Buffer.from('x')]]));
  add('gzip', 'refused', /another kind of archive/, gzipSync(raw));
  make('bsdtar', ['-cf', at('p.tar'), '-C', spread('tar'), folder]);
  add('tar', 'refused', /another kind of archive/, readFileSync(at('p.tar')));
  for (const kind of ['7z', 'xz', 'bzip2']) {
    make('7z', ['a', `-t${kind}`, at(`p.${kind}`), '-si'], { input: raw });
    add(kind, 'refused', /another kind of archive/, readFileSync(at(`p.${kind}`)));
  }
  add('rar', 'refused', /another kind of archive/, Buffer.concat([latin('Rar!\x1a\x07\x01\x00'), raw]));
  add(
    'a mail',
    'refused',
    /a mail/,
    Buffer.from(`From: a@b.example\r\nDate: today\r\nSubject: x\r\n\r\n${raw.toString('base64')}`),
  );
  add('winmail.dat', 'refused', /a mail/, Buffer.concat([latin('\x78\x9f\x3e\x22\x01\x00'), raw]));
  add('nothing', 'refused', /too short/, Buffer.alloc(0));
  add('a page that asks to log in', 'refused', /not a ZIP/, Buffer.from(`<!DOCTYPE html>${' '.repeat(99)}`));
  for (const made of [raw, again, wrap(plain())])
    for (const part of [0.1, 0.5, 0.97])
      add(
        `cut at ${part}`,
        'refused',
        /follows its end, or it is cut/,
        made.subarray(0, Math.floor(made.length * part)),
      );
  add('what follows', 'refused', /follows its end/, Buffer.concat([again, latin('\r\n')]));
  add('what follows the original', 'refused', /follows its end|is cut/, Buffer.concat([raw, latin('\r\n')]));
  add(
    'a program before it',
    'refused',
    /before its first file|no header where|where its end/,
    Buffer.concat([latin('MZ'), again]),
  );
  add('…that the offsets count', 'refused', /before its first file/, wrap(plain(), { before: latin('MZ\x90') }));
  make('zip', ['-q', '-0', '-s', '64k', at('split.zip'), '-r', folder], {
    cwd: spread('split', (root) =>
      writeFileSync(join(root, 'x'), Buffer.from(Array.from({ length: 99999 }, (_, i) => (i * i * 7919) >> 3))),
    ),
  });
  add('the last part of several', 'refused', /several parts/, readFileSync(at('split.zip')));
  add('the first part of several', 'refused', /several parts/, readFileSync(at('split.z01')));
}

function byHand() {
  const [name, data] = plain()[0];
  const refused = (title, what, list, whole) => add(title, 'refused', what, wrap(list, whole));
  const own = [...files.keys()].find((n) => n.endsWith('/VERIFY.txt'));
  refused('a second file of that name', /twice/, [...plain(), [name, Buffer.from('x')]]);
  refused('…in capitals', /twice/, [...plain(), [`${folder}/verify.TXT`, data]]);
  refused('…by ./', /./, [...plain(), [`${folder}/./VERIFY.txt`, data]]);
  refused('…with a full stop behind', /full stop/, [...plain(), [`${own}.`, data]]);
  refused('…with a blank behind', /characters/, [...plain(), [`${own} `, data]]);
  refused('…of a Turkish letter', /characters/, [...plain(), [`${folder}/VERİFY.txt`, data]]);
  refused('…with a stream of Windows', /characters/, [...plain(), [`${own}::$DATA`, data]]);
  refused('…with a NUL', /characters/, [...plain(), [`${own}\0.jpg`, data]]);
  refused('…with two slashes', /empty part/, [...plain(), [`${folder}//VERIFY.txt`, data]]);
  refused('…as a folder too', /both a file and a folder/, [...plain(), [`${own}/x`, data]]);
  refused(
    'above its folder',
    /characters|climbs/,
    named((n) => `../${n}`),
  );
  refused(
    'above, in the middle',
    /characters|climbs/,
    named((n) => `a/../../${n}`),
  );
  refused('above, of another', /./, [...plain(), ['../../etc/x', data]]);
  refused('a folder above', /characters|climbs/, [...plain(), ['../../etc/', Buffer.alloc(0)]]);
  refused('what is left out, above', /characters|climbs/, [...plain(), ['../../home/.bashrc', data]]);
  refused(
    'absolute',
    /characters/,
    named((n) => `/${n}`),
  );
  refused(
    'absolute, of Windows',
    /characters/,
    named((n) => `\\${n.replaceAll('/', '\\')}`),
  );
  refused('a drive', /not in the package|characters/, [...plain(), ['C:/x', data]]);
  refused('backslashes and slashes', /characters/, [...plain().slice(1), [own.replace('/', '\\'), data]]);
  refused(
    'backslashes, above',
    /characters|climbs/,
    named((n) => `..\\${n.replaceAll('/', '\\')}`),
  );
  refused('backslashes, twice', /twice/, [...named((n) => n.replaceAll('/', '\\')), [own.replace('/', '\\'), data]]);
  refused(
    'backslashes, another name',
    /two names/,
    named(
      (n) => n.replaceAll('/', '\\'),
      (n) => (n === own ? { extra: otherName(`${folder}\\Verify.txt`, n) } : {}),
    ),
  );
  refused('a folder with contents', /folder with contents/, [[`${folder}/`, Buffer.from('x')], ...plain()]);
  refused('a folder with data', /folder with contents|states two sizes/, [
    [`${folder}/`, Buffer.alloc(0), { method: 8, packed: Buffer.from([3, 0, 1, 2, 3, 4]) }],
    ...plain(),
  ]);
  refused('a folder with a checksum', /folder with contents/, [
    [`${folder}/`, Buffer.alloc(0), { central: { crc: 7 }, local: { crc: 7 } }],
    ...plain(),
  ]);
  for (const host of [3, 19]) {
    refused(`a link of system ${host}`, /link/, first({ made: (host << 8) | 20, external: 0o120777 * 65536 }));
    refused(`a device of system ${host}`, /plain file/, first({ made: (host << 8) | 20, external: 0o020666 * 65536 }));
    refused(
      `a folder that is called a file, of system ${host}`,
      /plain file/,
      first({ made: (host << 8) | 20, external: 0o040755 * 65536 }),
    );
  }
  refused('another name beside it', /two names/, first({ extra: otherName(`${own}.exe`, name) }));
  refused(
    '…before its own',
    /two names/,
    first({ extra: Buffer.concat([otherName(`${own}.exe`, name), otherName(name, name)]) }),
  );
  refused('a mark of Windows that is of no file', /characters/, [...plain(), [`${folder}/:Zone.Identifier`, data]]);
  refused('ZIP64 that one of two numbers leaves to it', /several parts/, plain(), {
    zip64: {},
    end: { count: 0xffff },
  });
  refused(
    '…of the folder alone, in letters',
    /two names/,
    named(inFolder('evidence'), (n) => ({ extra: otherName(inFolder('other')(n), n) })),
  );
  refused(
    '…with more parts',
    /two names/,
    named((n) => latin(inFolder('f\x81r')(n))).map(([n, d]) => [
      n,
      d,
      { extra: otherName(`ü/ü/${n.toString('latin1').slice(4)}`, n) },
    ]),
  );
  refused(
    '…that climbs',
    /two names/,
    named((n) => latin(inFolder('f\x81r')(n))).map(([n, d]) => [
      n,
      d,
      { extra: otherName(inFolder('..')(n.toString('latin1').slice(0)), n) },
    ]),
  );
  refused('…too short to be one', /two names/, first({ extra: field(0x7075, '\x01aa') }));
  refused('…in the header alone', /two names/, first({ local: { extra: otherName(`${own}.exe`, name) } }));
  refused(
    'encrypted, says the flag',
    /encrypted/,
    each(() => ({ flags: 1 })),
  );
  refused('encrypted, says the header alone', /differs|encrypted/, first({ local: { flags: 1 } }));
  refused(
    'encrypted, says AES in the header alone',
    /encrypted/,
    first({ local: { extra: field(0x9901, Buffer.alloc(7)) } }),
  );
  refused('strongly encrypted', /encrypted|not read here/, first({ flags: 0x41 }));
  refused('names that are encrypted', /not read here|encrypted/, first({ flags: 0x2000 }));
  for (const method of [1, 6, 9, 12, 14, 93, 95, 98])
    refused(
      `method ${method}`,
      /not read here/,
      first({ method, packed: Buffer.from('x'), central: { size: 1 }, local: { size: 1 } }),
    );
  refused('a method that differs', /differs/, first({ local: { method: 8 } }));
  refused('a checksum that differs', /differs/, first({ local: { crc: 1 } }));
  refused('a size that differs', /differs/, first({ local: { size: 1 } }));
  refused('names that differ', /another name/, first({ local: { name: own.toLowerCase() } }));
  refused('a gap', /hide between/, first({ gap: Buffer.from('x') }));
  refused(
    'a gap behind all',
    /hide between/,
    each((_, i) => (i === files.size - 1 ? { gap: Buffer.from('x') } : {})),
  );
  refused('one file twice in the directory', /hide between|twice/, [
    ...plain().slice(0, -1),
    [...plain().at(-1).slice(0, 2), { central: { offset: 0 } }],
  ]);
  refused('stored, of two sizes', /two sizes|differs/, first({ central: { size: 9 }, local: { size: 9 } }));
  refused(
    'a stream that goes on',
    /does not unpack/,
    first({ method: 8, packed: Buffer.concat([deflateRawSync(data), Buffer.from('more')]) }),
  );
  refused('a stream that stops', /does not unpack/, first({ method: 8, packed: deflateRawSync(data).subarray(0, -3) }));
  refused(
    'a stream of more than it says',
    /does not unpack/,
    first({ method: 8, central: { size: 9 }, local: { size: 9 } }),
  );
  const hidden = Buffer.concat([deflateRawSync(Buffer.from('x')), wrap(each(() => ({ method: 8, flags: 8 })))]);
  for (const flags of [0, 8]) {
    refused(`a package behind the stream of what is left out, flags ${flags}`, /does not unpack/, [
      ['.DS_Store', Buffer.from('x'), { method: 8, flags, packed: hidden }],
      ...plain(),
    ]);
    refused(`what is left out says another checksum, flags ${flags}`, /does not unpack/, [
      ...plain(),
      [
        '.DS_Store',
        Buffer.from('x'),
        {
          method: 8,
          flags,
          central: { crc: 1 },
          local: { crc: flags ? 0 : 1 },
          descriptor: flags ? latin('\x01\0\0\0\x03\0\0\0\x01\0\0\0') : undefined,
        },
      ],
    ]);
  }
  refused('a descriptor that says otherwise', /hide between/, first({ flags: 8, descriptor: Buffer.alloc(16) }));
  refused('no descriptor', /hide between/, first({ flags: 8, descriptor: Buffer.alloc(0) }));
  refused('stored, and a local header in it', /reader from the front/, [
    ...plain(),
    ['.DS_Store', wrap(plain()), { flags: 8 }],
  ]);
  refused('two ends', /two ends/, plain(), { comment: wrap([]) });
  const ending = wrap(plain());
  refused(
    'two ends, the first in the comment of a file',
    /two ends/,
    each((_, i) =>
      i === files.size - 1
        ? { central: { comment: Buffer.concat([ending.subarray(-22, -2), Buffer.from([22, 0])]) } }
        : {},
    ),
  );
  refused('a directory elsewhere', /where its end|broken|cut/, plain(), { end: { at: 0 } });
  refused('more records than there are', /cut|broken/, plain(), {
    end: { count: files.size + 1, here: files.size + 1 },
  });
  refused('fewer records than there are', /hides in its directory/, plain(), {
    end: { count: files.size - 1, here: files.size - 1 },
  });
  refused('none', /directory/, [], {});
  refused('several parts', /several parts/, plain(), { end: { disk: 1 } });
  refused('a file of another part', /another part/, first({ central: { disk: 1 } }));
  refused('ZIP64 that counts otherwise', /do not agree/, plain(), { zip64: { count: files.size - 1 } });
  refused('ZIP64 with more in it', /do not agree/, plain(), { zip64: { more: Buffer.from('hidden away.') } });
  refused('ZIP64 of two parts', /do not agree/, plain(), { zip64: { disks: 2 } });
  refused('ZIP64 that is not there', /missing|part|where its end/, plain(), { end: { at: 0xffffffff } });
  refused('parts of ZIP64 without ZIP64', /several parts/, plain(), { end: { disk: 0xffff, start: 0xffff } });
  refused('a size twice', /size in two ways/, first({ extra: Buffer.concat([wide(1n, 1n), wide(1n, 1n)]) }));
  refused(
    'a size that is not there',
    /no size|two ways/,
    first({ central: { size: 0xffffffff, packed: 0xffffffff }, local: { size: 0xffffffff, packed: 0xffffffff } }),
  );
  refused(
    'a size beyond all',
    /more than a package|no size/,
    first({
      extra: wide(1n << 60n, 1n << 60n),
      central: { size: 0xffffffff, packed: 0xffffffff },
      local: { size: 0xffffffff, packed: 0xffffffff },
    }),
  );
  refused('extra fields that are cut', /cut/, first({ extra: Buffer.from([1, 2, 200, 0, 1]) }));
  refused('a name too long', /too long/, [...plain(), [`__MACOSX/${'x'.repeat(1020)}`, data]]);
  refused('a bomb', /more than a package/, [...plain(), ['.DS_Store', Buffer.alloc(1 << 25), { method: 8 }]]);
  refused(
    'a bomb of bombs',
    /no evidence package|more than a package/,
    Array.from({ length: 16 }, (_, i) => [`${i}.zip`, wrap([['x', Buffer.alloc(1 << 20), { method: 8 }]])]),
  );
  refused(
    'many files',
    /more files|no evidence package|characters|folder/,
    Array.from({ length: 3000 }, (_, i) => [`${folder}/data/x/${i}`, Buffer.alloc(0)]),
  );
}

function folders() {
  const LIES = /^a folder and not the ZIP that was exported, so it is not the original/;
  add('a folder', 'taken', LIES, spread('f1'));
  add(
    '…of which somebody looked at every file',
    'taken',
    LIES,
    spread('f2', (root) => {
      for (const name of [
        '.DS_Store',
        'data/._report.html',
        'data/.~lock.history.csv#',
        'data/Thumbs.db',
        'VERIFY.txt:Zone.Identifier',
        '.directory',
      ])
        writeFileSync(join(root, name), 'x');
    }),
  );
  add(
    '…without its empty folders, with one more',
    'taken',
    LIES,
    spread('f3', (root) => mkdirSync(join(root, 'data/new'))),
  );
  add(
    '…of hard links',
    'taken',
    LIES,
    spread('f4', (root) => {
      renameSync(join(root, 'VERIFY.txt'), at('linked'));
      linkSync(at('linked'), join(root, 'VERIFY.txt'));
    }),
  );
  add(
    '…of two packages',
    'refused',
    /several packages/,
    spread('f5', (root) => cpSync(root, `${root}-2`, { recursive: true })),
  );
  add(
    '…in which is the ZIP',
    'refused',
    /no evidence package|holds another ZIP/,
    spread('f6', (root) => {
      rmSync(root, { recursive: true });
      mkdirSync(root);
      writeFileSync(join(root, 'p.zip'), raw);
    }),
  );
  add(
    '…with a file of its own',
    'refused',
    /is not a file of an evidence package/,
    spread('f7', (root) => writeFileSync(join(root, 'data/note.txt'), 'x')),
  );
  add(
    '…with a link',
    'refused',
    /neither a file nor a folder/,
    spread('f8', (root) => symlinkSync('VERIFY.txt', join(root, 'link'))),
  );
  add(
    '…in which bagit.txt is a link',
    'refused',
    /neither a file nor a folder/,
    spread('f9', (root) => {
      renameSync(join(root, 'bagit.txt'), at('b'));
      symlinkSync(at('b'), join(root, 'bagit.txt'));
    }),
  );
  add(
    '…with a pipe',
    'refused',
    /neither a file nor a folder/,
    spread('f10', (root) => make('mkfifo', [join(root, 'data/pipe')])),
  );
  add(
    '…with names in capitals',
    'refused',
    /./,
    spread('f11', (root) => renameSync(join(root, 'VERIFY.txt'), join(root, 'VERIFY.TXT'))),
  );
  for (const name of [
    'data/entries.jsonl',
    'bagit.txt',
    'data/vkey',
    'tagmanifest-sha256.txt',
    'manifest-sha256.txt',
    'tagmanifest-sha256.txt.sig',
    'VERIFY.txt',
  ]) {
    add(
      `…whose ${name} has line ends of Windows`,
      'refused',
      /./,
      spread(`crlf-${name.replaceAll('/', '-')}`, (root) =>
        writeFileSync(join(root, name), readFileSync(join(root, name), 'latin1').replaceAll('\n', '\r\n'), 'latin1'),
      ),
    );
    add(
      `…whose ${name} begins with a mark`,
      'refused',
      /./,
      spread(`bom-${name.replaceAll('/', '-')}`, (root) =>
        writeFileSync(join(root, name), Buffer.concat([Buffer.from('\ufeff'), readFileSync(join(root, name))])),
      ),
    );
  }
}

before(() => {
  raw = make(join(build, 'tests/evidence_peer'), ['package', '6', 'all']);
  files = unzip(raw);
  [folder] = [...files.keys()][0].split('/');
  ofTheWorld();
  byPrograms();
  inOthers();
  byHand();
  folders();
});

test('each gets what it should, and all verifiers agree', async () => {
  assert.ok(cases.length >= 120, String(cases.length));
  const paths = cases.map(({ path }) => path);
  const [own, second] = await Promise.all([firstOpinions(paths), secondOpinions(paths)]);
  const wrong = [];
  for (const [i, { name, path, wanted, what }] of cases.entries()) {
    const ours = own[i];
    const page = await (statSync(path).isDirectory() ? judgeFolder(path) : judgePage(readFileSync(path)));
    const failed = ours.checks.find(({ result }) => result === 'failed');
    const told = wanted === 'refused' ? failed?.what : ours.checks[0].what;
    const good = wanted !== 'refused';
    if (ours.good !== good || second[i].good !== good)
      wrong.push(
        `${name}: ours ${ours.good}, second ${second[i].good}, page ${page.good}; ${told ?? ours.checks[0].what}`,
      );
    else if (!what.test(told)) wrong.push(`${name}: says ${told}`);
    else if (good && ours.remarks !== (wanted === 'taken' ? 1 : 0)) wrong.push(`${name}: ${ours.remarks} remarks`);
    if (/neither a file nor a folder/.test(told ?? '')) continue; // a browser is shown files alone
    if (/stream that goes on|behind the stream/.test(name)) continue; // browsers refuse it, Node.js's DecompressionStream does not look
    if (page.good !== good)
      wrong.push(
        `${name}: the page says ${page.good} ${JSON.stringify(page.checks.find(({ result }) => result === 'failed'))}`,
      );
    const code = page.checks.find(({ result }) => result === 'failed')?.code;
    if (page.good === ours.good && failed && failed.code !== code)
      wrong.push(`${name}: ${failed.code} ${failed.what}, the page ${code}`);
  }
  assert.deepEqual(wrong, []);
});
