// The whole check of a package, in the order of docs/evidence-format.md section 14. Nothing here draws, and nothing reaches a network.

import { Aside, ENTRIES } from './aside.js';
import { checkAttachments } from './attachments.js';
import { checkBag } from './bag.js';
import { openCheckpoint } from './checkpoint.js';
import { derivedIn } from './derived.js';
import { digestAll } from './digest.js';
import { Entries } from './entries.js';
import { contentsOf } from './exhibits.js';
import { Findings } from './fault.js';
import { checkExtends } from './fork.js';
import { readKey } from './keys.js';
import { checkLayout } from './layout.js';
import { LIMITS } from './limits.js';
import { checkProof } from './proofs.js';
import { checkSignature } from './signature.js';
import { whole } from './source.js';
import { timeText } from './times.js';
import { checkTimestamps, stampsOf } from './timestamps.js';

/** @typedef {import('./container.js').Container} Container @typedef {import('./container.js').ContainerFile} ContainerFile */
/** @typedef {import('./fork.js').Head} Head @typedef {import('./keys.js').Key} Key @typedef {import('./report-model.js').ReportModel} ReportModel */
/**
 * @typedef {{roots: import('./certificates.js').Cert[], earlier?: Head | null, progress?: (done: number, total: number) => void,
 *   sums?: import('./sums-client.js').SumsClient | null}} Options `sums`: another thread, for packages that take long
 */
/**
 * What `consentlog verify --json` tells, with sentences as data; and what there is to show.
 * @typedef {object} Verdict
 * @property {boolean} good
 * @property {string | null} log
 * @property {string | null} key
 * @property {number} entries
 * @property {number} withheld
 * @property {number} unread
 * @property {number} findings of what entries say
 * @property {number} remarks
 * @property {number} stamped_size
 * @property {string | null} stamped_time
 * @property {import('./fault.js').Finding[]} checks
 * @property {{size: number, time: string, not_before: string, not_after: string, authority: string}[]} timestamps
 * @property {import('./brackets.js').Bracket[]} brackets
 * @property {{file: string, root: string}[]} untrusted
 * @property {string} kind of the container
 * @property {string[]} derived files that are not opened here
 * @property {Head | null} head of a good package, for those after it
 * @property {ReportModel | null} model of a good package
 */

const SMALL = [
  'bagit.txt',
  'bag-info.txt',
  'data/allowed_signers',
  'data/checkpoint',
  'data/public-key.pem',
  'data/vkey',
  'manifest-sha256.txt',
  'tagmanifest-sha256.txt',
  'tagmanifest-sha256.txt.sig',
];

/** One run over one package: each check, and what the next need of it. */
class Run {
  findings = new Findings(LIMITS.remarks);
  /** @type {Map<string, Uint8Array>} */
  texts = new Map();
  /** @type {Map<string, Uint8Array>} */
  digests = new Map();
  /** @type {Key | null} */
  key = null;
  /** @type {import('./checkpoint.js').Checkpoint | null} */
  checkpoint = null;
  /** @type {Entries | null} */
  entries = null;
  /** @type {import('./timestamps.js').Times | null} */
  times = null;
  /** @type {Aside | null} */
  aside = null;

  /** @type {unknown} */
  layoutFault = null;
  /** @type {unknown} of the files' contents, as the container says them */
  dataFault = null;
  found = 0;
  /** @type {import('./bag.js').BagInfo} */
  info = { foreign: 0, identifier: '' };

  /** @param {() => Promise<Container> | Container} open @param {Options} options */
  constructor(open, options) {
    this.open = open;
    this.options = options;
    /** @type {Container} */
    this.container = { files: new Map(), count: 0, kind: 'own' };
  }

  get files() {
    return this.container.files;
  }

  /** @param {string} name */
  text = (name) => /** @type {Uint8Array} */ (this.texts.get(name));

  /** @param {string} name @param {() => Promise<void> | void} body @returns {Promise<boolean>} */
  async check(name, body) {
    try {
      await body();
      return true;
    } catch (why) {
      this.findings.failed(name, why);
      return false;
    }
  }

  /** Every byte is read once; but not those of a package that has other files than one has. */
  async readContainer() {
    const { findings, options } = this;
    this.container = await this.open();
    try {
      checkLayout(this.files);
    } catch (why) {
      this.layoutFault = why;
    }
    if (!this.layoutFault) {
      this.aside = await Aside.of(this.container, options.sums ?? null);
      const part = this.aside ? 1 : 0.6;
      const digests = digestAll(
        this.files,
        (done, total) => options.progress?.(done * part, total),
        this.aside && {
          name: ENTRIES,
          digest: (file, passed) => /** @type {Aside} */ (this.aside).digest(file, passed),
        },
      );
      this.digests = await digests.catch((why) => {
        this.dataFault = why;
        return new Map();
      });
    }
    const { kind, count } = this.container;
    if (kind !== 'own') findings.remark('container', null, `container-${kind}`);
    findings.good('container', 'container', count);
  }

  async layout() {
    if (this.layoutFault) throw this.layoutFault;
    if (!this.dataFault)
      for (const name of SMALL) this.texts.set(name, await whole(/** @type {ContainerFile} */ (this.files.get(name))));
    this.findings.good('layout', 'layout');
  }

  bag() {
    if (this.dataFault) throw this.dataFault;
    const sizes = new Map([...this.files].map(([name, { size }]) => [name, size]));
    this.info = checkBag({ digests: this.digests, sizes, text: this.text });
    if (this.info.foreign) this.findings.remark('bag', 'bag-info.txt', 'infoForeign', this.info.foreign);
    this.findings.good('bag', 'bag');
  }

  readKey() {
    this.key = readKey(this.text);
    const { identifier } = this.info;
    if (identifier && !identifier.startsWith(`${this.key.name} `))
      this.findings.remark('key', 'bag-info.txt', 'infoOther');
    this.findings.good('key', 'key', this.key.fingerprint);
  }

  signature() {
    checkSignature(this.text, /** @type {Key} */ (this.key).bytes);
    this.findings.good('signature', 'signature');
  }

  readCheckpoint() {
    this.checkpoint = openCheckpoint(this.text('data/checkpoint'), /** @type {Key} */ (this.key), 'data/checkpoint');
    this.findings.good('checkpoint', 'checkpoint', this.checkpoint.size);
  }

  async readEntries() {
    const { key, checkpoint, findings } = this;
    if (!key || !checkpoint) return;
    const { entries, fault } = await this.#lines(checkpoint);
    if (fault) {
      entries.holdGenesis(key);
      throw fault.why;
    }
    entries.hold(key, checkpoint);
    this.entries = entries;
    entries.remark(findings);
    findings.good('entries', 'entries', entries.tree.size, entries.withheld);
  }

  /** Every line, read; here, or before. @param {import('./checkpoint.js').Checkpoint} checkpoint @returns {Promise<import('./aside.js').Outcome>} */
  async #lines(checkpoint) {
    const { options, aside } = this;
    if (aside?.outcome) return aside.outcome;
    const sizes = stampsOf(this.files.keys()).map(({ size }) => size);
    const entries = new Entries(sizes, await contentsOf(this.files));
    const reading = entries.read(/** @type {ContainerFile} */ (this.files.get(ENTRIES)), (lines) =>
      options.progress?.(0.6 * checkpoint.size + 0.4 * Math.min(lines, checkpoint.size), checkpoint.size),
    );
    const fault = await reading.then(
      () => null,
      (why) => ({ why }),
    );
    return { entries, fault };
  }

  extend() {
    const {
      key,
      entries,
      findings,
      options: { earlier },
    } = this;
    if (!earlier || !key || !entries) return;
    const why = checkExtends(earlier, key, entries.tree);
    if (why) findings.remark('extends', null, why);
    findings.good('extends', why ? 'extendsNothing' : 'extends', earlier.size);
  }

  async attachments() {
    const entries = /** @type {Entries} */ (this.entries);
    const { count, missing } = await checkAttachments(this.files, this.digests, entries);
    entries.model.enclose(this.files);
    if (missing) this.findings.remark('attachments', 'data/entries.jsonl', 'attachmentsWithheld', missing);
    this.findings.good('attachments', 'attachments', count);
  }

  async proofs() {
    const names = [...this.files.keys()].filter((name) => name.startsWith('data/proofs/')).sort();
    for (const name of names) {
      const bytes = await whole(/** @type {ContainerFile} */ (this.files.get(name)));
      checkProof(name, bytes, /** @type {Entries} */ (this.entries).tree, this.text('data/checkpoint'));
    }
    this.findings.good('proofs', 'proofs', names.length);
  }

  async timestamps() {
    const {
      files,
      digests,
      findings,
      options: { roots },
    } = this;
    this.times = await checkTimestamps({
      files,
      digests,
      findings,
      roots,
      key: /** @type {Key} */ (this.key),
      entries: /** @type {Entries} */ (this.entries),
    });
    const { stamps, contradicted, untrusted } = this.times;
    if (contradicted) findings.good('timestamps', 'stampsContradicted', stamps.length);
    else if (stamps.length)
      findings.good('timestamps', 'stamps', stamps.length, Math.max(...stamps.map(({ size }) => size)));
    else findings.good('timestamps', untrusted.length ? 'stampsUncounted' : 'stampsNone');
  }

  contents() {
    this.found = this.entries?.tell(this.findings, this.times?.found ?? []) ?? 0;
  }
}

/** Of a package that is not good, nothing is told of its contents. */
const GOOD = 'all before';

/** Each check, and the one whose good end it needs. @type {readonly [string, string | null, (run: Run) => Promise<void> | void][]} */
const CHECKS = Object.freeze([
  ['container', null, (run) => run.readContainer()],
  ['layout', 'container', (run) => run.layout()],
  ['bag', 'layout', (run) => run.bag()],
  ['key', 'bag', (run) => run.readKey()],
  ['signature', 'key', (run) => run.signature()],
  ['checkpoint', 'key', (run) => run.readCheckpoint()],
  ['entries', 'checkpoint', (run) => run.readEntries()],
  ['extends', 'entries', (run) => run.extend()],
  ['attachments', 'entries', (run) => run.attachments()],
  ['proofs', 'entries', (run) => run.proofs()],
  ['timestamps', 'entries', (run) => run.timestamps()],
  ['contents', GOOD, (run) => run.contents()],
  ['derived', GOOD, (run) => run.findings.skipped('derived', 'derivedNot')], // made by a program in C; not made again here
]);

/** @param {Run} run */
async function runChecks(run) {
  const ended = new Set([/** @type {string | null} */ (null)]);
  for (const [name, needs, body] of CHECKS) {
    if (name === 'extends' && !run.options.earlier) continue;
    if (needs === GOOD ? !run.findings.isGood : !ended.has(needs)) run.findings.skipped(name);
    else if (await run.check(name, () => body(run))) ended.add(name);
  }
}

/** What counted time-stamps show. @param {import('./timestamps.js').Times | null} times */
function timesOf(times) {
  const counted = times && !times.contradicted ? times.stamps : [];
  const size = Math.max(0, ...counted.map((stamp) => stamp.size));
  const latest = Math.min(...counted.filter((stamp) => stamp.size === size).map((stamp) => stamp.latest));
  return {
    stamped_size: size,
    stamped_time: size ? timeText(latest) : null,
    timestamps: counted.map((stamp) => ({
      size: stamp.size,
      time: timeText(stamp.time),
      not_before: timeText(stamp.earliest),
      not_after: timeText(stamp.latest),
      authority: stamp.authority,
    })),
    brackets: times?.brackets ?? [],
    untrusted: times?.untrusted ?? [],
  };
}

/** What the entries tell, if all is well. @param {Run} run */
function toldBy({ findings, key, entries, checkpoint }) {
  const counts = { entries: entries?.tree.size ?? 0, withheld: entries?.withheld ?? 0, unread: entries?.unread ?? 0 };
  if (!findings.isGood || !key || !entries || !checkpoint) return { ...counts, head: null, model: null };
  const head = { name: key.name, fingerprint: key.fingerprint, size: checkpoint.size, root: checkpoint.root };
  return { ...counts, head, model: entries.model };
}

/**
 * @param {() => Promise<Container> | Container} open
 * @param {Options} options
 * @returns {Promise<Verdict>}
 */
export async function verify(open, options) {
  const run = new Run(open, options);
  await runChecks(run);
  const { findings, key, times, container } = run;
  return {
    good: findings.isGood,
    log: key?.name ?? null,
    key: key?.fingerprint ?? null,
    findings: run.found,
    remarks: findings.remarks,
    checks: findings.list,
    ...toldBy(run),
    ...timesOf(times),
    kind: container.kind,
    derived: derivedIn(container.files.keys()),
  };
}
