// Whose a reading is where the page does not say it: the member's word, for this session, and never where the page has said it.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createMemberAccount } from '../../extension/background/setting/member-account.js';
import { lastAfter } from '../../extension/background/host/state.js';
import { noticesOf } from '../../extension/shared/notices.js';
import { storedFrom } from '../../extension/shared/stored.js';
import { viewOf } from '../../extension/shared/view.js';
import { anObservation, installFakeBrowser } from './fake-browser.mjs';

const [ADA, BEN] = ['a'.repeat(32), 'b'.repeat(32)];
const nobody = { id: null, premium: null };
const nameless = (number, more = {}) => anObservation(number, { account: nobody, ...more });
const recordedAs = (pseudonym) => [{ pseudonym }];

function aMember() {
  const browser = installFakeBrowser();
  const observed = [];
  const account = createMemberAccount({ observe: async (o) => void observed.push(await account.apply(o)) });
  const routes = new Map(account.routes);
  const answer = (name, reading, more = {}) => routes.get(`account-${name}`).handle({ reading, ...more });
  return { ...account, browser, observed, answer };
}

describe('the member’s account', () => {
  let member;
  beforeEach(() => (member = aMember()));

  it('is said once, recorded at once with the same look, and holds for the looks that follow', async () => {
    const one = await member.apply(nameless(1));
    assert.deepEqual(one.account, nobody);
    await member.answer('said', one.reading, { account: ADA });
    const [again] = member.observed;
    assert.deepEqual([again.account, again.asked, again.state], [{ ...nobody, said: ADA }, true, 'on']);
    assert.notEqual(again.reading, one.reading);
    assert.deepEqual((await member.apply(nameless(2))).account, { ...nobody, said: ADA });
  });

  it('is no account that the log has: a new one each time', async () => {
    const { reading } = await member.apply(nameless(1));
    await member.answer('new', reading);
    const [{ account, reading: next }] = member.observed;
    assert.match(account.said, /^[0-9a-f]{32}$/);
    await member.answer('new', next);
    assert.notEqual(member.observed[1].account.said, account.said);
  });

  it('is taken back', async () => {
    const { reading } = await member.apply(nameless(1));
    await member.answer('said', reading, { account: ADA });
    await member.answer('unsure', member.observed[0].reading);
    assert.deepEqual(member.observed[1].account, nobody);
    assert.deepEqual((await member.apply(nameless(2))).account, nobody);
  });

  it('is never put over what the page says, nor asked of what showed nobody’s setting', async () => {
    const { reading } = await member.apply(nameless(1));
    await member.answer('said', reading, { account: ADA });
    const blind = nameless(3, { state: 'unknown', reason: 'timed-out', control: null });
    for (const one of [anObservation(2), blind]) assert.deepEqual((await member.apply(one)).account, one.account);
    await member.noteRecorded(recordedAs(ADA), [anObservation(2)]);
    const none = nameless(4, { state: 'not-offered', control: null });
    assert.equal((await member.apply(none)).account.said, ADA);
  });

  for (const [what, end, holds] of [
    [
      'a page says that nobody is signed in',
      (m) => m.apply(nameless(5, { state: 'unknown', reason: 'signed-out', control: null })),
      false,
    ],
    ['a page names another account', (m) => m.noteRecorded(recordedAs(BEN), [anObservation(5)]), false],
    ['a page names the same account', (m) => m.noteRecorded(recordedAs(ADA), [anObservation(5)]), true],
    [
      'it is recorded by the member’s own word',
      (m) => m.noteRecorded(recordedAs(ADA), [nameless(5, { account: { ...nobody, said: ADA } })]),
      true,
    ],
    ['a page names nobody', (m) => m.noteRecorded(recordedAs(null), [nameless(5)]), true],
    ['the browser is closed', () => chrome.storage.session.remove('whose'), false],
  ]) {
    it(`${holds ? 'holds' : 'is asked anew'} when ${what}`, async () => {
      const { reading } = await member.apply(nameless(1));
      await member.answer('said', reading, { account: ADA });
      await end(member);
      assert.equal((await member.apply(nameless(6))).account.said, holds ? ADA : undefined);
    });
  }

  it('is not what counts while a page has named somebody and the host has not said who that is', async () => {
    const { reading } = await member.apply(nameless(1));
    await member.answer('said', reading, { account: ADA });
    const said = async (number) => (await member.apply(nameless(number))).account.said;
    await member.apply(anObservation(5));
    await member.apply(anObservation(6));
    assert.equal(await said(7), undefined);
    await member.noteRecorded(recordedAs(ADA), [anObservation(5)]);
    assert.equal(await said(8), undefined);
    await member.noteRecorded(recordedAs(ADA), [anObservation(6)]);
    assert.equal(await said(9), ADA);
    await member.apply(anObservation(10));
    assert.equal(await said(11), undefined);
    await member.noteRecorded(recordedAs(BEN), [anObservation(10)]);
    assert.equal(await said(12), undefined);
    await member.answer('said', nameless(12).reading, { account: BEN });
    assert.equal(await said(13), BEN, 'a later word counts');
  });

  it('is one that the log has, and of the look that the member was shown', async () => {
    const { reading } = await member.apply(nameless(1));
    await assert.rejects(member.answer('said', reading, { account: 'Ada' }), { code: 'bad-value' });
    await assert.rejects(member.answer('said', 'f'.repeat(32), { account: ADA }), { code: 'tab-gone' });
    assert.deepEqual(member.observed, []);
  });
});

describe('the question whose account it was', () => {
  const account = (pseudonym, seq) => ({
    pseudonym,
    premium: null,
    state: 'on',
    since: '2026-11-21T12:00:00.000Z',
    last_seen: '2026-11-21T12:00:00.000Z',
    last_state: 'on',
    last_reason: null,
    last_seq: seq,
    pending: null,
  });
  const noticeOf = (last, accounts) =>
    noticesOf(
      viewOf(
        storedFrom({
          last,
          log: { status: { keyring: 'ok', log: 'ok', accounts }, error: null, covers: last.reading },
        }),
      ),
    ).find(({ id }) => id === 'whose');
  const buttons = (notice) => notice.actions.map(({ id, named }) => named?.number ?? id);

  it('is asked where the page named nobody, with the accounts of the log, the last seen first', () => {
    const last = lastAfter(null, nameless(1));
    const notice = noticeOf(last, [account(ADA, 3), account(null, 9), account(BEN, 7)]);
    assert.deepEqual([notice.tone, buttons(notice)], ['know', [2, 1, 'account-new']]);
    assert.deepEqual(notice.actions[0].more, { reading: last.reading, account: BEN });
  });

  it('is asked of the first account, too, and of no more than have room', () => {
    const last = lastAfter(null, nameless(1));
    assert.deepEqual(buttons(noticeOf(last, [])), ['account-new']);
    const many = Array.from({ length: 9 }, (_, i) => account(String(i).repeat(32), i));
    assert.equal(noticeOf(last, many).actions.length, 5);
  });

  it('is answered: what was said can be changed', () => {
    const last = { ...lastAfter(null, nameless(1, { account: { ...nobody, said: ADA } })), account: ADA };
    const notice = noticeOf(last, [account(ADA, 3), account(BEN, 7)]);
    assert.deepEqual([notice.tone, buttons(notice)], ['plain', [2, 'account-new', 'account-unsure']]);
  });

  it('is not asked where the page named somebody', () =>
    assert.equal(noticeOf(lastAfter(null, anObservation(1)), [account(ADA, 3)]), undefined));
});
