// The member's own reading of words that nobody has published: asked of, kept for exactly these words, and never as ours.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createMemberReading } from '../../extension/background/setting/member-reading.js';
import { anObservation, installFakeBrowser } from './fake-browser.mjs';

const ID = 'a-member-who-is-nobody-else';
const CONTROL = {
  kind: 'role-switch',
  key: null,
  label: 'Let us learn from you',
  checked: true,
  aria_checked: null,
  aria_pressed: null,
  disabled: false,
  busy: false,
};

const reworded = (number, { checked = true, label = CONTROL.label } = {}) =>
  anObservation(number, {
    state: 'unknown',
    reason: 'reworded',
    account: { id: ID, premium: null },
    page: { ...anObservation(number).page, language: 'en', title: 'Data for Generative AI Improvement' },
    control: { ...CONTROL, checked, label },
  });

function aMember() {
  const browser = installFakeBrowser();
  const observed = [];
  const reading = createMemberReading({ observe: async (o) => void observed.push(o) });
  const routes = new Map(reading.routes);
  const answer = (name, one) => routes.get(`wording-${name}`).handle({ reading: one.reading });
  return { browser, observed, apply: reading.apply, answer };
}

describe('the member’s reading', () => {
  let member;
  beforeEach(() => (member = aMember()));

  for (const [said, checked, reason] of [
    ['yes', true, 'member-on'],
    ['yes', false, 'member-off'],
    ['no', true, 'member-off'],
    ['no', false, 'member-on'],
  ]) {
    it(`“${said}” of a switch that is ${checked ? 'on' : 'off'} is ${reason}, now and at the next look`, async () => {
      const one = await member.apply(reworded(1, { checked }));
      assert.equal(one.reason, 'reworded');
      await member.answer(said, one);
      assert.deepEqual(
        member.observed.map((o) => [o.state, o.reason, o.account.id, o.asked]),
        [['unknown', reason, ID, true]],
      );
      assert.equal((await member.apply(reworded(2, { checked }))).reason, reason);
    });
  }

  it('counts for exactly these words', async () => {
    await member.answer('yes', await member.apply(reworded(1)));
    assert.equal((await member.apply(reworded(2, { label: 'Let us not learn from you' }))).reason, 'reworded');
  });

  it('is taken back', async () => {
    await member.answer('yes', await member.apply(reworded(1)));
    const [{ reading }] = member.observed;
    await member.answer('unsure', { reading });
    assert.equal(member.observed.at(-1).reason, 'reworded');
    assert.equal((await member.apply(reworded(2))).reason, 'reworded');
  });

  it('puts nobody’s id on the disk, neither asked nor answered', async () => {
    const stored = () => JSON.stringify([...member.browser.storage.local.data]);
    const one = await member.apply(reworded(1));
    assert.ok(!stored().includes(ID));
    await member.answer('yes', one);
    assert.ok(!stored().includes(ID));
  });

  it('of what is not asked any more, after a restart of the browser, is refused and not lost in silence', async () => {
    const one = await member.apply(reworded(1));
    await chrome.storage.session.remove('asked');
    await assert.rejects(member.answer('yes', one), { code: 'tab-gone' });
    assert.deepEqual(member.observed, []);
  });
});
