// An RFC 3161 answer: that it answers the query, that one certificate signed it, and when. docs/evidence-format.md section 10.

import { hex, latin1, same } from './bytes.js';
import {
  certificate,
  certificatesOf,
  distinct,
  engine,
  fingerprintOf,
  isForTimestamps,
  isValidAt,
  nameKeyOf,
  nameOf,
  pathOf,
  signatureFits,
  subjectKeyOf,
} from './certificates.js';
import { certificatesIn, isInfo, isQuery, isResponse } from './der.js';
import { Refusal } from './fault.js';
import { LAST, readTime } from './times.js';
import { sha256 } from './vendor/sha256.js';
import { fromBER, SignedData, TimeStampReq, TimeStampResp, TSTInfo } from './vendor/pki.js';

/** @typedef {import('./certificates.js').Cert} Cert */
/** @typedef {{checkpoint: Uint8Array, query: Uint8Array, reply: Uint8Array, chain: Uint8Array, file: string}} StampParts */
/** @typedef {{id: string, time: number, earliest: number, latest: number, authority: string, trusted: boolean, root: string}} Token
 * id: of what was signed; times in milliseconds; root: a fingerprint */

const SHA256 = '2.16.840.1.101.3.4.2.1';
/** @type {Record<string, string>} */
const HASHES = { [SHA256]: 'SHA-256', '2.16.840.1.101.3.4.2.2': 'SHA-384', '2.16.840.1.101.3.4.2.3': 'SHA-512' };
/** By what a signature's own name says, if it says the hash. @type {Record<string, string>} */
const SIGNED_WITH = {
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
};
/** What may stand among the digests of a token besides: MD5, SHA-1, SHA-224, SHA-512/224, SHA-512/256, SHA-3. */
const OTHER_HASHES = [
  '1.2.840.113549.2.5',
  '1.3.14.3.2.26',
  ...[4, 5, 6, 7, 8, 9, 10].map((last) => `2.16.840.1.101.3.4.2.${last}`),
];
const OID = {
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};
const SECONDS = 1000000000;

/** @param {string} hash @param {Uint8Array} bytes */
const digest = async (hash, bytes) =>
  new Uint8Array(await globalThis.crypto.subtle.digest(hash, /** @type {Uint8Array<ArrayBuffer>} */ (bytes)));

/** The whole of the bytes, or nothing. @param {{fromBER: (bytes: any) => any}} type @param {Uint8Array} bytes @param {() => Error} wrong */
function read(type, bytes, wrong) {
  try {
    const { offset } = fromBER(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
    if (offset !== bytes.length) throw wrong();
    return type.fromBER(bytes);
  } catch {
    throw wrong();
  }
}

/** @param {any} imprint @param {Uint8Array} hash */
const isAbout = (imprint, hash) =>
  imprint.hashAlgorithm.algorithmId === SHA256 &&
  same(new Uint8Array(imprint.hashedMessage.valueBlock.valueHexView), hash);

/** @param {any} integer */
const integerOf = (integer) => latin1(new Uint8Array(integer.valueBlock.valueHexView));

/** @param {StampParts} stamp @param {Uint8Array} hash */
function readQuery(stamp, hash) {
  const malformed = () => new Refusal('malformed', stamp.file, 'tokenMalformed');
  const query = read(TimeStampReq, stamp.query, malformed);
  if (!isQuery(stamp.query) || query.version !== 1 || !query.nonce) throw malformed();
  if (!isAbout(query.messageImprint, hash)) throw new Refusal('tsa-other', stamp.file, 'tokenOther');
  return query;
}

/** @param {StampParts} stamp */
function readReply(stamp) {
  const malformed = () => new Refusal('tsa-malformed', stamp.file, 'tokenMalformed');
  const reply = read(TimeStampResp, stamp.reply, malformed);
  if (!isResponse(stamp.reply)) throw malformed();
  const status = Number(reply.status?.status);
  if (status !== 0 && status !== 1)
    throw status > 1 && status <= 5 ? new Refusal('tsa-refused', stamp.file, 'tokenRefused') : malformed();
  if (reply.timeStampToken?.contentType !== OID.signedData) throw malformed();
  try {
    const { content: schema } = reply.timeStampToken;
    schema.valueBlock.value = schema.valueBlock.value.filter(
      (/** @type {any} */ { idBlock }) => idBlock.tagClass !== 3, // certificates, read by themselves, and what is passed over
    );
    const signed = new SignedData({ schema });
    const content = new Uint8Array(signed.encapContentInfo.eContent.getValue());
    const info = read(TSTInfo, content, malformed);
    if (signed.encapContentInfo.eContentType !== OID.tstInfo || !isInfo(content) || info.version !== 1)
      throw malformed();
    return { signed, content, info };
  } catch {
    throw malformed();
  }
}

/** What RFC 3161 lets follow: accuracy as SEQUENCE, ordering, nonce, [0] name, [1] extensions. @param {Uint8Array} content */
function lateMembers(content) {
  const members = fromBER(/** @type {Uint8Array<ArrayBuffer>} */ (content)).result.valueBlock.value;
  const tagged = (/** @type {number} */ number) =>
    members.find((/** @type {any} */ { idBlock }) => idBlock.tagClass === 3 && idBlock.tagNumber === number);
  const time = members.find((/** @type {any} */ { idBlock }) => idBlock.tagClass === 1 && idBlock.tagNumber === 24);
  const accuracy = members
    .slice(members.indexOf(time) + 1)
    .find((/** @type {any} */ { idBlock }) => idBlock.tagClass === 1 && idBlock.tagNumber === 16);
  return { time, accuracy, extensions: tagged(1) };
}

/** @param {any} integer @returns {number} NaN: negative or beyond measure */
function small(integer) {
  const bytes = new Uint8Array(integer.valueBlock.valueHexView);
  if (bytes.length === 0 || bytes.length > 5 || bytes[0] & 0x80) return NaN;
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** Milliseconds; null: not stated. @param {any} accuracy @param {() => Error} wrong */
function accuracyOf(accuracy, wrong) {
  if (!accuracy) return null;
  let sum = 0;
  for (const member of accuracy.valueBlock.value) {
    const { tagClass, tagNumber } = member.idBlock;
    const value = small(member);
    const isSeconds = tagClass === 1;
    if (!(value >= 0) || value > (isSeconds ? SECONDS : 999)) throw wrong();
    sum += isSeconds ? value * 1000 : tagNumber === 0 ? value : value / 1000;
  }
  return Math.ceil(sum);
}

/** RFC 3161 section 2.4.2. @param {Uint8Array} content @param {() => Error} wrong */
function readTimes(content, wrong) {
  const { time, accuracy, extensions } = lateMembers(content);
  if (time?.idBlock === undefined) throw wrong();
  const text = latin1(new Uint8Array(time?.valueBlock?.valueHexView ?? []));
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,10}))?Z$/.exec(text);
  if (!found) throw wrong();
  const [, year, month, day, hour, minute, second, fraction = ''] = found;
  const at = readTime(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (at === null) throw wrong();
  const critical = (extensions?.valueBlock?.value ?? []).some((/** @type {any} */ one) =>
    one.valueBlock.value.some(
      (/** @type {any} */ { idBlock, valueBlock }) =>
        idBlock.tagClass === 1 && idBlock.tagNumber === 1 && valueBlock.value,
    ),
  );
  if (critical) throw wrong();
  const stated = accuracyOf(accuracy, wrong);
  const whole = at - (at % 1000);
  const more = /[1-9]/.test(fraction.slice(3)) ? 1 : 0;
  if (stated === null) return { time: at, earliest: whole, latest: whole + 999 };
  return { time: at, earliest: Math.max(0, at - stated), latest: Math.min(LAST, at + more + stated) };
}

/** @param {any} signer @param {string} oid @returns {any} the one value, or undefined */
function attribute(signer, oid) {
  const all = (signer.signedAttrs?.attributes ?? []).filter((/** @type {any} */ { type }) => type === oid);
  return all.length === 1 && all[0].values?.length === 1 ? all[0].values[0] : undefined;
}

/** Is this the certificate that the signature was made for? RFC 5035. @param {any} signer @param {Cert} cert */
async function isNamed(signer, cert) {
  const value = attribute(signer, OID.signingCertificateV2) ?? attribute(signer, OID.signingCertificate);
  const hashName = attribute(signer, OID.signingCertificateV2) ? 'SHA-256' : 'SHA-1';
  const members = value?.valueBlock.value[0]?.valueBlock.value[0]?.valueBlock.value;
  if (!members?.length) return false;
  const named =
    members[0].idBlock.tagNumber === 16 ? HASHES[members[0].valueBlock.value[0].valueBlock.toString()] : hashName;
  const hash = members[0].idBlock.tagNumber === 16 ? members[1] : members[0];
  return named !== undefined && same(new Uint8Array(hash.valueBlock.valueHexView), await digest(named, cert.der));
}

/** Attributes may be of any shape. @param {any} signer @param {Cert} cert */
const isSurelyNamed = (signer, cert) => isNamed(signer, cert).catch(() => false);

/** @param {any} signer @param {Cert[]} certs @returns {Cert | undefined} whom the signer's info names */
function signerOf(signer, certs) {
  const { sid } = signer;
  if (sid?.issuer && sid.serialNumber) {
    const issuer = nameKeyOf(sid.issuer);
    return certs.find(
      (cert) => cert.issuer === issuer && integerOf(cert.x509.serialNumber) === integerOf(sid.serialNumber),
    );
  }
  const id = sid?.valueBlock?.valueHexView ?? sid?.valueBlock?.value?.[0]?.valueBlock?.valueHexView;
  return (
    id &&
    certs.find((cert) => {
      const key = subjectKeyOf(cert);
      return key !== null && same(key, new Uint8Array(id));
    })
  );
}

/** Where the token names its authority, it is the one that signed. @param {any} info @param {Cert} cert */
function isItsAuthority(info, cert) {
  if (!info.tsa) return true;
  const tsa = hex(new Uint8Array(info.tsa.toSchema().toBER()));
  if (info.tsa.type === 4 && nameKeyOf(info.tsa.value) === cert.subject) return true;
  const others =
    (cert.x509.extensions ?? []).find((/** @type {any} */ one) => one.extnID === '2.5.29.17')?.parsedValue?.altNames ??
    [];
  return others.some((/** @type {any} */ one) => hex(new Uint8Array(one.toSchema().toBER())) === tsa);
}

/** The digests that the token lists, the signer's among them. @param {any} signed @param {any} signer */
function areKnown(signed, signer) {
  const list = signed.digestAlgorithms.map((/** @type {any} */ { algorithmId }) => algorithmId);
  const known = (/** @type {string} */ one) => one in HASHES || OTHER_HASHES.includes(one);
  return list.every(known) && list.includes(signer.digestAlgorithm.algorithmId);
}

/** @param {any} signed @param {Uint8Array} content @param {Cert[]} certs @returns {Promise<Cert | null>} */
async function checkSigner(signed, content, certs) {
  const signer = signed.signerInfos.length === 1 ? signed.signerInfos[0] : null;
  const cert = signer && signerOf(signer, certs);
  const hash = signer && HASHES[signer.digestAlgorithm.algorithmId];
  if (!cert || !hash || !isForTimestamps(cert) || !areKnown(signed, signer)) return null;
  const type = attribute(signer, OID.contentType);
  const stated = attribute(signer, OID.messageDigest);
  if (type?.valueBlock.toString() !== OID.tstInfo || !stated) return null;
  if (
    !same(new Uint8Array(stated.valueBlock.valueHexView), await digest(hash, content)) ||
    !(await isSurelyNamed(signer, cert))
  )
    return null;
  const data = new Uint8Array(signer.signedAttrs.encodedValue);
  const signedWith = SIGNED_WITH[signer.signatureAlgorithm.algorithmId] ?? hash;
  const fits = await signatureFits(
    data,
    signer.signature,
    cert.x509.subjectPublicKeyInfo,
    signer.signatureAlgorithm,
    signedWith,
  );
  return fits ? cert : null;
}

/** The certificates of the token, byte for byte as they stand there. @param {Uint8Array} reply @returns {Cert[]} */
function readCertificates(reply) {
  const list = [];
  for (const der of certificatesIn(reply)) {
    try {
      list.push(certificate(der));
    } catch {
      /* one of no kind that is read here leads to no root */
    }
  }
  return list;
}

/**
 * @param {StampParts} stamp
 * @param {Cert[]} roots that are trusted
 * @returns {Promise<Token>}
 */
export async function checkToken(stamp, roots) {
  engine();
  const hash = sha256(stamp.checkpoint);
  const query = readQuery(stamp, hash);
  const { signed, content, info } = readReply(stamp);
  const times = readTimes(content, () => new Refusal('tsa-malformed', stamp.file, 'tokenMalformed'));
  if (!isAbout(info.messageImprint, hash)) throw new Refusal('tsa-other', stamp.file, 'tokenOther');
  const asked = query.reqPolicy;
  if (!info.nonce || integerOf(info.nonce) !== integerOf(query.nonce) || (asked && asked !== info.policy))
    throw new Refusal('tsa-replayed', stamp.file, 'tokenReplayed');
  const chain = certificatesOf(stamp.chain);
  if (!chain) throw new Refusal('malformed', stamp.file, 'tokenMalformed');
  const own = readCertificates(stamp.reply);
  const others = distinct([...own, ...chain]);
  const signer = await checkSigner(signed, content, [...chain, ...own]);
  if (!signer || !isItsAuthority(info, signer)) throw new Refusal('tsa-signature', stamp.file, 'tokenSignature');
  return {
    id: hex(sha256(content)),
    ...times,
    authority: nameOf(signer),
    ...(await judgeTrust(stamp, signer, others, roots, times.time)),
  };
}

/** @param {StampParts} stamp @param {Cert} signer @param {Cert[]} others @param {Cert[]} roots @param {number} at */
async function judgeTrust(stamp, signer, others, roots, at) {
  const { path, root } = await pathOf(signer, others, roots, at);
  if (!path.every((cert) => isValidAt(cert, at))) throw new Refusal('tsa-expired', stamp.file, 'tokenExpired');
  return { trusted: root !== null, root: fingerprintOf(root ?? path[path.length - 1]) };
}
