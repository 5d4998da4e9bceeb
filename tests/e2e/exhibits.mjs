/** Files of a member's own, as tests keep them. */
import { observation } from './host.mjs';

/** As LinkedIn's mail servers write it, or somebody who pretends to be them. */
export const MAIL = Buffer.from(
  [
    'Received: from mail.example by mx.example; Wed, 18 Sep 2024 10:00:01 +0000',
    'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=linkedin.com; s=d2048-202308-00;',
    '\th=From:Date:Subject; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA',
    'From: LinkedIn <messages-noreply@linkedin.com>',
    'Date: Wed, 18 Sep 2024 10:00:00 +0000 (UTC)',
    'Subject: Updates to our',
    ' terms',
    '',
    'We are updating our terms.',
    '',
  ].join('\r\n'),
);
/** What it says of itself. */
export const MAIL_SAYS = {
  from: 'LinkedIn <messages-noreply@linkedin.com>',
  date: 'Wed, 18 Sep 2024 10:00:00 +0000 (UTC)',
  subject: 'Updates to our terms',
  linkedin_signature: true,
};

/** A picture of one grey point, as a screenshot would be kept. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==',
  'base64',
);

/** So many bytes that no one has seen before. @param {number} length @param {number} [begin] */
export function noise(length, begin = 1) {
  const bytes = Buffer.alloc(length);
  let state = begin;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes.writeInt32LE(state, at);
  }
  bytes[0] = 0; // of no type that has a name
  return bytes;
}

/** The requests by which the extension sends a file. @param {Buffer} bytes @param {{file?: string, note?: string | null, part?: number}} [as] */
export function parts(bytes, { file = 'mail.eml', note = 'as it arrived', part = 3_000_000 } = {}) {
  const { client } = observation();
  const requests = [];
  for (let offset = 0; offset < bytes.length; offset += part)
    requests.push({
      file,
      note,
      size: bytes.length,
      offset,
      base64: bytes.subarray(offset, offset + part).toString('base64'),
      client,
    });
  return requests;
}
