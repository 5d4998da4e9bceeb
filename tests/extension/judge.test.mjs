// The judge alone: readings as plain data, in tables. What pages lead to is in pages.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isSettingAddress, SETTING_URL } from '../../extension/background/setting/address.js';
import { judge } from '../../extension/background/setting/judge.js';
import {
  CONTRADICTIONS,
  contradiction,
  fit,
  KINDS,
  NAVIGATIONS,
  PLACES,
  SIZES,
} from '../../extension/background/setting/observation.js';
import { isKnownTitle, isKnownWording, WORDING } from '../../extension/background/setting/wording.js';

const AT = Date.UTC(2026, 10, 21, 18);
const { title: TITLE, label: LABEL } = WORDING.en;

const control = (more = {}) => ({
  tag: 'input',
  type: 'checkbox',
  role: 'switch',
  artdeco: false,
  keys: ['allowGenAiTraining', null, 'sw'],
  label: LABEL,
  heading: TITLE,
  checked: true,
  indeterminate: false,
  ariaChecked: null,
  ariaPressed: null,
  innerAriaChecked: null,
  disabled: false,
  busy: false,
  shown: true,
  region: 'main',
  place: 'document',
  flip: null,
  ...more,
});

function reading({ page = {}, account = {}, ...more } = {}) {
  return {
    v: 1,
    id: 'a'.repeat(32),
    observedAt: AT,
    quiet: 5_000,
    final: false,
    page: {
      url: `${SETTING_URL}?trk=mail#top`,
      language: 'en',
      headings: [TITLE],
      navigation: 'load',
      loadedAt: AT - 5_000,
      serverDate: null,
      status: 200,
      mains: 1,
      closedFrames: 0,
      lines: [TITLE],
      told: ['This setting is not available in your region.'],
      cut: false,
      filled: true,
      prose: true,
      plain: true,
      complete: true,
      visible: true,
      busy: false,
      signIn: false,
      challenge: false,
      ...page,
    },
    account: { ids: ['1001'], premium: [false], ...account },
    data: [],
    uncounted: 0,
    controls: [control()],
    ...more,
  };
}

const verdict = (r) => {
  const o = judge(r);
  return o && (o.reason ?? o.state);
};

test('an observation has exactly the members of the protocol, in its order, but for the client', () => {
  assert.deepEqual(judge(reading()), {
    reading: 'a'.repeat(32),
    state: 'on',
    reason: null,
    observed_at: '2026-11-21T18:00:00.000Z',
    pending: false,
    trusted: null,
    asked: false,
    account: { id: '1001', premium: false },
    page: {
      url: SETTING_URL,
      language: 'en',
      title: TITLE,
      navigation: 'load',
      loaded_at: '2026-11-21T17:59:55.000Z',
      server_date: null,
      corroboration: null,
    },
    control: {
      kind: 'role-switch',
      key: 'allowGenAiTraining',
      label: LABEL,
      checked: true,
      aria_checked: null,
      aria_pressed: null,
      disabled: false,
      busy: false,
      place: 'document',
    },
    candidates: 1,
  });
});

describe('addresses', () => {
  const accepted = ['d/settings/', 'm/settings/', 'd/', 'm/'].map(
    (p) => `https://www.linkedin.com/mypreferences/${p}data-for-ai-improvement`,
  );
  for (const url of [...accepted, `${accepted[0]}/`, `${accepted[0]}?a=1#b`]) {
    test(`is the setting: ${url}`, () => assert.equal(isSettingAddress(url), true));
  }
  const refused = [
    'http://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement',
    'https://linkedin.com.evil.example/mypreferences/d/settings/data-for-ai-improvement',
    'https://www.linkedin.com:444/mypreferences/d/settings/data-for-ai-improvement',
    'https://www.linkedin.com/feed/?x=/mypreferences/d/settings/data-for-ai-improvement',
    'https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvements',
    'https://www.linkedin.com/x/mypreferences/d/settings/data-for-ai-improvement',
    'https://www.linkedin.com/mypreferences/D/settings/data-for-ai-improvement',
    '/mypreferences/d/settings/data-for-ai-improvement',
    '',
    undefined,
    null,
    {},
  ];
  for (const url of refused)
    test(`is not the setting: ${String(url)}`, () => assert.equal(isSettingAddress(url), false));
});

describe('a table of readings', () => {
  const unnamed = { keys: [null, null, null], label: '自分のデータをAI学習に使用する', heading: 'Anderes' };
  /* In a language whose words are not known: the one switch of the main part, and others elsewhere. */
  const strange = (one, others) =>
    reading({
      page: { language: 'el', headings: ['x'] },
      controls: [
        control({
          keys: ['', null, 'r7'],
          label: 'Χρήση δεδομένων μου για εκπαίδευση μοντέλων AI',
          heading: 'x',
          ...one,
        }),
        ...others.map((more) =>
          control({ keys: [null, null, 'r7'], label: null, heading: null, region: 'other', checked: false, ...more }),
        ),
      ],
    });
  const alone = (more = {}, page = {}) =>
    reading({ controls: [control({ ...unnamed, ...more })], page: { language: 'ja', headings: ['Anderes'], ...page } });
  const table = [
    ['on', reading()],
    ['off', reading({ controls: [control({ checked: false })] })],
    ['off', reading({ controls: [control({ checked: false, ariaChecked: 'false' })] })],
    ['inconsistent', reading({ final: true, controls: [control({ ariaChecked: 'false' })] })],
    ['inconsistent', reading({ final: true, controls: [control({ ariaPressed: 'false' })] })],
    ['mixed', reading({ final: true, controls: [control({ indeterminate: true })] })],
    ['mixed', reading({ final: true, controls: [control({ ariaChecked: 'mixed' })] })],
    ['inconsistent', reading({ final: true, controls: [control({ ariaChecked: '' })] })],
    ['disabled', reading({ final: true, controls: [control({ disabled: true })] })],
    ['timed-out', reading({ final: true, controls: [control({ busy: true })] })],
    /* not long enough, and not the last look: nothing is said; the last look says that it was not enough */
    [null, reading({ quiet: 1_999 })],
    ['on', reading({ quiet: 2_000 })],
    [null, reading({ quiet: 3_999, controls: [control({ checked: false })] })],
    ['off', reading({ quiet: 4_000, controls: [control({ checked: false })] })],
    ['timed-out', reading({ quiet: 1_999, final: true })],
    ['timed-out', reading({ quiet: 3_999, final: true, controls: [control({ checked: false })] })],
    ['off', reading({ quiet: 600, controls: [control({ checked: false, flip: { trusted: true } })] })],
    [null, reading({ quiet: 600, controls: [control({ checked: false, flip: { trusted: false } })] })],
    [null, reading({ quiet: 600, controls: [control({ checked: false, flip: { trusted: 'yes' } })] })],
    [null, reading({ controls: [control({ ariaChecked: 'false' })] })],
    /* which one */
    ['ambiguous', reading({ final: true, controls: [control(), control()] })],
    ['on', reading({ controls: [control(), control({ ...unnamed, checked: false })] })],
    ['on', reading({ controls: [control(), control({ checked: false, shown: false })] })],
    ['on', reading({ controls: [control(), control({ keys: [null, null, 'ad'], checked: false, region: 'aside' })] })],
    ['ambiguous', reading({ final: true, controls: [control(), control({ checked: false, region: 'aside' })] })],
    [
      'ambiguous',
      reading({
        final: true,
        controls: [control(), control({ keys: [], label: null, checked: false, region: 'dialog' })],
      }),
    ],
    ['ambiguous', reading({ final: true, controls: [control(unnamed), control(unnamed)] })],
    ['unrecognised-layout', reading({ final: true, controls: [control({ region: 'aside' })] })],
    ['unrecognised-layout', reading({ final: true, controls: [control({ shown: false })] })],
    ['unrecognised-layout', reading({ final: true, controls: [control({ type: 'text', checked: null })] })],
    ['ambiguous', reading({ final: true, uncounted: 1 })],
    ['unrecognised-layout', reading({ final: true, controls: [], uncounted: 1 })],
    ['ambiguous', reading({ final: true, controls: [control(), control({ keys: [], label: null, checked: false })] })],
    ['on', reading({ controls: [control(), control({ keys: [], label: null })] })],
    /* a copy put elsewhere, told by its id or its words, that says something else */
    [
      'ambiguous',
      reading({ final: true, controls: [control(), control({ label: 'x', checked: false, region: 'other' })] }),
    ],
    ['ambiguous', { ...strange({ checked: false }, [{ ariaChecked: 'true' }]), final: true }],
    ['ambiguous', { ...strange({ checked: false }, [{ checked: true }]), final: true }],
    ['ambiguous', { ...strange({ checked: false }, [{ checked: true, region: 'aside' }]), final: true }],
    [
      'ambiguous',
      {
        ...strange({ checked: false }, [
          { keys: [], checked: true, label: 'Χρήση δεδομένων μου για εκπαίδευση μοντέλων AI' },
        ]),
        final: true,
      },
    ],
    ['ambiguous', { ...strange({ checked: false }, [{ keys: [], checked: true }]), final: true }],
    ['ambiguous', { ...strange({ checked: false }, [{ disabled: true, checked: false }]), final: true }],
    ['off', { ...strange({ checked: false }, [{ checked: false }]), final: true }],
    [null, strange({ checked: false }, [{ checked: false }])],
    ['off', { ...strange({ checked: false }, [{ checked: true, shown: false }]), final: true }],
    [null, strange({ checked: false }, [{ checked: true, shown: false }])],
    ['ambiguous', { ...strange({ checked: false }, [{ keys: [], checked: true, region: 'aside' }]), final: true }],
    [
      'off',
      { ...strange({ checked: false }, [{ keys: [], label: 'Active', checked: true, region: 'aside' }]), final: true },
    ],
    [null, strange({ checked: false }, [{ keys: [], label: 'Active', checked: true, region: 'aside' }])],
    [
      'off',
      { ...strange({ checked: false }, [{ keys: ['', null, 'x'], label: 'Anders', checked: true }]), final: true },
    ],
    [null, strange({ checked: false }, [{ keys: ['', null, 'x'], label: 'Anders', checked: true }])],
    ['on', { ...alone(), final: true }],
    [null, alone()],
    ['unrecognised-layout', reading({ final: true, controls: [control(unnamed)], page: { headings: ['Other'] } })],
    ['unrecognised-layout', reading({ final: true, controls: [control(unnamed)] })],
    /* other words than the known ones, in a language whose label is known: they may turn the switch round */
    [
      'reworded',
      reading({ final: true, controls: [control({ ...unnamed, heading: TITLE, label: 'Let AI learn from me' })] }),
    ],
    [null, reading({ controls: [control({ ...unnamed, heading: TITLE, label: 'Let AI learn from me' })] })],
    /* a key decides under words that say straight out that the data are used, and under no others */
    [
      'on',
      reading({
        controls: [control({ heading: TITLE, label: 'Use my posts for models', keys: ['allowGenAiTraining'] })],
      }),
    ],
    [
      'reworded',
      reading({ final: true, controls: [control({ ...unnamed, heading: TITLE, keys: ['allowGenAiTraining'] })] }),
    ],
    /* under a heading of its own, beside the setting's title: another setting */
    [
      'unrecognised-layout',
      reading({ final: true, controls: [control({ ...unnamed, label: 'Let AI learn from me' })] }),
    ],
    [
      'unrecognised-layout',
      reading({ final: true, controls: [control({ ...unnamed, keys: ['allowGenAiTraining'] })] }),
    ],
    ['on', reading({ controls: [control({ heading: 'Anderes' })] })],
    [
      'reworded',
      reading({ final: true, controls: [control({ ...unnamed, heading: null, label: 'Let AI learn from me' })] }),
    ],
    [
      'unrecognised-layout',
      reading({
        final: true,
        controls: [control({ ...unnamed, label: 'Usa i miei dati per addestrare l’IA' })],
        page: { language: 'it', headings: [WORDING.it.title] },
      }),
    ],
    /* something else to choose by may be the setting */
    [
      'ambiguous',
      reading({
        final: true,
        controls: [control({ ...unnamed, heading: TITLE, label: 'Let AI learn from me' })],
        page: { choices: true },
      }),
    ],
    [
      'ambiguous',
      reading({
        final: true,
        controls: [control({ ...unnamed, heading: TITLE, keys: ['allowGenAiTraining'] })],
        page: { choices: true },
      }),
    ],
    ['ambiguous', { ...alone({}, { choices: true }), final: true }],
    ['on', reading({ page: { choices: true } })],
    /* a key alone is a guess: it does not decide against a switch without one */
    [
      'ambiguous',
      { ...strange({ keys: ['useAiModels'] }, [{ keys: ['_r1_'], label: 'Anders', region: 'main' }]), final: true },
    ],
    ['on', strange({ keys: ['useAiModels'] }, [{ keys: ['allowMemberSearch'], label: 'Anders', region: 'main' }])],
    ['on', strange({ keys: ['useAiModels'] }, [{ keys: [], checked: true, region: 'main' }])],
    /* the words in something shown over the page, and a switch in it */
    [
      'ambiguous',
      reading({ final: true, controls: [control({ region: 'other', checked: false }), control({ ...unnamed })] }),
    ],
    [
      'off',
      reading({
        controls: [control({ region: 'other', checked: false }), control({ ...unnamed, keys: ['allowAdsByAge'] })],
      }),
    ],
    /* a box around the input that says otherwise */
    ['inconsistent', reading({ final: true, controls: [control({ checked: false, nearbyAria: ['true'] })] })],
    ['off', reading({ controls: [control({ checked: false, nearbyAria: ['false'] })] })],
    /* the server's data says the opposite: no decision, but no hurry either */
    [
      null,
      reading({
        quiet: 20_000,
        controls: [control({ checked: false })],
        data: [{ key: 'allowGenAiTraining', value: true, selected: true }],
      }),
    ],
    [
      'off',
      reading({
        final: true,
        controls: [control({ checked: false })],
        data: [{ key: 'allowGenAiTraining', value: true, selected: true }],
      }),
    ],
    [
      'off',
      reading({
        controls: [control({ checked: false })],
        data: [{ key: 'allowGenAiTraining', value: true, selected: true }],
        page: { navigation: 'in-page' },
      }),
    ],
    [
      'off',
      reading({
        controls: [control({ checked: false, flip: { trusted: false } })],
        data: [{ key: 'allowGenAiTraining', value: true, selected: true }],
      }),
    ],
    /* in a language whose words are not known, below a second heading */
    ['unrecognised-layout', { ...alone({}, { headings: ['x', 'Anderes'] }), final: true }],
    ['on', { ...alone({}, { headings: ['Anderes', 'x'] }), final: true }],
    [null, alone({}, { headings: ['Anderes', 'x'] })],
    ['on', { ...alone({ heading: null }, { headings: ['x'] }), final: true }],
    [null, alone({ heading: null }, { headings: ['x'] })],
    /* a copy of a kind that is not known cannot be chosen, but it can say otherwise */
    [
      'ambiguous',
      reading({ final: true, controls: [control(), control({ type: 'text', checked: null, ariaChecked: 'false' })] }),
    ],
    ['on', reading({ controls: [control(), control({ type: 'text', checked: null, ariaChecked: 'true' })] })],
    ['on', reading({ controls: [control(), control({ type: 'text', checked: null })] })],
    ['ambiguous', reading({ final: true, controls: [control(), control({ role: 'button', checked: false })] })],
    /* half of the words, a word for the state, or no words at all: it may be a copy */
    [
      'ambiguous',
      reading({
        final: true,
        controls: [control(), control({ keys: ['_r2_'], label: 'Use my data', checked: false })],
      }),
    ],
    [
      'ambiguous',
      reading({ final: true, controls: [control(), control({ keys: ['_r2_'], label: 'Off', checked: false })] }),
    ],
    ['on', reading({ controls: [control(), control({ keys: ['_r2_'], label: 'Off' })] })],
    /* named beside the main part, and a nameless one in it */
    [
      'unrecognised-layout',
      reading({
        final: true,
        page: { language: 'it', headings: [WORDING.it.title] },
        controls: [
          control({ region: 'aside', heading: null }),
          control({ keys: [], label: null, heading: WORDING.it.title, checked: false }),
        ],
      }),
    ],
    /* a form's box is no switch, and a button after a switch is no form */
    [
      'unrecognised-layout',
      reading({
        final: true,
        page: { buttons: true },
        controls: [control({ ...unnamed, role: null, heading: TITLE, label: 'I know about AI' })],
      }),
    ],
    [
      'reworded',
      reading({
        final: true,
        controls: [control({ ...unnamed, role: null, heading: TITLE, label: 'I know about AI' })],
        page: { buttons: false },
      }),
    ],
    [
      'reworded',
      reading({
        final: true,
        controls: [control({ ...unnamed, heading: TITLE, label: 'I know about AI' })],
        page: { buttons: true },
      }),
    ],
    /* a word for the state, after a few others */
    ['unrecognised-layout', reading({ final: true, controls: [], page: { lines: [TITLE, 'Current status: On.'] } })],
    /* and at the end of a longer sentence */
    [
      'unrecognised-layout',
      reading({
        final: true,
        controls: [],
        page: { lines: [TITLE, 'It is managed by your organization and is currently on.'] },
      }),
    ],
    [
      'not-offered',
      reading({ final: true, controls: [], page: { lines: [TITLE, 'Nothing here that you could turn on or off'] } }),
    ],
    ['unrecognised-layout', reading({ final: true, controls: [control({ ...unnamed, label: 'Said aloud' })] })],
    [
      'on',
      reading({
        final: true,
        controls: [control({ ...unnamed, label: 'Usa i miei dati per addestrare l’IA', heading: WORDING.it.title })],
        page: { language: 'it', headings: [WORDING.it.title] },
      }),
    ],
    ['unrecognised-layout', { ...alone({ keys: ['allowAdsByAge'] }), final: true }],
    ['unrecognised-layout', { ...alone({}, { mains: 2 }), final: true }],
    ['unrecognised-layout', { ...alone({}, { closedFrames: 1 }), final: true }],
    ['unrecognised-layout', { ...alone({}, { headings: [] }), final: true }],
    ['unrecognised-layout', { ...alone({ region: 'other' }), final: true }],
    [
      'unrecognised-layout',
      { ...alone({ tag: 'button', type: null, role: null, checked: null, ariaPressed: 'true' }), final: true },
    ],
    [null, alone({}, { navigation: 'in-page' })],
    ['on', { ...alone({}, { navigation: 'in-page' }), final: true }],
    ['on', reading({ page: { navigation: 'in-page' } })],
    /* none */
    ['not-offered', reading({ final: true, controls: [] })],
    [null, reading({ controls: [] })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { headings: ['Other'] } })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { plain: false } })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { lines: [LABEL] } })],
    [
      'unrecognised-layout',
      reading({ final: true, controls: [], page: { lines: [LABEL.slice(0, 20), LABEL.slice(20)] } }),
    ],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { lines: [TITLE, ' off '] } })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { cut: true } })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { closedFrames: 1 } })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { navigation: 'in-page' } })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { mains: 0 } })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { prose: false } })],
    ['timed-out', reading({ final: true, quiet: 3_999, controls: [] })],
    ['unrecognised-layout', reading({ final: true, controls: [], page: { headings: [WORDING.it.title] } })],
    ['unrecognised-layout', reading({ final: true, controls: [control({ ...unnamed, region: 'aside' })] })],
    ['not-offered', reading({ final: true, controls: [control({ ...unnamed, region: 'dialog' })] })],
    ['unrecognised-layout', reading({ final: true, controls: [control({ region: 'dialog' })] })],
    ['timed-out', reading({ final: true, controls: [], page: { busy: true } })],
    ['timed-out', reading({ final: true, controls: [], page: { complete: false } })],
    ['timed-out', reading({ final: true, controls: [], page: { headings: [], filled: false } })],
    /* signs go before any state */
    ['signed-out', reading({ page: { signIn: true } })],
    ['challenge', reading({ page: { challenge: true } })],
    ['error-page', reading({ page: { status: 500 } })],
    [null, reading({ quiet: 3_999, page: { status: 404 } })],
  ];
  for (const [index, [expected, r]] of table.entries()) {
    test(`${index + 1}: ${expected}`, () => assert.equal(verdict(r), expected));
  }
});

test('a reader that failed is told, and nothing else is', () => {
  const failed = {
    v: 1,
    id: 'b'.repeat(32),
    observedAt: AT,
    quiet: 0,
    final: true,
    failed: 'TypeError',
    page: { url: SETTING_URL },
  };
  const o = judge(failed);
  assert.deepEqual(
    [o.state, o.reason, o.control, o.page.url, contradiction(o)],
    ['unknown', 'reader-failed', null, SETTING_URL, null],
  );
  for (const more of [{ page: { url: 'https://evil.example/' } }, { id: 7 }, { observedAt: -1 }, { page: null }]) {
    assert.equal(judge({ ...failed, ...more }), null);
  }
});

describe('a key decides under no words that could mean anything else', () => {
  const named = (label, language, more = {}) =>
    reading({
      final: true,
      page: { language, headings: [WORDING[language].title] },
      controls: [control({ keys: [null, null, 'allowGenAiTraining'], label, heading: null, ...more })],
    });
  const OTHERS = {
    en: [
      'Allow LinkedIn to delete my data from AI training',
      'Let us know before using my data to train AI',
      'Allow my data to be removed from AI training',
      'Permit nobody to train on my posts',
      'Remove',
      'Delete',
      'Pause',
      'Use my data instead of a stranger’s, then delete it',
      'Share my content with nobody',
      'Use my data for nothing',
      'Include my posts in what is forgotten',
      'Train AI with my privacy in mind',
      'Save my data from AI',
    ],
    de: ['Meine Daten löschen statt verwenden', 'Pausieren', 'Meine Daten lieber selbst nutzen', 'Daten entfernen'],
    fr: ['Autoriser LinkedIn à supprimer mes données', 'Utiliser mes données puis les effacer', 'Effacer'],
    pt: ['Permitir que o LinkedIn apague meus dados', 'Usar meus dados e eliminar depois', 'Apagar'],
    es: ['Permitir el uso de un bloqueo', 'Usar mis datos para nada', 'Borrar'],
    nl: ['Mijn gegevens verwijderen in plaats van gebruiken', 'Wissen'],
  };
  for (const [language, labels] of Object.entries(OTHERS))
    for (const label of labels)
      test(`${language}: ${label}`, () =>
        assert.ok(['reworded', 'unrecognised-layout'].includes(verdict(named(label, language)))));

  const blocks = (...said) => said.map((text) => ({ pieces: [text], heading: false, level: 1 }));
  for (const [name, beside] of [
    [
      'words above that are not the nearest',
      { before: blocks('Off', 'Stop using my data for AI training.'), after: [] },
    ],
    ['words behind it', { before: [], after: blocks('Stop using my data for AI training') }],
    ['words that nobody knows', { before: blocks('Guard what I write'), after: [] }],
    ['no words at all', { before: [], after: [] }],
    ['its state alone', { before: blocks('On'), after: [] }],
  ])
    for (const language of ['en', 'it', 'fi'])
      test(`without a name, ${language}, ${name}`, () =>
        assert.equal(verdict(named(null, language, { beside })), 'unrecognised-layout'));

  test('of a switch that contradicts itself nobody is asked what its words mean', () => {
    const label = 'Let AI learn from me';
    assert.equal(verdict(named(label, 'en')), 'reworded');
    assert.equal(verdict(named(label, 'en', { indeterminate: true })), 'mixed');
    assert.equal(verdict(named(label, 'en', { innerAriaChecked: 'false' })), 'inconsistent');
    assert.equal(verdict(named(label, 'en', { nearbyAria: ['false'] })), 'inconsistent');
    assert.equal(verdict(named(label, 'en', { disabled: true })), 'disabled');
  });

  test('nor of one that was pressed in this page and is not confirmed', () => {
    const { reason, control: told } = judge(named('Let AI learn from me', 'en', { flip: { trusted: true } }));
    assert.deepEqual([reason, told], ['reworded', null]);
  });
});

describe('a reading is hostile until looked at', () => {
  const good = reading();
  const refused = [
    null,
    undefined,
    1,
    'on',
    [],
    {},
    { ...good, v: 2 },
    { ...good, id: 'A'.repeat(32) },
    { ...good, id: 7 },
    { ...good, observedAt: '1' },
    { ...good, observedAt: -1 },
    { ...good, observedAt: Infinity },
    { ...good, quiet: '9999' },
    { ...good, quiet: NaN },
    { ...good, final: 1 },
    { ...good, page: null },
    { ...good, page: [] },
    { ...good, account: null },
    { ...good, controls: null },
    { ...good, controls: {} },
    { ...good, controls: [null] },
    { ...good, controls: Array(151).fill(control()) },
    { ...good, page: { ...good.page, url: 'https://evil.example/' } },
    { ...good, page: { ...good.page, url: 'https://www.linkedin.com/feed/' } },
    { ...good, page: { ...good.page, navigation: 'reload' } },
    { ...good, page: { ...good.page, loadedAt: null } },
  ];
  for (const [index, r] of refused.entries()) test(`refused ${index + 1}`, () => assert.equal(judge(r), null));

  const odd = [null, 7, '', 'x', [], {}, true, -1, '\ud800', 'true', [['a']], { toString: null }];
  test('whatever stands in a member, it neither throws nor contradicts itself', () => {
    for (const key of Object.keys(control())) {
      for (const value of odd) checkOdd(reading({ final: true, controls: [control({ [key]: value })] }), key);
    }
    for (const key of Object.keys(good.page))
      for (const value of odd) checkOdd(reading({ final: true, page: { [key]: value } }), key);
    for (const key of ['ids', 'premium'])
      for (const value of odd) checkOdd(reading({ account: { [key]: value } }), key);
    for (const value of odd) checkOdd(reading({ data: value, uncounted: value }), 'data');
  });

  function checkOdd(r, key) {
    const o = judge(r);
    if (!o) return;
    assert.equal(contradiction(o), null, key);
    assert.notEqual(o.state, 'off', `${key}: nothing odd makes an on into an off`);
    assert.ok(o.control === null || (KINDS.includes(o.control.kind) && PLACES.includes(o.control.place)), key);
    assert.ok(NAVIGATIONS.includes(o.page.navigation));
  }
});

describe('texts fit the host', () => {
  const bytes = (s) => Buffer.byteLength(s, 'utf8');
  for (const filler of ['a', 'é', '漢', '😀', 'a\u0301😀']) {
    test(`a long text of ${filler}`, () => {
      const long = filler.repeat(3_000);
      const o = judge(
        reading({
          final: true,
          controls: [control({ label: LABEL + ' ' + long, heading: long })],
          page: { headings: [long], language: 'x'.repeat(99) },
        }),
      );
      assert.ok(bytes(o.control.label) <= SIZES.label && bytes(o.control.label) > SIZES.label - 4);
      assert.ok(bytes(o.page.title) <= SIZES.title);
      assert.equal(o.page.language, null);
      assert.ok(o.control.label.isWellFormed?.() ?? !/[\ud800-\udbff]$/.test(o.control.label));
    });
  }
  test('NUL and halves of characters are replaced', () => {
    assert.equal(fit('a\0b\ud800c\udc00', 99), 'a\ufffdb\ufffdc\ufffd');
    assert.equal(fit('😀', 3), null);
    assert.equal(fit('a😀', 4), 'a');
    assert.equal(fit('', 9), null);
    assert.equal(fit(7, 9), null);
  });
  for (const [said, kept] of [
    ['en_US', 'en-US'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['iw', 'iw'],
    ['', null],
    ['x', null],
    ['<b>', null],
  ]) {
    test(`language ${said}`, () => assert.equal(judge(reading({ page: { language: said } })).page.language, kept));
  }
});

describe('the member', () => {
  for (const [account, expected] of [
    [
      { ids: ['1'], premium: [true] },
      { id: '1', premium: true },
    ],
    [
      { ids: ['1'], premium: [] },
      { id: '1', premium: null },
    ],
    [
      { ids: ['1'], premium: [true, false] },
      { id: '1', premium: null },
    ],
    [
      { ids: ['1', '2'], premium: [true] },
      { id: null, premium: null },
    ],
    [
      { ids: [], premium: [true] },
      { id: null, premium: null },
    ],
    [
      { ids: ['a b'], premium: [] },
      { id: null, premium: null },
    ],
    [
      { ids: ['9'.repeat(65)], premium: [] },
      { id: null, premium: null },
    ],
    [
      { ids: [1], premium: [] },
      { id: null, premium: null },
    ],
  ])
    test(JSON.stringify(account), () => assert.deepEqual(judge(reading({ account })).account, expected));
});

describe("the server's own data corroborates and never decides", () => {
  const data = (value, selected = value, key = 'allowGenAiTraining') => [{ key, value, selected }];
  for (const [said, expected] of [
    [data(true), 'on'],
    [data(false), 'off'],
    [data(true, null), 'on'],
    [data(null, false), 'off'],
    [data(true, false), null],
    [data(true, true, 'allowAdsByAge'), null],
    [[...data(true), ...data(false)], null],
    [data('true'), null],
    [[null, 7], null],
  ]) {
    test(JSON.stringify(said), () => {
      const o = judge(reading({ data: said, final: true }));
      assert.equal(o.state, 'on');
      assert.equal(o.page.corroboration, expected);
    });
  }
});

describe('words', () => {
  const isKnownLabel = (/** @type {unknown} */ text) => isKnownWording([text], null);
  for (const { title, label } of Object.values(WORDING)) {
    test(title, () => {
      assert.ok(isKnownTitle(title) && isKnownTitle(`  ${title.replace('’', "'").toUpperCase()} `));
      assert.ok(!isKnownTitle(`${title}s`));
      assert.ok(label === null || (isKnownLabel(label) && isKnownLabel(`${label} On`)));
    });
  }
  for (const other of [`Do not ${LABEL.toLowerCase()}`, LABEL.slice(0, -1), `${LABEL}x`, '', null, 7]) {
    test(`not the label: ${other}`, () => assert.equal(isKnownLabel(other), false));
  }
});

describe('contradictions', () => {
  const cases = JSON.parse(readFileSync(new URL('../vectors/contradictions.json', import.meta.url), 'utf8'));
  for (const { name, observation, field } of cases) {
    test(name, () => assert.equal(contradiction(observation) ?? '', field));
  }
  test('each rule has a case that it alone finds', () => {
    const found = new Set(
      cases.map(({ observation }) => CONTRADICTIONS.findIndex((rule) => rule.field(observation) !== null)),
    );
    assert.deepEqual(
      CONTRADICTIONS.map((_, i) => i).filter((i) => !found.has(i)),
      [],
    );
  });
  test('the protocol page has a row for each rule, in order', () => {
    const text = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
    const rows = text
      .slice(text.indexOf('| when | then | field |'))
      .split('\n')
      .slice(2)
      .filter((_, i, all) => all.slice(0, i + 1).every((l) => l.startsWith('|')));
    /* One row says the same of on and another of off. */
    assert.equal(rows.length, CONTRADICTIONS.length + 1);
    assert.deepEqual(
      rows.map((r) => /`([a-z._]+)`/.exec(r.split('|')[3])?.[1] ?? 'the same'),
      [
        'control',
        'control',
        'reason',
        'reason',
        'control.checked',
        'the same',
        'control.checked',
        'pending',
        'trusted',
        'page.url',
        'candidates',
      ],
    );
  });
});
