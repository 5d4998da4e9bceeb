// How much of each room of the host the fuzz targets reach, all together: of what libFuzzer prints with -print_coverage=1, which needs
// llvm-symbolizer. node coverage.mjs LOG…
import { readFileSync } from 'node:fs';

const FUNCTION = /^(?:UN)?COVERED_FUNC: hits: \d+ edges: (\d+)\/(\d+) (\S+) .*\/(host\/(\w+)\/[\w./]+):\d+$/gm;

/** @type {Map<string, {room: string, hit: number, all: number}>} */
const functions = new Map();
for (const path of process.argv.slice(2))
  for (const [, hit, all, name, file, room] of readFileSync(path, 'utf8').matchAll(FUNCTION)) {
    const key = `${file} ${name}`;
    // The most that one target reaches of a function: another may reach the rest, so this is the least that all do.
    const before = functions.get(key)?.hit ?? 0;
    functions.set(key, { room, hit: Math.max(before, Number(hit)), all: Number(all) });
  }

/** @type {Map<string, {hit: number, all: number, entered: number, count: number}>} */
const rooms = new Map();
for (const { room, hit, all } of functions.values()) {
  const sum = rooms.get(room) ?? { hit: 0, all: 0, entered: 0, count: 0 };
  rooms.set(room, {
    hit: sum.hit + hit,
    all: sum.all + all,
    entered: sum.entered + (hit > 0 ? 1 : 0),
    count: sum.count + 1,
  });
}
if (rooms.size === 0) console.log('coverage: not told (is llvm-symbolizer here?)');
for (const [room, { hit, all, entered, count }] of [...rooms].sort(([a], [b]) => a.localeCompare(b)))
  console.log(
    `${room.padEnd(12)} ${String(Math.round((100 * hit) / all)).padStart(3)} % of ${all} edges (the sanitizers’ own among them), ${entered} of ${count} functions`,
  );
