// The host that stays, where a keyring asks about each program: who answers what, and when it goes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createStanding } from '../../extension/background/host/standing.js';
import { CodedError } from '../../extension/shared/errors.js';

const OK = { keyring: 'ok', log: 'ok', provider: 'keepassxc' };

/** Hosts that tell what they were asked; `says` answers by operation, or throws. */
function hosts(says = {}) {
  const told = [];
  const answer = async (who, op) => {
    told.push(`${who} ${op}`);
    const said = says[`${who} ${op}`] ?? says[op] ?? {};
    if (said instanceof Error) throw said;
    return typeof said === 'function' ? said() : said;
  };
  let opened = 0;
  const standing = createStanding({
    ask: (op) => answer('own', op),
    open: () => {
      const who = `port${(opened += 1)}`;
      return { ask: (op) => answer(who, op), close: () => void told.push(`${who} closed`) };
    },
  });
  return { standing, told, says };
}

describe('a host that stays', () => {
  it('there is none before the member was asked', async () => {
    const { standing, told } = hosts();
    await standing.ask('record');
    assert.deepEqual(told, ['own record']);
    assert.deepEqual(await standing.relay({ op: 'history', params: {}, timeoutMs: 1 }), { kept: false });
  });

  it('answers all that comes after, where the keyring asks about each program', async () => {
    const { standing, told } = hosts({ status: OK, history: { size: 3 } });
    await standing.unlock();
    for (const op of ['record', 'status', 'record']) await standing.ask(op);
    const relayed = await standing.relay({ op: 'history', params: {}, timeoutMs: 1 });
    assert.deepEqual(relayed, { kept: true, result: { size: 3 } });
    assert.deepEqual(told, ['port1 unlock', 'port1 record', 'port1 status', 'port1 record', 'port1 history']);
  });

  it('goes with the first status where the keyring does not', async () => {
    for (const status of [
      { keyring: 'ok', log: 'ok', provider: 'gnome-keyring-daemon' },
      { keyring: 'ok', log: 'log-absent', provider: null },
      { keyring: 'no-keyring-service', log: 'no-keyring-service', provider: null },
    ]) {
      const { standing, told } = hosts({ status });
      await standing.unlock();
      for (const op of ['record', 'status', 'record']) await standing.ask(op);
      assert.deepEqual(told, ['port1 unlock', 'port1 record', 'port1 status', 'port1 closed', 'own record']);
    }
  });

  it('stays while the database is locked, and asks for it', async () => {
    const { standing, told } = hosts({ status: { ...OK, keyring: 'keyring-locked', provider: null } });
    await standing.unlock();
    await standing.ask('status');
    await standing.unlock();
    assert.deepEqual(told, ['port1 unlock', 'port1 status', 'port1 unlock']);
  });

  it('is not there for those who were refused', async () => {
    const { standing, told } = hosts({ unlock: new CodedError('unlock-dismissed') });
    await assert.rejects(standing.unlock(), { code: 'unlock-dismissed' });
    await standing.ask('record');
    assert.deepEqual(told, ['port1 unlock', 'port1 closed', 'own record']);
  });

  it('nobody waits behind the member', async () => {
    let agree = () => {};
    const { standing, told } = hosts({ unlock: () => new Promise((done) => (agree = () => done({}))) });
    const unlocking = standing.unlock();
    await standing.ask('record');
    agree();
    await unlocking;
    await standing.ask('record');
    assert.deepEqual(told, ['port1 unlock', 'own record', 'port1 record']);
  });

  it('one that has ended is replaced by hosts of their own, and by another when the member is asked again', async () => {
    const { standing, told, says } = hosts();
    await standing.unlock();
    says['port1 record'] = new CodedError('host-crashed');
    await standing.ask('record');
    await standing.ask('record');
    assert.deepEqual(told, ['port1 unlock', 'port1 record', 'port1 closed', 'own record', 'own record']);
    says['port2 unlock'] = {};
    await standing.unlock();
    says['port2 unlock'] = new CodedError('host-crashed');
    await standing.unlock();
    assert.deepEqual(told.slice(5), ['port2 unlock', 'port2 unlock', 'port2 closed', 'port3 unlock']);
  });

  it('what the host says of a reading is told, and it stays', async () => {
    const { standing, told } = hosts({ record: new CodedError('too-long') });
    await standing.unlock();
    await assert.rejects(standing.ask('record'), { code: 'too-long' });
    await assert.rejects(standing.ask('record'), { code: 'too-long' });
    assert.deepEqual(told, ['port1 unlock', 'port1 record', 'port1 record']);
  });

  it('one that hangs is let go, and nothing is asked twice', async () => {
    const { standing, told } = hosts({ 'port1 record': new CodedError('host-timeout') });
    await standing.unlock();
    await assert.rejects(standing.ask('record'), { code: 'host-timeout' });
    await standing.ask('record');
    assert.deepEqual(told, ['port1 unlock', 'port1 record', 'port1 closed', 'own record']);
  });

  it('our pages only read by it', async () => {
    const { standing, told } = hosts();
    await standing.unlock();
    for (const op of ['record', 'unlock', 'export', 'timestamp.request', 'document'])
      assert.deepEqual(await standing.relay({ op, params: {}, timeoutMs: 1 }), { kept: false });
    assert.deepEqual(told, ['port1 unlock']);
  });
});
