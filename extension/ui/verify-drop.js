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

/**
 * The same by the handles that Chromium has: there a page from a disk may list a folder by its entries, but read no file of it (EncodingError).
 * @param {any} handle @param {string} path @param {Dropped['files']} to
 */
async function walkHandle(handle, path, to) {
  if (to.length > FILES) return;
  if (handle.kind === 'file') {
    to.push({ path, blob: await handle.getFile() });
    return;
  }
  for await (const inner of handle.values()) await walkHandle(inner, `${path}/${inner.name}`, to);
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
  // All that is asked of the data is asked at once: after the first wait they are empty.
  const folders = [...data.items].flatMap((item) => {
    const entry = item.webkitGetAsEntry?.();
    return entry?.isDirectory
      ? [{ name: entry.name, entry, handle: /** @type {any} */ (item).getAsFileSystemHandle?.() }]
      : [];
  });
  const names = new Set(folders.map(({ name }) => name));
  const gathered = fromFiles([...data.files].filter(({ name }) => !names.has(name)));
  for (const { name, entry, handle } of folders) {
    /** @type {Dropped['files']} */
    const files = [];
    const read = async () => {
      const by = await handle;
      await (by ? walkHandle(by, name, files) : walk(entry, files));
    };
    const unread = await read().then(
      () => undefined,
      (why) => String(why?.message ?? why),
    );
    gathered.packages.push({ name, zip: null, files, unread });
  }
  return inOrder(gathered);
}
