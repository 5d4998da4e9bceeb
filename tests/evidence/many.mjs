// Many packages judged by programs that are started once for all of them: a start takes longer than most judgements.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const CLI = join(process.env.CL_BUILD ?? join(here, '../../build'), 'consentlog');

/** @param {string} program @param {string[]} args @param {string[]} paths on its input @returns {Promise<any[]>} a value a line, of each */
const ofEach = (program, args, paths) =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C' };
    const child = execFile(program, args, { env, maxBuffer: 1 << 28 }, (_, out, err) => {
      try {
        const said = out.split('\n').filter(Boolean);
        assert.deepEqual([said.length, err], [paths.length, '']);
        resolve(said.map((line) => JSON.parse(line)));
      } catch (error) {
        reject(error);
      }
    });
    child.stdin.end(paths.map((path) => `${path}\n`).join(''));
  });

/** What `consentlog verify --json` says of each by itself. @param {string[]} paths @param {string} [roots] */
export const firstOpinions = (paths, roots) =>
  ofEach(
    'sh',
    [
      '-c',
      'while read -r path; do "$@" "$path"; done',
      'sh',
      CLI,
      'verify',
      '--json',
      ...(roots ? ['--tsa-roots', roots] : []),
    ],
    paths,
  );

/**
 * What the second verifier says of each: good; and where it is, entries by number, and remarks; else why not.
 * @param {string[]} paths @param {string} [roots]
 */
export const secondOpinions = (paths, roots) =>
  ofEach('python3', [join(here, 'verify.py'), '--each', ...(roots ? [roots] : [])], paths);

// As `python3 check.py`, there.
const CHECKS = `import contextlib, io, json, os, runpy, sys, traceback
for folder in sys.stdin.read().splitlines():
    os.chdir(folder)
    out, good = io.StringIO(), True
    with contextlib.redirect_stdout(out):
        try:
            runpy.run_path('check.py', run_name='__main__')
        except Exception:
            good = False
            traceback.print_exc(file=out)
    print(json.dumps({'good': good, 'out': out.getvalue()}))`;

/** What the check.py in each folder prints, and whether it comes to its end. @param {string[]} folders */
export const checkedByHand = (folders) => ofEach('python3', ['-c', CHECKS], folders);
