// What people send instead of a ZIP: said in a sentence that tells what to do.

import { latin1 } from './bytes.js';
import { Refusal } from './fault.js';

const HEAD = 512; // bytes: one block of tar
const TAR_MARK = 257;
const ARCHIVES = ['\x1f\x8b', '7z\xbc\xaf\x27\x1c', 'Rar!', '\xfd7zXZ\0', 'BZh', '\x28\xb5\x2f\xfd']; // gzip, 7z, rar, xz, bzip2, zstd
const WRAPPED = ['\x78\x9f\x3e\x22', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1']; // winmail.dat, and a mail as Outlook saves it
const MAIL =
  /^(?:From[: ]|To:|Date:|Subject:|Received:|Return-Path:|Message-ID:|Delivered-To:|MIME-Version:|Content-Type:|DKIM-Signature:)/i;
const PART = 'PK\x07\x08';

/** Is it, by its first bytes, something else, or a part of a ZIP? @param {import('./source.js').Source} source */
export async function checkBeginning(source) {
  const head = latin1(await source.read(0, Math.min(source.size, HEAD)));
  const begins = (/** @type {string} */ bytes) => head.startsWith(bytes);
  if (ARCHIVES.some(begins) || head.startsWith('ustar', TAR_MARK)) throw new Refusal('malformed', null, 'zipArchive');
  if (WRAPPED.some(begins) || MAIL.test(head)) throw new Refusal('malformed', null, 'zipMail');
  if (begins(PART)) throw new Refusal('package-unsafe', null, 'zipHides');
}
