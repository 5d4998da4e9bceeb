// The page that checks packages: what is dropped goes to the checks, and what they find is drawn. The same in the extension and in the single file.

import { announce, byId, element } from '../shared/dom.js';
import { language, t } from '../shared/i18n.js';
import { ROOTS } from '../verifier/roots.js';
import { Client } from './verify-client.js';
import { fromDrop, fromFiles, fromFolder } from './verify-drop.js';
import { headlineOf, matchOf, verdictElement } from './verify-verdict.js';
import { day, plain } from './verify-words.js';

/** @typedef {import('../verifier/session.js').Dropped} Dropped @typedef {import('../verifier/session.js').Told} Told */
/** @typedef {import('./verify-drop.js').Gathered} Gathered */

/** As many as are taken, and how long each may be. */
const [ROOTS_GIVEN, ROOT_BYTES] = [16, 1 << 20];

/** @type {Dropped[]} */
let packages = [];
/** @type {(Told | null)[]} */
let verdicts = [];
/** @type {{name: string, bytes: Uint8Array}[]} */
const given = [];
/** Was the last run broken off? */
let ended = false;
/** @type {Client} */
let client;

const fingerprint = () => /** @type {HTMLInputElement} */ (byId('fingerprint')).value;

/** @param {number} index @param {Told} verdict */
const drawn = (index, verdict) =>
  verdictElement(packages[index].name, verdict, fingerprint(), (name) => client.read(index, name));

/** @param {string} words */
function busy(words) {
  byId('progress').hidden = words === '';
  byId('progress').textContent = words;
}

function run() {
  if (packages.length === 0) return;
  verdicts = packages.map(() => null);
  ended = false;
  byId('results').replaceChildren();
  busy(t('verifyBusy', plain(packages[0].name), '…'));
  client.verify(
    packages,
    given.map(({ bytes }) => bytes),
  );
}

/** @param {number} part */
const percent = (part) => new Intl.NumberFormat(language(), { style: 'percent' }).format(Math.min(1, part));

/** @param {import('../verifier/session.js').Answer} answer */
function heard(answer) {
  if (answer.type === 'progress') busy(t('verifyBusy', plain(packages[answer.index].name), percent(answer.part)));
  if (answer.type === 'verdict') show(answer.index, answer.verdict);
  if (answer.type === 'done') finish(answer.badPems);
  if (answer.type === 'ended') breakOff();
}

/** @param {number} index @param {Told} verdict */
function show(index, verdict) {
  verdicts[index] = verdict;
  byId('results').append(drawn(index, verdict));
  matches = compared();
  announce(headlineOf(verdict, fingerprint()));
}

/** @param {number[]} badPems of those given, which are taken away again */
function finish(badPems) {
  busy('');
  if (badPems.length) {
    complain(t('verifyRootBad', named(badPems.map((index) => given[index]))));
    given.splice(0, given.length, ...given.filter((_, index) => !badPems.includes(index)));
    drawRoots();
  }
  byId('print').hidden = false;
  if (document.activeElement !== byId('fingerprint')) byId('results').querySelector('article')?.focus(); // or keys go astray
}

/** What was told of packages before stands; of the others nothing was. */
function breakOff() {
  busy('');
  ended = true;
  byId('results').append(...ends());
}

const ends = () => (ended ? [element('p', { class: 'wrong', role: 'alert' }, t('verifyEnded'))] : []);

/** @param {string} words @param {string} pem @param {string} more */
const rootItem = (words, pem, more) =>
  element(
    'li',
    {},
    words,
    element('span', { class: 'small' }, more),
    pem ? element('code', { dir: 'ltr' }, pem) : null,
  );

function drawRoots() {
  const known = ROOTS.map(({ authority, name, source, copied, taken, sha256 }) => {
    const from = t(copied ? 'verifyRootCopy' : 'verifyRootFrom', source, day(taken));
    return rootItem(t('remindNamed', authority, name), sha256, from);
  });
  byId('roots').replaceChildren(...known, ...given.map(({ name }) => rootItem(plain(name), '', t('verifyRootGiven'))));
}

/** @param {{name: string}[]} files */
const named = (files) => files.map(({ name }) => plain(name)).join(', ');

/** Where it is seen. @param {string} words */
function complain(words) {
  byId('root-wrong').textContent = words;
  if (words) /** @type {HTMLDetailsElement} */ (byId('trust')).open = true;
}

/** @param {File[]} pems */
async function addRoots(pems) {
  if (pems.length === 0) return;
  /** @type {File[]} */
  const left = [];
  for (const file of pems) {
    const room = given.length < ROOTS_GIVEN && file.size < ROOT_BYTES;
    const bytes = room ? await file.arrayBuffer().catch(() => null) : null;
    if (bytes) given.push({ name: file.name, bytes: new Uint8Array(bytes) });
    else left.push(file);
  }
  complain(left.length ? t('verifyRootNot', named(left)) : '');
  drawRoots();
}

/** What was dropped last is what is shown, though a large folder takes longer to list than what came after it. */
let [drops, shown] = [0, 0];

/** @param {Gathered | Promise<Gathered>} gathering */
async function take(gathering) {
  drops += 1;
  const drop = drops;
  const { packages: dropped, pems } = await gathering;
  await addRoots(pems);
  if (dropped.length && drop > shown) [packages, shown] = [dropped, drop];
  const none = dropped.length + pems.length === 0; // a mail’s attachment, drawn out of another page, is an address
  byId('no-file').textContent = none ? t('verifyNoFile') : '';
  if (!none) run();
}

/** The input is emptied, or to choose the same again would change nothing. @param {Event} event @returns {File[]} */
function filesOf(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const files = [...(input.files ?? [])];
  input.value = '';
  return files;
}

function listen() {
  byId('zips').addEventListener('change', (event) => void take(fromFiles(filesOf(event))));
  byId('folder').addEventListener('change', (event) => void take(fromFolder(filesOf(event))));
  byId('pems').addEventListener('change', (event) => void take({ packages: [], pems: filesOf(event) }));
  byId('fingerprint').addEventListener('input', compare);
  byId('print').addEventListener('click', () => window.print());
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    if (event.dataTransfer) void take(fromDrop(event.dataTransfer));
  });
}

/** What the fingerprint comes to, of each verdict. */
const compared = () => verdicts.map((verdict) => matchOf(fingerprint(), verdict?.key ?? null)).join();

/** As it was drawn last. */
let matches = '';

/** The fingerprint was entered or changed: each verdict says what it comes to. */
function compare() {
  const now = compared();
  if (now !== matches) redraw();
  matches = now;
}

/** In another language, all of it anew. */
export function redraw() {
  drawRoots();
  const all = verdicts.flatMap((verdict, index) => (verdict ? [drawn(index, verdict)] : []));
  byId('results').replaceChildren(...all, ...ends());
}

/** @param {import('./verify-client.js').Ways} ways */
export function openVerifier(ways) {
  client = new Client(ways);
  client.heard = heard;
  drawRoots();
  listen();
}
