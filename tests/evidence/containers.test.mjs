// The package's ZIP before programs that read one from the front, and before the verifiers what programs made of it that pack again.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  cpSync,
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
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Unzip, zipSync } from 'fflate';
import unzipper from 'unzipper';
import { crc32 } from './crc32.mjs';
import { secondOpinions } from './many.mjs';
import { unzip, zip } from './package.mjs';
import { judgeFolder, judgePage } from './page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.CL_BUILD ?? join(here, '../../build/dev');
const work = mkdtempSync(join(tmpdir(), 'consentlog-containers-'));
const at = (...parts) => join(work, ...parts);
after(() => rmSync(work, { recursive: true, force: true }));

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function run(program, args, options = {}) {
  const ran = spawnSync(program, args, { cwd: work, maxBuffer: 1 << 28, ...options });
  if (ran.error) throw ran.error;
  return ran;
}
function make(program, args, options) {
  const { status, stdout, stderr } = run(program, args, options);
  assert.equal(status, 0, `${program}: ${stderr}${stdout}`);
  return stdout;
}

/** @type {Buffer} */
let raw;
/** @type {Map<string, Buffer>} */
let files;
let folder = '';

before(() => {
  raw = make(join(build, 'tests/evidence_peer'), ['package', '6', 'all']);
  writeFileSync(at('package.zip'), raw);
  files = unzip(raw);
  [folder] = [...files.keys()][0].split('/');
});

/** What the first said, for the second verifier and for the page's checks, at the end. */
const judged = [];

/** @param {string} path */
function judge(path) {
  const ours = run(join(build, 'consentlog'), ['verify', '--json', path]);
  assert.ok([0, 1].includes(ours.status), ours.stderr.toString());
  const verdict = JSON.parse(ours.stdout.toString());
  assert.equal(verdict.good, ours.status === 0);
  const isFolder = statSync(path).isDirectory();
  const kept = at('judged', String(judged.length), basename(path));
  cpSync(path, kept, { recursive: true, verbatimSymlinks: true });
  judged.push({ path: kept, verdict, page: isFolder ? judgeFolder(path) : judgePage(readFileSync(path)) });
  return verdict;
}
function taken(path, what) {
  const { good, remarks, checks } = judge(path);
  assert.equal(good, true, JSON.stringify(checks.find(({ result }) => result === 'failed')));
  assert.equal(remarks, 1);
  assert.equal(checks[0].check, 'container');
  assert.equal(checks[0].result, 'remark');
  assert.match(checks[0].what, what);
}
function refused(path, what) {
  const { good, checks } = judge(path);
  assert.equal(good, false);
  const failed = checks.find(({ result }) => result === 'failed');
  assert.equal(failed.check, 'container', JSON.stringify(failed));
  assert.match(failed.what, what);
}

// ---- the original -----------------------------------------------------------------------------------

describe('a reader from the front sees what the directory says', () => {
  const expected = () => [...files].map(([name, bytes]) => `${sha256(bytes)}  ${name}`);

  test("Java's ZipInputStream", () => {
    const seen = make('java', ['-XX:TieredStopAtLevel=1', join(here, 'Front.java'), at('package.zip')]);
    assert.deepEqual(seen.toString().trimEnd().split('\n'), expected());
  });

  test('unzipper', async () => {
    const seen = [];
    for await (const entry of createReadStream(at('package.zip')).pipe(unzipper.Parse({ forceStream: true })))
      seen.push(`${sha256(await entry.buffer())}  ${entry.path}`);
    assert.deepEqual(seen, expected());
  });

  test('fflate', () => {
    const seen = [];
    const stream = new Unzip((file) => {
      const hash = createHash('sha256');
      file.ondata = (why, bytes, last) => {
        assert.equal(why, null);
        hash.update(bytes);
        if (last) seen.push(`${hash.digest('hex')}  ${file.name}`);
      };
      file.start();
    });
    for (let i = 0; i < raw.length; i += 997) stream.push(raw.subarray(i, i + 997), i + 997 >= raw.length);
    assert.deepEqual(seen, expected());
  });

  test('bsdtar, from a pipe', () => {
    mkdirSync(at('piped'));
    make('bsdtar', ['-xf', '-', '-C', at('piped')], { input: raw });
    assert.deepEqual(
      [...files.keys()].map((name) => `${sha256(readFileSync(at('piped', name)))}  ${name}`),
      expected(),
    );
  });
});

test('the original says nothing of its container', () => {
  const { good, remarks } = judge(at('package.zip'));
  assert.deepEqual([good, remarks], [true, 0]);
});

// ---- packed again -----------------------------------------------------------------------------------

/** Unpacked into a new folder, which is returned. */
function unpacked(name, change = (/** @type {string} */ _) => {}) {
  const place = at(name);
  rmSync(place, { recursive: true, force: true });
  for (const [file, bytes] of files) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    writeFileSync(join(place, file), bytes);
  }
  change(place);
  return place;
}

const python = (place, body) =>
  make('python3', [
    '-c',
    `import zipfile, pathlib, sys\nroot = pathlib.Path(sys.argv[1])\nout = sys.argv[2]\nfiles = sorted(p for p in root.rglob('*') if p.is_file())\nname = lambda p: p.relative_to(root).as_posix()\n${body}`,
    place,
    at('again.zip'),
  ]);

describe('packed again by another program, it is still the package', () => {
  const ways = {
    'zip, as a person calls it': (place) => make('zip', ['-qr', at('again.zip'), '.'], { cwd: place }),
    'zip, stored and bare': (place) => make('zip', ['-qr0XD', at('again.zip'), '.'], { cwd: place }),
    'zip, into a pipe': (place) => writeFileSync(at('again.zip'), make('zip', ['-qr', '-', '.'], { cwd: place })),
    'zip, stored into a pipe': (place) =>
      writeFileSync(at('again.zip'), make('zip', ['-qr0', '-', '.'], { cwd: place })),
    'zip, with ZIP64 fields': (place) => make('zip', ['-qr', '-fz', at('again.zip'), '.'], { cwd: place }),
    'zip, with a comment': (place) =>
      make('zip', ['-qrz', at('again.zip'), '.'], { cwd: place, input: 'for the court\n' }),
    '7z': (place) => make('7z', ['a', '-tzip', at('again.zip'), '.'], { cwd: place }),
    '7z, stored': (place) => make('7z', ['a', '-tzip', '-mx0', at('again.zip'), '.'], { cwd: place }),
    bsdtar: (place) => make('bsdtar', ['-cf', at('again.zip'), '--format', 'zip', folder], { cwd: place }),
    'jar, which streams': (place) => make('jar', ['cMf', at('again.zip'), '-C', place, '.']),
    'python, deflated': (place) =>
      python(
        place,
        'with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:\n  [z.write(p, name(p)) for p in files]',
      ),
    'python, stored': (place) =>
      python(place, 'with zipfile.ZipFile(out, "w") as z:\n  [z.write(p, name(p)) for p in files]'),
    'python, ZIP64 and backwards': (place) =>
      python(
        place,
        'with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:\n  for p in reversed(files):\n    with z.open(name(p), "w", force_zip64=True) as f: f.write(p.read_bytes())',
      ),
    fflate: () => writeFileSync(at('again.zip'), zipSync(Object.fromEntries(files))),
  };
  for (const [name, pack] of Object.entries(ways)) {
    test(name, () => {
      rmSync(at('again.zip'), { force: true });
      pack(unpacked('again'));
      taken(at('again.zip'), /^packed again by another program, so it is not the original$/);
    });
  }

  test('in a folder of another name, in another folder, or in none', () => {
    for (const name of ['Evidence (1)', 'für das Gericht', 'a/b', '.']) {
      const place = at('named');
      rmSync(place, { recursive: true, force: true });
      const inside = unpacked('again');
      mkdirSync(dirname(join(place, name)), { recursive: true });
      if (name === '.') rmSync(place, { recursive: true, force: true });
      renameSync(join(inside, folder), join(place, name));
      rmSync(at('again.zip'), { force: true });
      make('zip', ['-qr', at('again.zip'), '.'], { cwd: place });
      taken(at('again.zip'), /^packed again/);
      taken(place, /^a folder/);
    }
  });

  test('in a folder whose name has other letters than ASCII, in UTF-8 or as Windows writes it', () => {
    for (const name of ['Straße', 'Übersicht', 'Évidence', '😀', 'Prüfung']) {
      const place = at('named');
      rmSync(place, { recursive: true, force: true });
      renameSync(unpacked('again'), place);
      renameSync(join(place, folder), join(place, name));
      rmSync(at('again.zip'), { force: true });
      make('zip', ['-qr', at('again.zip'), '.'], { cwd: place });
      taken(at('again.zip'), /^packed again/);
      python(
        place,
        'class Old(zipfile.ZipInfo):\n  def _encodeFilenameFlags(self): return self.filename.encode("cp437", "replace"), self.flag_bits\nwith zipfile.ZipFile(out, "w") as z:\n  [z.writestr(Old(name(p)), p.read_bytes()) for p in files]',
      );
      taken(at('again.zip'), /^packed again/);
    }
  });

  test('with what systems put beside it', () => {
    const place = unpacked('again', (root) => {
      for (const name of [
        '__MACOSX/._x',
        `${folder}/.DS_Store`,
        `${folder}/data/Thumbs.db`,
        `${folder}/data/desktop.ini`,
        `${folder}/._VERIFY.txt`,
      ]) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), 'theirs');
      }
    });
    rmSync(at('again.zip'), { force: true });
    make('zip', ['-qr', at('again.zip'), '.'], { cwd: place });
    taken(at('again.zip'), /; files of other programs in it that are left out: 5$/);
    writeFileSync(join(place, folder, 'check.py'), 'from VERIFY.txt');
    writeFileSync(join(place, folder, 'ROOT.pem'), 'from an authority');
    taken(place, /^a folder and not the ZIP that was exported.*: 7$/);
    taken(join(place, folder), /^a folder and not the ZIP that was exported.*: 6$/);
  });

  test('a ZIP in a ZIP', () => {
    for (const level of ['-0', '-9']) {
      rmSync(at('outer.zip'), { force: true });
      make('zip', ['-q', level, 'outer.zip', 'package.zip']);
      taken(at('outer.zip'), /^it lies in another ZIP$/);
    }
    rmSync(at('again.zip'), { force: true });
    make('zip', ['-qr', at('again.zip'), '.'], { cwd: unpacked('again') });
    rmSync(at('outer.zip'), { force: true });
    make('zip', ['-q', 'outer.zip', 'again.zip']);
    taken(at('outer.zip'), /^a ZIP in another ZIP, and packed again/);
    make('zip', ['-q', 'outermost.zip', 'outer.zip']);
    refused(at('outermost.zip'), /no evidence package/);
  });
});

// ---- refused ----------------------------------------------------------------------------------------

/**
 * A ZIP of anybody's, as its writer wants it.
 * @param {any[]} list [name, contents, {flags, method, local, gap, extra, external, made}]
 */
function anyZip(list, { before: head = Buffer.alloc(0), behind = Buffer.alloc(0) } = {}) {
  const parts = [head];
  const directory = [];
  let offset = head.length;
  for (const [name, data, how = {}] of list) {
    const {
      flags = 0,
      method = 0,
      local = name,
      gap = Buffer.alloc(0),
      extra = Buffer.alloc(0),
      external = 0,
      made = 20,
    } = how;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    common.writeUInt16LE(extra.length, 24);
    const descriptor = Buffer.alloc(flags & 8 ? 16 : 0);
    if (flags & 8) {
      descriptor.write('PK\x07\x08', 'latin1');
      common.copy(descriptor, 4, 10, 22);
    }
    const here_ = [Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(local), extra, data, descriptor, gap];
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(external >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const version = Buffer.alloc(2);
    version.writeUInt16LE(made);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), version, common, tail, Buffer.from(name), extra]),
    );
    parts.push(...here_);
    offset += here_.reduce((sum, part) => sum + part.length, 0);
  }
  const records = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(list.length, 8);
  end.writeUInt16LE(list.length, 10);
  end.writeUInt32LE(records.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, records, end, behind]);
}

describe('what programs could see in two ways is refused', () => {
  const all = (how = {}) => [...files].map(([name, data]) => /** @type {const} */ ([name, data, how]));
  const first = (how) => all().map(([name, data], i) => [name, data, i === 0 ? how : {}]);
  const bytes = (/** @type {Buffer} */ made, what) => {
    writeFileSync(at('bad.zip'), made);
    refused(at('bad.zip'), what);
  };

  test('this packer itself is no reason', () => {
    for (const how of [{}, { flags: 8 }, { flags: 0x800 }, { extra: Buffer.from('UT\x05\0\x01aaaa', 'latin1') }]) {
      writeFileSync(at('good.zip'), anyZip(all(how)));
      taken(at('good.zip'), /^packed again/);
    }
  });

  test('a second package for readers from the front', () => {
    const inside = anyZip(all({ flags: 8 }));
    const list = all({ flags: 8 }).map(([name, data, how]) => [
      name,
      name.endsWith('/VERIFY.txt') ? inside : data,
      how,
    ]);
    bytes(anyZip(list), /a reader from the front/);
    writeFileSync(at('bad.zip'), anyZip(list.map(([name, data]) => [name, data])));
    assert.equal(judge(at('bad.zip')).good, false); // whose size stands before it, so that nobody searches; it is not what was signed
  });

  test('headers that differ, gaps, and what stands before, between or behind', () => {
    bytes(anyZip(first({ local: `${[...files.keys()][0].slice(0, -1)}T` })), /another name/);
    bytes(anyZip(first({ gap: Buffer.from('x') })), /hide between/);
    bytes(anyZip(all(), { before: Buffer.from('MZ') }), /before its first file|no header where|where its end/);
    bytes(anyZip(all(), { behind: Buffer.from('x') }), /follows its end/);
    const differs = anyZip(all());
    differs.writeUInt32LE((differs.readUInt32LE(14) ^ 1) >>> 0, 14); // the first local header's checksum
    bytes(differs, /differs from the directory/);
    const twoEnds = anyZip(all(), { behind: anyZip(all()).subarray(-22) });
    twoEnds.writeUInt16LE(22, twoEnds.length - 24); // the first one's comment is the second
    bytes(twoEnds, /two ends/);
  });

  test('two files of one name, a link, a cipher, another name beside the name', () => {
    const [name, data] = all()[0];
    bytes(anyZip([...all(), [name, data]]), /twice/);
    bytes(anyZip([...all(), [name.toUpperCase().replace(folder.toUpperCase(), folder), data]]), /twice/);
    bytes(anyZip(first({ made: 0x31e, external: 0o120777 * 65536 })), /link/);
    bytes(anyZip(first({ flags: 1 })), /encrypted/);
    bytes(anyZip(first({ extra: Buffer.from('\x01\x99\x00\x00', 'latin1') })), /encrypted/);
    bytes(anyZip(first({ extra: Buffer.from('up\x06\x00\x01\x00\x00\x00\x00x', 'latin1') })), /two names/);
    bytes(anyZip(first({ method: 12 })), /not read here/);
  });

  test('names that leave their folder, and a second package', () => {
    const [, data] = all()[0];
    bytes(anyZip([...all(), [`${folder}/../x`, data]]), /climbs|characters|full stop/);
    bytes(anyZip([...all(), ['/etc/x', data]]), /characters/);
    bytes(anyZip([...all(), [`${folder}\\x`, data]]), /characters/);
    bytes(anyZip([...all(), ['elsewhere/x', data]]), /not in the package's folder/);
    bytes(anyZip([...all(), ['other/bagit.txt', data]]), /several packages/);
    bytes(anyZip([['letter.txt', data]]), /no evidence package/);
  });

  test('by other programs: a cipher, a link, another method, a bomb', () => {
    const place = unpacked('again');
    const pack = (args, tool = 'zip') => {
      rmSync(at('bad.zip'), { force: true });
      make(tool, args, { cwd: place });
    };
    pack(['-qr', '-P', 'x', at('bad.zip'), '.']);
    refused(at('bad.zip'), /encrypted/);
    pack(['a', '-tzip', '-mm=BZip2', at('bad.zip'), '.'], '7z');
    refused(at('bad.zip'), /unpack it, and name the folder/);
    pack(['a', '-tzip', '-mm=LZMA', at('bad.zip'), '.'], '7z');
    refused(at('bad.zip'), /not read here/);
    writeFileSync(join(place, folder, 'zeros'), Buffer.alloc(1 << 26));
    pack(['-qr9', at('bad.zip'), '.']);
    refused(at('bad.zip'), /opens to more/);
    rmSync(join(place, folder, 'zeros'));
    symlinkSync('/etc/passwd', join(place, folder, 'link'));
    pack(['-qry', at('bad.zip'), '.']);
    refused(at('bad.zip'), /link/);
    refused(place, /neither a file nor a folder/);
  });

  test('every cut of one that was packed again', () => {
    const made = Buffer.from(zipSync(Object.fromEntries(files)));
    for (let n = 1; n < made.length; n += 1 + Math.floor(made.length / 25)) {
      writeFileSync(at('bad.zip'), made.subarray(0, n));
      refused(at('bad.zip'), /./);
    }
  });

  test('contents that were changed on the way', () => {
    for (const name of [...files.keys()].filter((_, i) => i % 4 === 0)) {
      const changed = new Map(files);
      changed.set(name, Buffer.concat([files.get(name), Buffer.from('x')]));
      for (const made of [anyZip([...changed]), Buffer.from(zipSync(Object.fromEntries(changed))), zip(changed)]) {
        writeFileSync(at('bad.zip'), made);
        assert.equal(judge(at('bad.zip')).good, false, name);
      }
    }
    const place = unpacked('again', (root) => cpSync(join(root, folder, 'bagit.txt'), join(root, folder, 'data/vkey')));
    assert.equal(judge(place).good, false);
  });
});

test('the second verifier says the same of every container above, and so does the page that checks', async () => {
  assert.ok(judged.length > 30, String(judged.length));
  const theirs = await secondOpinions(judged.map(({ path }) => path));
  for (const [i, { path, verdict }] of judged.entries())
    assert.equal(
      theirs[i].good,
      verdict.good,
      `${path}: second verifier: ${theirs[i].why}, first: ${JSON.stringify(verdict)}`,
    );
  const short = ({ check, result, code }) => `${check} ${result} ${code}`;
  const counted = (checks) => checks.filter(({ check }) => check !== 'derived').map(short);
  for (const { path, verdict, page } of judged) {
    const { good, checks } = await page;
    const why = checks.find(({ result }) => result === 'failed');
    assert.equal(good, verdict.good, `${path}: ${JSON.stringify(why)} ${JSON.stringify(verdict.checks)}`);
    if (/neither a file nor a folder/.test(verdict.checks[0].what)) continue; // a browser is shown files alone
    assert.deepEqual(counted(checks), counted(verdict.checks), path);
  }
});
