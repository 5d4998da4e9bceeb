// What somebody dropped or chose: packages as ZIP files or folders, and certificates.

/** @typedef {import('../verifier/session.js').Dropped} Dropped */
/** @typedef {{packages: Dropped[], pems: File[]}} Gathered */

const FILES = 65534;
const CERTIFICATE = /\.(?:pem|crt|cer)$/i;

/** @param {FileSystemDirectoryEntry} folder @returns {Promise<FileSystemEntry[]>} */
async function entriesOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0 || all.length > FILES) return all;
    all.push(...some);
  }
}

/** @param {FileSystemEntry} entry @param {Dropped['files']} to */
async function walk(entry, to) {
  if (to.length > FILES) return;
  if (entry.isFile) {
    const file = /** @type {FileSystemFileEntry} */ (entry);
    const blob = await new Promise((resolve, reject) => file.file(resolve, reject));
    to.push({ path: entry.fullPath.slice(1), blob });
    return;
  }
  for (const inner of await entriesOf(/** @type {FileSystemDirectoryEntry} */ (entry))) await walk(inner, to);
}

/** As people count, 9 before 12: of two packages of one log the older has the smaller number. @param {Gathered} gathered */
function inOrder({ packages, pems }) {
  const byName = new Intl.Collator('en', { numeric: true });
  return { packages: packages.sort((a, b) => byName.compare(a.name, b.name)), pems };
}

/** @param {File[]} files @returns {Gathered} */
export function fromFiles(files) {
  const pems = files.filter(({ name }) => CERTIFICATE.test(name));
  const packages = files
    .filter(({ name }) => !CERTIFICATE.test(name))
    .map((zip) => ({ name: zip.name, zip, files: [] }));
  return inOrder({ packages, pems });
}

/** Files of a folder that was chosen. @param {File[]} files @returns {Gathered} */
export function fromFolder(files) {
  const list = files.map((blob) => ({ path: blob.webkitRelativePath || blob.name, blob }));
  return { packages: list.length ? [{ name: list[0].path.split('/')[0], zip: null, files: list }] : [], pems: [] };
}

/** @param {DataTransfer} data @returns {Promise<Gathered>} */
export async function fromDrop(data) {
  const entries = [...data.items]
    .map((item) => item.webkitGetAsEntry?.())
    .filter((entry) => entry !== null && entry !== undefined);
  const folders = entries.filter((entry) => entry.isDirectory);
  const names = new Set(folders.map(({ name }) => name));
  const gathered = fromFiles([...data.files].filter(({ name }) => !names.has(name)));
  for (const folder of folders) {
    /** @type {Dropped['files']} */
    const files = [];
    await walk(folder, files);
    gathered.packages.push({ name: folder.name, zip: null, files });
  }
  return inOrder(gathered);
}
