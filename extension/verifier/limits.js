// Bounds on everything that a stranger's bytes can ask for. Those of docs/evidence-format.md, and the sizes of what is held in memory.

export const LIMITS = Object.freeze({
  container: 4294967294, // bytes of a package, packed and unpacked
  files: 65534,
  name: 160,
  records: 262140, // of another program's ZIP
  longName: 1024, // bytes of a name in it, its folders included
  extra: 64512, // and of the fields beside it
  directory: 24 << 20, // bytes of them
  unpacked: 16 << 20, // bytes that any ZIP may unpack to,
  ratio: 64, // and so many times its own
  manifest: 65535 * (66 + 160), // a line a file
  note: 16384,
  signatures: 100,
  proof: 64 * 45 + 128 + 16384, // the hashes, what stands above them, and a note
  entry: 65535,
  token: 1 << 16,
  chain: 1 << 17,
  attachments: 64,
  attachment: 1 << 22,
  exhibit: 26214400,
  side: 8192, // pixels
  depth: 8,
  members: 64,
  values: 16384,
  remarks: 20000, // kept to be shown: one for each answer that a package can have, and those that are said of its entries
  changes: 2000, // events, runs and exhibits that the report model keeps
  certificates: 32, // that may have issued one
  path: 11, // of them in a row: ten authorities and the root
  tries: 1024, // signatures of certificates
});
