// Packages of an owner who holds the key and says what is not so: every part made here, by the format page alone.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { relist, zip } from './package.mjs';

export const DAY = 86400000;
export const BEGIN = Date.parse('2026-06-02T08:00:00.000Z');
export const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();
export const sha256 = (/** @type {Buffer | string} */ bytes) => createHash('sha256').update(bytes).digest();
const ACCOUNT = '3f2a99887766554433221100aabbccdd';
const BOOT = '0f0e0d0c-0b0a-4908-8706-050403020100';

const key = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 9)]),
  format: 'der',
  type: 'pkcs8',
});
const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
export const publicKey = spki.subarray(-32);
const string = (/** @type {Buffer | string} */ bytes) => {
  const body = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
};
const blob = Buffer.concat([string('ssh-ed25519'), string(publicKey)]);
export const fingerprint = `SHA256:${sha256(blob).toString('base64').replace(/=+$/, '')}`;

/** An SSH signature, of which each part is as the signer wants it. @param {Buffer} message */
export function sshSignature(
  message,
  {
    namespace = 'consentlog-evidence@v1',
    reserved = '',
    hash = 'sha512',
    version = 1,
    kind = 'ssh-ed25519',
    wide = 70,
    more = '',
  } = {},
) {
  const head = [string(namespace), string(reserved), string(hash)];
  const hashed = Buffer.concat([Buffer.from('SSHSIG'), ...head, string(createHash(hash).update(message).digest())]);
  const signature = Buffer.concat([string(kind), string(sign(null, hashed, key))]);
  const whole = Buffer.concat([
    Buffer.from('SSHSIG\0\0\0'),
    Buffer.from([version]),
    string(blob),
    ...head,
    string(signature),
    Buffer.from(more),
  ]);
  const body = whole.toString('base64').replace(new RegExp(`.{1,${wide}}`, 'g'), '$&\n');
  return `-----BEGIN SSH SIGNATURE-----\n${body}-----END SSH SIGNATURE-----\n`;
}

export const leaf = (/** @type {string | Buffer} */ line) =>
  sha256(Buffer.concat([Buffer.from([0]), Buffer.from(line)]));
/** @param {Buffer[]} leaves @returns {Buffer} */
export function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.concat([Buffer.from([1]), root(leaves.slice(0, k)), root(leaves.slice(k))]));
}
/** @param {number} index @param {Buffer[]} leaves @returns {Buffer[]} */
function path(index, leaves) {
  if (leaves.length === 1) return [];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return index < k
    ? [...path(index, leaves.slice(0, k)), root(leaves.slice(k))]
    : [...path(index - k, leaves.slice(k)), root(leaves.slice(0, k))];
}

const keyId = (/** @type {string} */ name) =>
  sha256(Buffer.concat([Buffer.from(`${name}\n\x01`, 'latin1'), publicKey])).subarray(0, 4);
/** Whatever it says, signed. */
export function signed(/** @type {string} */ name, /** @type {string} */ text) {
  const signature = Buffer.concat([keyId(name), sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}
export const note = (/** @type {string} */ name, /** @type {number} */ size, /** @type {Buffer} */ head) =>
  signed(name, `${name}\n${size}\n${head.toString('base64')}\n`);

// ---- entries, honest as they are made --------------------------------------------------------------------------------------

const salt = (/** @type {number} */ seq) => sha256(`salt ${seq}`).subarray(0, 16).toString('base64');

/** @returns {any} what every entry begins with */
export const head = (/** @type {number} */ seq, /** @type {string} */ kind, /** @type {number} */ at) => ({
  v: 1,
  seq,
  kind,
  time: iso(at),
  clock: { synchronized: true, boot_id: BOOT, uptime_ms: at - BEGIN + DAY },
  salt: salt(seq),
});

export const genesis = () => ({
  ...head(0, 'genesis', BEGIN),
  host: '0.1.0',
  public_key: publicKey.toString('hex'),
  provider: 'gnome-keyring',
});

/** @returns {any} */
export function look(/** @type {number} */ seq, /** @type {number} */ at, /** @type {string} */ state, what = {}) {
  const shown = state === 'on' || state === 'off';
  return {
    ...head(seq, 'observation', at),
    setting: 'data-for-ai-improvement',
    state,
    reason: state === 'unknown' ? 'timed-out' : null,
    observed_at: iso(at - 20),
    change: 'unchanged',
    cause: null,
    phase: 'seen',
    account: { pseudonym: ACCOUNT, premium: false },
    page: {
      url: 'https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement',
      language: 'en',
      title: 'Data for Generative AI Improvement',
      navigation: 'load',
      loaded_at: iso(at - 1000),
      server_date: iso(at - 1500),
      corroboration: shown ? state : null,
    },
    control: shown
      ? {
          kind: 'role-switch',
          key: 'allowDataForAi',
          label: 'Use my data for training content creation AI models',
          checked: state === 'on',
          aria_checked: String(state === 'on'),
          aria_pressed: null,
          disabled: false,
          busy: false,
          place: 'document',
        }
      : null,
    candidates: shown ? 1 : 0,
    client: {
      browser: 'chromium',
      version: '156.0',
      extension: '0.1.0',
      reading: sha256(`r${seq}`).toString('hex').slice(0, 32),
    },
    trusted: null,
    attachments: [],
    ...what,
  };
}

export const listed = (/** @type {string} */ name, /** @type {string} */ type, /** @type {Buffer} */ bytes) => ({
  name,
  media_type: type,
  size: bytes.length,
  sha256: sha256(bytes).toString('hex'),
});

/** @returns {any} */
export function text(/** @type {number} */ seq, /** @type {number} */ at, /** @type {Buffer} */ bytes, what = {}) {
  return {
    ...head(seq, 'document', at),
    document: 'privacy-policy',
    url: 'https://www.linkedin.com/legal/privacy-policy',
    title: 'Privacy Policy',
    language: 'en',
    effective: '2025-11-03',
    effective_text: 'Effective November 3, 2025',
    observed_at: iso(at - 20),
    change: 'first',
    client: {
      browser: 'firefox',
      version: '153.0',
      extension: '0.1.0',
      reading: sha256(`d${seq}`).toString('hex').slice(0, 32),
    },
    attachments: [listed('text', 'text/plain; charset=utf-8', bytes)],
    ...what,
  };
}

// ---- time authorities, who sign what is asked of them ----------------------------------------------------------------------

const der = (/** @type {number} */ tag, /** @type {Buffer[]} */ ...parts) => {
  const body = Buffer.concat(parts);
  const size = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const integer = (/** @type {number} */ n) => {
  const hex = (n < 0 ? 256 + n : n).toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return der(2, n >= 0 && bytes[0] & 128 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
};
const SHA256 = Buffer.from('300d06096086480165030402010500', 'hex');

/** The query about a checkpoint. */
export function query(/** @type {string} */ checkpoint) {
  const nonce = der(2, Buffer.concat([Buffer.from([0x41]), sha256(`nonce ${checkpoint}`).subarray(0, 7)]));
  return {
    nonce,
    der: der(0x30, integer(1), der(0x30, SHA256, der(4, sha256(checkpoint))), nonce, Buffer.from('0101ff', 'hex')),
  };
}

let serial = 1;
/**
 * An authority's answer. `time` is a GeneralizedTime; accuracy is [seconds, millis, micros] or nothing; `words` go beside the
 * token, where anybody can write.
 * @param {string} folder of tsa.sh @param {string} who @param {string} checkpoint
 * @param {{time: string, accuracy?: number[], more?: Buffer[], digest?: string, options?: string[], words?: Buffer}} says
 */
export function answer(
  folder,
  who,
  checkpoint,
  { time, accuracy, more = [], digest = 'sha256', options = [], words = undefined },
) {
  const { nonce } = query(checkpoint);
  const tags = [2, 0x80, 0x81];
  const info = der(
    0x30,
    integer(1),
    Buffer.from('06092b06010401a03e0203', 'hex'),
    der(0x30, SHA256, der(4, sha256(checkpoint))),
    integer((serial += 1)),
    der(0x18, Buffer.from(time)),
    ...(accuracy
      ? [der(0x30, ...accuracy.map((n, i) => Buffer.concat([Buffer.from([tags[i]]), integer(n).subarray(1)])))]
      : []),
    nonce,
    ...more,
  );
  writeFileSync(join(folder, 'info.der'), info);
  const arguments_ = [
    'cms',
    '-sign',
    '-cades',
    '-nodetach',
    '-binary',
    '-md',
    digest,
    '-nosmimecap',
    '-outform',
    'DER',
  ];
  const token = execFileSync(
    'openssl',
    [
      ...arguments_,
      '-econtent_type',
      'id-smime-ct-TSTInfo',
      '-signer',
      `${who}.pem`,
      '-inkey',
      `${who}.key`,
      '-in',
      'info.der',
      ...options,
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return der(0x30, der(0x30, integer(0), ...(words ? [der(0x30, der(0x0c, words))] : [])), token);
}
export const generalized = (/** @type {number} */ ms) => `${iso(ms).replace(/[-:T]/g, '').slice(0, 14)}Z`;

/** A timestamp entry over the entries so far, and its four files. @param {any[]} lines @param {Map<string, Buffer>} extra */
export function stamp(lines, extra, /** @type {string} */ folder, says = /** @type {any} */ ({})) {
  const seq = lines.length;
  const size = says.size ?? seq;
  const bytes = lines.map((l) => leaf(typeof l === 'string' ? l : JSON.stringify(l)));
  const name = `consentlog/${sha256(typeof lines[0] === 'string' ? lines[0] : JSON.stringify(lines[0]))
    .toString('hex')
    .slice(0, 16)}`;
  const at = Date.parse(lines.at(-1).time ?? iso(BEGIN)) + 1000;
  const checkpoint = note(name, size, root(bytes.slice(0, size)));
  const time = says.time ?? generalized(at);
  const who = says.who ?? 'good';
  const files = {
    checkpoint: Buffer.from(checkpoint),
    query: query(checkpoint).der,
    reply: says.reply ?? answer(folder, who, checkpoint, { time, ...says.answer }),
    chain: says.chain,
  };
  const stem = `data/timestamps/${size}-${says.ordinal ?? 0}`;
  const ends = { checkpoint: 'checkpoint', query: 'tsq', reply: 'tsr', chain: 'chain.pem' };
  for (const [part, end] of Object.entries(ends)) extra.set(`${stem}.${end}`, files[part]);
  const types = {
    checkpoint: 'text/plain',
    query: 'application/timestamp-query',
    reply: 'application/timestamp-reply',
    chain: 'application/x-pem-file',
  };
  const gen = time.replace(
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d+))?Z$/,
    (_, y, mo, d, h, mi, s, f = '') => `${y}-${mo}-${d}T${h}:${mi}:${s}.${f.slice(0, 3).padEnd(3, '0')}Z`,
  );
  return {
    ...head(seq, 'timestamp', at),
    size,
    root: root(bytes.slice(0, size)).toString('hex'),
    tsa: says.tsa ?? 'O=Test,CN=Good Time',
    gen_time: gen,
    authority: 'https://time.example/tsr',
    attachments: Object.entries(types).map(([part, type]) => listed(part, type, files[part])),
    ...says.entry,
  };
}

// ---- the package -------------------------------------------------------------------------------------------------------------

/**
 * @param {(any | string | Buffer)[]} entries objects, or lines as they stand
 * @param {{extra?: Map<string, Buffer>, instructions: string, change?: (files: Map<string, Buffer>) => void, tail?: string,
 *   head?: (name: string, size: number, root: Buffer) => string, proofs?: number[], listing?: (files: Map<string, Buffer>) => void,
 *   seal?: (message: Buffer) => string}} options `listing`: what the lists themselves say, before they are signed
 */
export function pack(entries, options) {
  const lines = entries.map((e) => (typeof e === 'string' || Buffer.isBuffer(e) ? e : JSON.stringify(e)));
  const withheld = /^\{"withheld":"([0-9a-f]{64})"\}$/;
  const leaves = lines.map((l, i) =>
    i && withheld.test(String(l)) ? Buffer.from(withheld.exec(String(l))[1], 'hex') : leaf(l),
  );
  const name = `consentlog/${sha256(lines[0]).toString('hex').slice(0, 16)}`;
  const folder = `consentlog-${name.split('/')[1]}-${lines.length}`;
  const checkpoint = (options.head ?? note)(name, lines.length, root(leaves));
  const typed = Buffer.concat([Buffer.from([1]), publicKey]);
  /** @type {Map<string, Buffer>} */ const files = new Map();
  const put = (/** @type {string} */ n, /** @type {Buffer | string} */ bytes) =>
    files.set(`${folder}/${n}`, Buffer.from(bytes));
  const last = lines
    .map((l) => /"time":"([^"]{24})"/.exec(String(l))?.[1])
    .filter(Boolean)
    .at(-1);
  put('VERIFY.txt', options.instructions.replace('@FOLDER@', folder).replace('@KEY@', fingerprint));
  put(
    'bag-info.txt',
    `Bag-Software-Agent: consentlog 0.1.0\nBagging-Date: ${last.slice(0, 10)}\nPayload-Oxum: 0.0\nExternal-Identifier: ${name} ${last}\n`,
  );
  put('bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
  put(
    'data/allowed_signers',
    `consentlog namespaces="consentlog-evidence@v1" ssh-ed25519 ${blob.toString('base64')}\n`,
  );
  put('data/checkpoint', checkpoint);
  const body = lines.flatMap((l) => [Buffer.from(l), Buffer.from('\n')]);
  put('data/entries.jsonl', Buffer.concat([...body, Buffer.from(options.tail ?? '')]));
  put('data/public-key.pem', `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`);
  put('data/vkey', `${name}+${keyId(name).toString('hex')}+${typed.toString('base64')}\n`);
  for (const seq of options.proofs ?? []) {
    const hashes = path(seq, leaves)
      .map((h) => `${h.toString('base64')}\n`)
      .join('');
    put(`data/proofs/${seq}.tlog-proof`, `c2sp.org/tlog-proof@v1\nindex ${seq}\n${hashes}\n${checkpoint}`);
  }
  for (const [n, bytes] of options.extra ?? []) put(n, bytes);
  options.change?.(files);
  const sorted = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  relist(sorted);
  options.listing?.(sorted);
  const seal = options.seal ?? sshSignature;
  sorted.set(`${folder}/tagmanifest-sha256.txt.sig`, Buffer.from(seal(sorted.get(`${folder}/tagmanifest-sha256.txt`))));
  return { raw: zip(new Map([...sorted].sort(([a], [b]) => (a < b ? -1 : 1)))), files: sorted, folder };
}
