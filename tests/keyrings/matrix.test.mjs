// Each keyring program in each state, against the one table (expected.mjs); the answers are printed as that table.
import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { CLI, end, LOGIN, PASSWORD, Session, sleep, waitUntil } from '../e2e/host.mjs';
import { entriesOf, marked, markOf, randomSource } from '../faults/support.mjs';
import { EXPECTED, PROGRAMS } from './expected.mjs';
import { hasKeePassXC, KeePassXC } from './keepassxc.mjs';
import { KWallet, kwalletd, noPlugin } from './kwallet.mjs';

/**
 * One program in one session, as far as a table can tell them apart.
 * @typedef {object} Program
 * @property {Session} session
 * @property {() => Promise<void>} lock while it runs
 * @property {(open: boolean) => Promise<void>} restart
 * @property {() => Promise<void>} die at once
 * @property {boolean} [waits] its window waits for a member who does not come
 * @property {() => Promise<void>} [asked] what is to be done before it asks the member
 * @property {() => Promise<void>} [refuse] the member, in front of the window
 * @property {() => Promise<void>} [agree]
 */

/** @typedef {(state: string, answer: string) => void} Note */

let number = 0;

const TRIES = 10;

/**
 * On a busy machine any answer may be that the keyring was too slow: then it is asked again, and what it says at last counts.
 * @template T @param {() => T | Promise<T>} ask @param {(said: T) => boolean} isLate @returns {Promise<T>}
 */
async function patiently(ask, isLate) {
  let said = await ask();
  for (let i = 1; i < TRIES && isLate(said); i++) said = await ask();
  return said;
}

/** @param {Session} session @param {string[]} args @param {string} [input] */
const command = (session, args, input = '') =>
  patiently(
    () => session.run(CLI, args, { input }),
    ({ stderr }) => stderr.includes('did not answer in time'),
  );

/** What a record says; and status the same, or both. @param {Session} session */
const answer = (session) =>
  patiently(
    async () => {
      const recorded = await session.once('record', { observations: [marked('matrix', ++number)] });
      const said = recorded.ok ? 'ok' : recorded.error.code;
      const { result } = await session.once('status');
      const status = result.keyring !== 'ok' ? result.keyring : result.log === 'log-absent' ? 'ok' : result.log;
      return said === status || (said === 'ok' && status === 'keyring-consent')
        ? said
        : `${said}, but status ${status}`;
    },
    (said) => said.includes('keyring-timeout'),
  );

/** @param {{session: Session}} program @param {Note} note */
async function unanswered({ session }, note) {
  const host = session.host();
  host.writeFrame('{"id":1,"op":"unlock","params":{}}');
  await sleep(700);
  const waits = host.child.exitCode === null;
  host.end();
  const { code } = await host.exited;
  note('unlock unanswered', waits && code === 0 ? 'ends with its port' : `ended by itself, ${code}`);
}

/** @param {Session} session @param {() => Promise<void>} person in front of the window */
async function unlock(session, person) {
  const host = session.host();
  const [got] = await Promise.all([host.send('unlock', {}, 60_000), person()]);
  const record = () => host.send('record', { observations: [marked('matrix', ++number)] });
  const then = got.ok ? await patiently(record, ({ error }) => error?.code === 'keyring-timeout') : got;
  await host.close();
  return then.ok ? 'ok' : then.error.code;
}

/** From the first record to a restart. @param {Program} program @param {Note} note */
async function life(program, note) {
  const { session } = program;
  note('first record', await answer(session));
  note('later records', await answer(session));
  await program.lock();
  note('locked while running', await answer(session));
  if (program.waits) await unanswered(program, note);
  await program.asked?.();
  if (program.refuse) note('unlock refused', await unlock(session, program.refuse));
  if (program.agree) note('unlock', await unlock(session, program.agree));
  await program.restart(false);
  note('locked since the start', await answer(session));
  await program.restart(true);
  note('restart', await answer(session));
}

/** Killed while it records, its key lost, an older file put back. @param {Program} program @param {Note} note */
async function death(program, note, rounds = 4) {
  const { session } = program;
  const random = randomSource();
  const acknowledged = [];
  for (let round = 0; round < rounds; round++) {
    const host = session.host();
    const dead = sleep(50 + random.below(450)).then(() => program.die());
    for (let alive = true; alive;) {
      const n = ++number; // which others count on too meanwhile
      const said = await host.send('record', { observations: [marked('killed', n)] });
      alive = said.ok;
      if (alive) acknowledged.push(n);
    }
    await dead;
    await host.close();
    await program.restart(true);
  }
  await answer(session);
  const seen = new Set(entriesOf(session).map((entry) => markOf(entry)?.n));
  const missing = acknowledged.filter((n) => !seen.has(n));
  note('killed while recording', missing.length === 0 ? 'nothing missing' : `missing: ${missing.length}`);

  const lines = (await command(session, ['recovery', 'show'])).stdout.matchAll(/^ {2}[1-6]: {2}(\S+)$/gm);
  const code = [...lines].map(([, line]) => `${line}\n`).join('');
  const kept = `${session.dir}/kept.sqlite`;
  copyFileSync(session.log, kept);
  session.probe('delete', 'key', session.probe('load', '-', session.log)[1]);
  note('key lost', await answer(session));
  await command(session, ['recovery', 'restore'], code);
  note('recovery', await answer(session));
  copyFileSync(kept, session.log);
  note('older file put back', await answer(session));
  await command(session, ['acknowledge', '--yes']);
  note('acknowledge', await answer(session));
}

/**
 * A log whose key is in another collection than the default one.
 * @param {{session: Session, away: () => Promise<void>, back: () => Promise<void>}} program back: open its collection
 * @param {Note} note
 */
async function elsewhere(program, note) {
  const { session } = program;
  note('another collection is the default', await answer(session));
  await program.away();
  note('its collection is locked, that one open', await answer(session));
  rmSync(session.log);
  note('file deleted meanwhile', await answer(session));
  await program.back();
  note('its collection opened', await answer(session));
}

/** @param {{stop: () => Promise<void>}} world @param {() => Promise<void>} body */
async function within(world, body) {
  try {
    await body();
  } finally {
    await world.stop();
  }
}

const nobody = async () => {};

// ------------------------------------------------------------------------------------------------ gnome-keyring

/** @param {Note} note */
async function gnome(note) {
  const session = await Session.start({ keyring: 'locked', prompter: ['cancel', `ok:${PASSWORD}`] });
  await within(session, async () => {
    note('locked, no log yet', await answer(session));
    await session.restartDaemon('unlock');
    const program = {
      session,
      lock: async () => session.lock(),
      restart: (/** @type {boolean} */ open) => session.restartDaemon(open ? 'unlock' : 'lock'),
      die: () => end(session.daemon, 'SIGKILL'),
      refuse: nobody, // the mock prompter answers by itself
      agree: nobody,
    };
    await life(program, note);
    await death(program, note);
  });
  const second = await Session.start({ prompter: ['delay:100000', `ok:${PASSWORD}`] });
  await within(second, async () => {
    const other = second.collection('other');
    second.setDefault(other);
    assert.equal(await answer(second), 'ok');
    second.lock(other);
    await unanswered({ session: second }, note);
    await second.restartDaemon('unlock');
    second.open(other);
    second.setDefault(LOGIN);
    const away = () => second.restartDaemon('unlock');
    await elsewhere({ session: second, away, back: async () => second.open(other) }, note);
    await second.stopDaemon();
    note('service off', await answer(second));
  });
  const empty = await Session.start({ keyring: 'empty' });
  await within(empty, async () => note('no default', await answer(empty)));
}

// ------------------------------------------------------------------------------------------------ KWallet

/** @param {KWallet} kwallet @param {string} [wallet] @returns {Program} */
const walletProgram = (kwallet, wallet = 'kdewallet') => ({
  session: kwallet.session,
  lock: async () => kwallet.lock(wallet),
  async restart(open) {
    if (kwallet.daemon) await kwallet.down();
    await kwallet.up();
    if (open) kwallet.login(wallet);
  },
  die: () => kwallet.down('SIGKILL'),
  waits: true,
});

/** @param {Note} note */
async function kwallet(note) {
  const first = await KWallet.start();
  await within(first, async () => {
    await first.up();
    note('locked, no log yet', await answer(first.session));
    first.login('kdewallet');
    await life(walletProgram(first), note);
    await death(walletProgram(first), note);
  });
  const two = await KWallet.start({ wallets: ['kdewallet', 'second'] });
  await within(two, async () => {
    await two.up();
    two.configure('second');
    two.login('second');
    two.login('kdewallet');
    assert.equal(await answer(two.session), 'ok');
    two.configure('kdewallet');
    const away = () => walletProgram(two).restart(true);
    await elsewhere({ session: two.session, away, back: async () => two.login('second') }, note);
  });
  for (const [state, options] of /** @type {const} */ ([
    ['service off', { service: false, wallets: [] }],
    ['no default', { wallets: [] }],
  ])) {
    const bare = await KWallet.start(options);
    await within(bare, async () => {
      await bare.up();
      note(state, await answer(bare.session));
    });
  }
}

/** @param {Note} note @param {string[]} before */
async function kwalletWithoutPlugin(note, before) {
  const it = await KWallet.start();
  await within(it, async () => {
    const up = async () => {
      await it.up(before);
      it.login('kdewallet');
    };
    await up();
    note('first record', await answer(it.session));
    note('later records', await answer(it.session));
    await it.down();
    await up();
    note('restart', await answer(it.session));
  });
}

// ------------------------------------------------------------------------------------------------ KeePassXC

/** @param {KeePassXC} keepassxc @returns {Program} */
const keepassxcProgram = (keepassxc) => ({
  session: keepassxc.session,
  lock: () => keepassxc.lock(),
  async restart(open) {
    if (keepassxc.program) await keepassxc.down();
    await keepassxc.up(open ? ['first'] : [], open ? [] : ['first']);
  },
  die: () => keepassxc.down('SIGKILL'),
  waits: true,
});

/** @param {KeePassXC} keepassxc @param {string} name */
async function openDatabase(keepassxc, name) {
  keepassxc.openDatabase(name);
  await waitUntil(() => keepassxc.isOpen(name), `${name} is open`);
}

/** @param {Note} note @param {import('./keepassxc.mjs').KeePassXCOptions} options @param {boolean} all */
async function keepassxc(note, options, all) {
  const { confirm = false } = options;
  const first = await KeePassXC.start(options);
  await within(first, async () => {
    await first.up([], ['first']);
    note('locked, no log yet', await answer(first.session));
    await openDatabase(first, 'first');
    const program = keepassxcProgram(first);
    program.waits = !options.unlockBeforeSearch;
    if (confirm) {
      program.asked = async () => {
        await program.restart(true);
      };
      program.refuse = () => first.press('Access Request', 'Escape');
      program.agree = () => first.press('Access Request', 'Return');
    }
    await life(program, note);
    if (all) await death(program, note, 2);
  });
  const two = await KeePassXC.start({ ...options, databases: ['first', 'second'] });
  await within(two, async () => {
    await two.up(['first']);
    assert.equal(await answer(two.session), 'ok');
    await openDatabase(two, 'second');
    const away = async () => {
      await two.down();
      await two.up(['second'], ['first']);
    };
    await elsewhere({ session: two.session, away, back: () => openDatabase(two, 'first') }, note);
  });
  const bare = /** @type {const} */ ([
    ['no default', { ...options, unshared: ['first'] }, !options.unlockBeforeSearch],
    ['service off', { ...options, service: false }, all],
  ]);
  for (const [state, more] of bare.filter(([, , has]) => has)) {
    const it = await KeePassXC.start(more);
    await within(it, async () => {
      await it.up();
      note(state, await answer(it.session));
    });
  }
}

// ------------------------------------------------------------------------------------------------ the table

const absent = hasKeePassXC() ? null : 'KeePassXC or Xvfb is not in this distribution';
const noKWallet = kwalletd() ? null : 'KWallet is not in this distribution';
const through = kwalletd() ? noPlugin() : null;

/** @type {[(note: Note) => Promise<void>, string | null][]} a column each; why it is left out */
const columns = [
  [gnome, null],
  [kwallet, noKWallet],
  [(note) => kwalletWithoutPlugin(note, through ?? []), noKWallet ?? (through ? null : 'needs a mount namespace')],
  [(note) => keepassxc(note, {}, true), absent],
  [(note) => keepassxc(note, { confirm: true }, false), absent],
  [(note) => keepassxc(note, { unlockBeforeSearch: true }, false), absent],
];

/** @param {Map<string, string>[]} got */
function print(got) {
  const states = Object.keys(EXPECTED);
  const rows = states.map((state) => [
    state,
    ...PROGRAMS.map((_, i) => {
      const said = got[i].get(state);
      if (columns[i][1]) return 'left out';
      if (EXPECTED[state][i] === '—') return said ?? '—';
      return said === EXPECTED[state][i] ? said : `${said} INSTEAD OF ${EXPECTED[state][i]}`;
    }),
  ]);
  const all = [['', ...PROGRAMS], ...rows];
  const widths = all[0].map((_, i) => Math.max(...all.map((row) => row[i].length)));
  for (const row of all)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
  columns.forEach(([, why], i) => why && console.log(`${PROGRAMS[i]}: left out, ${why}`));
}

const got = PROGRAMS.map(() => new Map());

test('every program in every state', { concurrency: 3 }, async (t) => {
  await Promise.all(
    columns.map(([run, why], i) =>
      t.test(PROGRAMS[i], { skip: why ?? false }, async () => {
        await run((state, said) => void got[i].set(state, said));
        const wanted = Object.entries(EXPECTED)
          .map(([state, answers]) => [state, answers[i]])
          .filter(([, said]) => said !== '—');
        assert.deepEqual(Object.fromEntries(got[i]), Object.fromEntries(wanted));
      }),
    ),
  );
  print(got);
});
