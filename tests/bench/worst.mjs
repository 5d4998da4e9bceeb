// Packages that are rightly signed and as costly to check as their owner could make them, from a size on. The key is the
// tests' own: Ed25519 seed 07 07 07 …
import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { crc32 } from '../evidence/crc32.mjs';
import { answer, BEGIN, look, query } from '../evidence/liar.mjs';
import { relist, zip } from '../evidence/package.mjs';

const sha256 = (/** @type {Buffer[]} */ ...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const seed = Buffer.alloc(32, 7);
const key = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);

const u32 = (/** @type {number} */ n) => Buffer.from([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const string = (/** @type {Buffer | string} */ bytes) =>
  Buffer.concat([u32(Buffer.byteLength(bytes)), Buffer.from(bytes)]);
const blob = Buffer.concat([string('ssh-ed25519'), string(publicKey)]);
const NAMESPACE = 'consentlog-evidence@v1';

/** @param {Buffer} message PROTOCOL.sshsig */
function armoured(message) {
  const rest = [string(NAMESPACE), string(''), string('sha512')];
  const hash = createHash('sha512').update(message).digest();
  const covered = Buffer.concat([Buffer.from('SSHSIG'), ...rest, string(hash)]);
  const signature = Buffer.concat([string('ssh-ed25519'), string(sign(null, covered, key))]);
  const all = Buffer.concat([Buffer.from('SSHSIG'), u32(1), string(blob), ...rest, string(signature)]);
  const digits = /** @type {string[]} */ (all.toString('base64').match(/.{1,70}/g));
  return `-----BEGIN SSH SIGNATURE-----\n${digits.join('\n')}\n-----END SSH SIGNATURE-----\n`;
}

/** Levels of the tree, leaves first; an odd last node goes up as it is. @param {Buffer[]} leaves */
function levels(leaves) {
  const all = [leaves];
  for (let row = leaves; row.length > 1; all.push(row)) {
    const next = [];
    for (let i = 0; i < row.length; i += 2)
      next.push(i + 1 < row.length ? sha256(Buffer.from([1]), row[i], row[i + 1]) : row[i]);
    row = next;
  }
  return all;
}

const clock = (/** @type {number} */ i) => ({ synchronized: true, boot_id: null, uptime_ms: i });
const head = (/** @type {number} */ seq, /** @type {string} */ kind) => ({
  v: 1,
  seq,
  kind,
  time: new Date(1780000000000 + seq * 1000).toISOString(),
  clock: clock(seq),
  salt: sha256(Buffer.from(String(seq)))
    .subarray(0, 16)
    .toString('base64'),
});

/**
 * @param {(object | string)[]} bodies of the entries after the genesis; or the hash of one that is withheld
 * @param {{files?: [string, Buffer][], proofs?: boolean, stamps?: number}} [more]
 */
export function signedPackage(bodies, { files = [], proofs = false, stamps = 0 } = {}) {
  const genesis = { ...head(0, 'genesis'), host: '0.1.0', public_key: publicKey.toString('hex'), provider: 'none' };
  const lineOf = (/** @type {object | string} */ body, /** @type {number} */ i) =>
    typeof body === 'string' ? { withheld: body } : { ...head(i + 1, 'observation'), ...body };
  const lines = [genesis, ...bodies.map(lineOf)].map((entry) => Buffer.from(JSON.stringify(entry)));
  const origin = `consentlog/${sha256(lines[0]).toString('hex').slice(0, 16)}`;
  const leafOf = (/** @type {Buffer} */ line, /** @type {number} */ seq) => {
    const body = bodies[seq - 1];
    return typeof body === 'string' ? Buffer.from(body, 'hex') : sha256(Buffer.from([0]), line);
  };
  const tree = levels(lines.map(leafOf));
  const typed = Buffer.concat([Buffer.from([1]), publicKey]);
  const id = sha256(Buffer.from(`${origin}\n`), typed).subarray(0, 4);
  const text = `${origin}\n${lines.length}\n${tree.at(-1)[0].toString('base64')}\n`;
  const note = `${text}\n— ${origin} ${Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString('base64')}\n`;
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
  const folder = `consentlog-${origin.slice(11)}-${lines.length}`;
  const all = new Map(
    [
      ['VERIFY.txt', 'none\n'],
      ['bag-info.txt', 'Payload-Oxum: 0.0\n'],
      ['bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'],
      ['data/allowed_signers', `consentlog namespaces="${NAMESPACE}" ssh-ed25519 ${blob.toString('base64')}\n`],
      ['data/checkpoint', note],
      ['data/entries.jsonl', `${lines.join('\n')}\n`],
      ['data/public-key.pem', `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`],
      ['data/vkey', `${origin}+${id.toString('hex')}+${typed.toString('base64')}\n`],
      ...files,
      ...(stamps ? stampedBy(stamps, lines.length, note) : []),
      ...(proofs ? lines.map((_, seq) => [`data/proofs/${seq}.tlog-proof`, proofOf(tree, seq, note)]) : []),
    ].map(([name, bytes]) => [`${folder}/${name}`, Buffer.from(bytes)]),
  );
  relist(all);
  const signature = armoured(all.get(`${folder}/tagmanifest-sha256.txt`));
  all.set(`${folder}/tagmanifest-sha256.txt.sig`, Buffer.from(signature));
  return zip(all);
}

/** @param {Buffer[][]} tree @param {number} seq @param {string} note */
function proofOf(tree, seq, note) {
  const path = [];
  for (let level = 0, i = seq; level + 1 < tree.length; level += 1, i >>= 1)
    if (tree[level][i ^ 1]) path.push(tree[level][i ^ 1].toString('base64'));
  return `c2sp.org/tlog-proof@v1\nindex ${seq}\n${path.map((hash) => `${hash}\n`).join('')}\n${note}`;
}

/** One authority's answer about the whole log, so often. @param {number} count @param {number} size @param {string} note */
function stampedBy(count, size, note) {
  const folder = mkdtempSync(join(tmpdir(), 'consentlog-tsa-'));
  try {
    const script = new URL('../evidence/tsa.sh', import.meta.url).pathname;
    execFileSync('bash', [script, 'make', folder], { stdio: 'ignore' });
    const parts = {
      checkpoint: note,
      tsq: query(note).der,
      tsr: answer(folder, 'good', note, { time: '20260601000000Z' }),
      'chain.pem': readFileSync(join(folder, 'root.pem')),
    };
    return Array.from({ length: count }, (_, i) =>
      Object.entries(parts).map(([end, bytes]) => [`data/timestamps/${size}-${i}.${end}`, bytes]),
    ).flat();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}
/** @param {number} side @param {Buffer} pixels deflated @param {string} word */
function png(side, pixels, word) {
  const header = Buffer.concat([u32(side), u32(side), Buffer.from([8, 6, 0, 0, 0])]);
  const chunks = [
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(word)),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}
const listed = (/** @type {Buffer} */ bytes, name = 'picture', type = 'image/png') => ({
  name,
  media_type: type,
  size: bytes.length,
  sha256: sha256(bytes).toString('hex'),
});
const attachment = (/** @type {Buffer} */ bytes) =>
  /** @type {[string, Buffer]} */ ([`data/attachments/${sha256(bytes).toString('hex')}.png`, bytes]);

/** @param {Buffer} bytes @param {string} type @param {object} what */
const exhibit = (bytes, type, what) => ({
  kind: 'exhibit',
  ...what,
  client: null,
  attachments: [listed(bytes, 'file', type)],
});

/** The costly kinds: each takes a size in megabytes. @type {Record<string, (mb: number) => Buffer>} */
export const WORST = {
  'one picture, claimed by every line 64 times': (mb) => {
    const bytes = png(1, deflateSync(Buffer.alloc(5)), 'one');
    const attachments = Array(64).fill(listed(bytes));
    return signedPackage(Array(Math.round(mb * 95)).fill({ attachments }), { files: [attachment(bytes)] });
  },
  'pictures that open to 16 megabytes each': (mb) => {
    const pixels = deflateSync(Buffer.alloc(2048 * (1 + 4 * 2048)));
    const pictures = Array.from({ length: Math.max(1, Math.round(mb * 4)) }, (_, i) => png(2048, pixels, String(i)));
    const bodies = pictures.map((bytes) => ({ attachments: [listed(bytes)] }));
    return signedPackage(bodies, { files: pictures.map(attachment) });
  },
  'a proof for every short entry': (mb) => signedPackage(Array(Math.round(mb * 650)).fill({}), { proofs: true }),
  'an answer of an authority, again and again': (mb) => signedPackage([{}], { stamps: Math.round(mb * 215) }),
  'lines that are withheld': (mb) =>
    signedPackage(Array.from({ length: mb * 12_000 }, (_, i) => sha256(Buffer.from(String(i))).toString('hex'))),
  'new words at every look': (mb) =>
    signedPackage(
      Array.from({ length: Math.round(mb * 600) }, (_, i) => {
        const entry = look(i + 1, BEGIN + (i + 1) * 1000, i % 2 ? 'on' : 'off', {
          change: i ? 'changed' : 'first',
        });
        return { ...entry, control: { ...entry.control, label: `${i} ${'&'.repeat(480)}` } };
      }),
    ),
  'many empty values': (mb) => {
    const deep = Array.from({ length: 50 }, () => Array(200).fill(0));
    return signedPackage(Array(Math.round(mb * 40)).fill(Object.fromEntries(deep.map((list, i) => [`x${i}`, list]))));
  },
  'exhibits of another type than they say': (mb) => {
    const bytes = Buffer.from('text');
    const body = exhibit(bytes, 'application/pdf', { file: 'a', note: null, mail: null });
    return signedPackage(Array(Math.round(mb * 2500)).fill(body), {
      files: [[`data/exhibits/${sha256(bytes).toString('hex')}.pdf`, bytes]],
    });
  },
};
