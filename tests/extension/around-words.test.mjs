// Words and signs around a switch that has the published ones, which may turn them, end the use or hand it to another: most of them in no
// list. And those that a page has there anyway, under which the state is still said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNeutral } from '../../extension/background/setting/neutral.js';
import { tellsOtherwise } from '../../extension/background/setting/telling.js';
import { plain, saysTheOpposite, WORDING } from '../../extension/background/setting/wording.js';
import { readStill } from './page-window.mjs';

const labelOf = (/** @type {string} */ language) => String(WORDING[language].label);
const L = labelOf('en');
const named = (/** @type {string} */ more = '') =>
  `<input type="checkbox" role="switch" aria-labelledby="l" checked ${more}>`;
const row = (/** @type {string} */ label) => `<div><span id="l">${label}</span>${named()}</div>`;

/* Where they stand over the words or in their row, none of these can be known to do nothing. */
const NOT_NEUTRAL = {
  en: [
    'Denials',
    'My vetoes',
    'Paused uses',
    'Uses I cancelled',
    'Muted',
    'Unwanted uses',
    'Ended',
    'GitHub Copilot',
    'For your company page',
    'Rescinded',
    'Forgo',
    '🚫',
    'Denied',
    'Suspended',
    'Dark mode',
  ],
  de: [
    'Pausiert',
    'Ausgesetzte Nutzungen',
    'Dagegen',
    'Das Gegenteil von',
    'Gestrichen',
    'Unerwünscht',
    'Verzicht',
    'Abwahl',
    'Einspruch',
    'Aufgehoben',
  ],
  fr: [
    'Suspendus',
    'Contre',
    'Le contraire de',
    'Retraits',
    'Annulés',
    'Renoncer',
    'Désaccord',
    'Dérogations',
    'Révoqués',
  ],
  es: ['En contra', 'Suspendidos', 'En pausa', 'Anulados', 'Renunciar', 'Vetos'],
  nl: ['Tegen', 'Gepauzeerd', 'Opgeschort', 'Bezwaren', 'Afzien van', 'Geweigerd'],
  pt: ['Contra', 'Suspensos', 'Pausados', 'Anulados', 'Removidos', 'Vetos'],
  pl: ['Przeciw', 'Odwrotnie', 'Zawieszone', 'Usunięte', 'Wyjątki', 'Odmowa'],
  cs: ['Proti', 'Opak', 'Pozastaveno', 'Zrušeno', 'Výjimky', 'Odvoláno'],
  it: ['Esenzioni', 'Contro', 'Sospesi', 'Annullati', 'Rinunce'],
  fi: ['Kiellot', 'Vastaan', 'Poikkeukset', 'Evätty'],
};
const NEUTRAL = {
  en: [
    'How LinkedIn uses your data',
    'AI settings',
    'Your data',
    'Setting',
    'Learn more',
    'State',
    'Purpose',
    'Manage your data',
    '✨ AI',
  ],
  de: ['Einstellung', 'Ihre Daten und KI', 'Mehr erfahren', 'Datenschutz', 'Zweck'],
  fr: ['Vos données et l’IA', 'En savoir plus', 'Confidentialité', 'Réglages'],
  es: ['Tus datos y la IA', 'Más información', 'Configuración'],
  nl: ['Instellingen', 'Meer informatie'],
  pt: ['Seus dados', 'Saiba mais'],
  pl: ['Ustawienia', 'Dowiedz się więcej'],
  cs: ['Nastavení', 'Více informací'],
};

test('few words that do nothing are known; no others are taken for such', () => {
  const taken = (/** @type {Record<string, string[]>} */ lists, /** @type {boolean} */ neutral) =>
    Object.entries(lists).flatMap(([language, all]) =>
      all.filter((said) => isNeutral(plain(said), language) === neutral).map((said) => `${language}: ${said}`),
    );
  assert.deepEqual(taken(NOT_NEUTRAL, true), []);
  assert.deepEqual(taken(NEUTRAL, false), []);
});

/** @type {[string, string, string][]} language of the page, of its title, and its main part */
const SILENT = [
  ['en', 'en', `<h2>Paused uses</h2>${row(L)}`],
  ['en', 'en', `<p>Turned down by me</p><ul><li>${row(L)}</li></ul>`],
  ['en', 'en', `<div role="group" aria-label="For your company page">${row(L)}</div>`],
  ['en', 'en', row(`🚫${L}`)],
  ['en', 'en', row(`${L} ❌`)],
  ['en', 'en', `<div><span>⛔</span><span id="l">${L}</span>${named()}</div>`],
  ['en', 'en', `<div><p>👎</p><p id="l">${L}</p>${named()}</div>`],
  ['en', 'en', `<div><img alt="🚫" src="x"><span id="l">${L}</span>${named()}</div>`],
  ['en', 'en', `<div><span id="l">${L}</span>${named()}<span>Vetoed</span></div>`],
  ['de', 'de', `<div><span id="l">${labelOf('de')}</span>${named()}<span>aufgehoben</span></div>`],
  ['fr', 'fr', `<div><span id="l">${labelOf('fr')}</span>${named()}<span>contre mon gré</span></div>`],
  ['en', 'en', `<p>I am against the following.</p>${row(L)}`],
  ['de', 'de', `<p>Folgendes lehne ich ab.</p>${row(labelOf('de'))}`],
  ['fr', 'fr', `<p>Je suis contre ce qui suit.</p>${row(labelOf('fr'))}`],
  [
    'en',
    'en',
    `<span id="l">${L}</span>${named('aria-describedby="d"')}<p id="d" hidden>This box is an objection.</p>`,
  ],
  ['en', 'en', `<span id="l">${L}</span>${named('aria-describedby="d"')}<p id="d">Ticking it is a refusal.</p>`],
  ['en', 'de', `<h2>Ablehnen</h2>${row(labelOf('de'))}`],
  ['en', 'nl', `<div><span id="l">${labelOf('nl')}</span>${named()}<span>Geweigerd</span></div>`],
  ['en', 'fr', `<span id="l">${labelOf('fr')}</span>${named()}<p>Cochez pour vous opposer.</p>`],
  ['en', 'en', `<div><span>Dark mode</span><input type="checkbox" role="switch" aria-label="${L}" checked></div>`],
  ['en', 'en', `<div><span id="l" hidden>${L}</span><span>Emails about jobs</span>${named()}</div>`],
  ['en', 'en', `<p>${L}</p><label><input type="checkbox" checked>No</label>`],
  ['de', 'de', `<p>${labelOf('de')}</p><label><input type="checkbox" checked>Aus</label>`],
  ['en', 'en', `<span id="l">${L}</span><span id="m">No</span><input type="checkbox" aria-labelledby="l m" checked>`],
  [
    'en',
    'en',
    `<div role="table"><div role="row"><div>Purpose</div><div>Refuse</div></div><div role="row"><div>Ads</div><div><input type="checkbox" aria-label="Ads"></div></div><div role="row"><div id="l">${L}</div><div>${named()}</div></div></div>`,
  ],
];

/** @type {[string, string, string][]} struck out by a style, over it in a grid, put there by a reference, said to be reversed, asked and answered */
const SILENT_TOO = [
  ['en', 'en', `<div><span id="l" style="text-decoration:line-through">${L}</span>${named()}</div>`],
  [
    'en',
    'en',
    `<style>.x{text-decoration:line-through}</style><div><span id="l" class="x">${L}</span>${named()}</div>`,
  ],
  ['en', 'en', `<style>.x{text-decoration-line:line-through}</style><div class="x">${row(L)}</div>`],
  [
    'en',
    'en',
    `<div style="text-decoration:line-through"><p>${L}</p><input type="checkbox" role="switch" checked></div>`,
  ],
  [
    'en',
    'en',
    `<label for="s" style="text-decoration:underline line-through red">${L}</label><input id="s" type="checkbox" role="switch" checked>`,
  ],
  [
    'en',
    'en',
    `<div role="grid"><div role="rowgroup"><div role="row"><div>Refuse</div><div>Purpose</div></div></div><div role="rowgroup"><div role="row"><div>${named()}</div><div id="l">${L}</div></div></div></div>`,
  ],
  [
    'en',
    'en',
    `<style>.g{display:grid;grid-template-columns:1fr 60px 60px}</style><div class="g"><b>Purpose</b><b>More</b><b>I object</b><div id="l">${L}</div><p>text</p><div>${named()}</div></div>`,
  ],
  ['en', 'en', `<div><span id="l" aria-owns="n">${L}</span>${named()}</div><p><i id="n">is what I refuse</i></p>`],
  ['en', 'en', `<div role="group" aria-label="Opt out" aria-owns="r"></div><div id="r">${row(L)}</div>`],
  ['en', 'en', `<button aria-expanded="true" aria-controls="r">Hands off</button><div id="r">${row(L)}</div>`],
  ['en', 'en', `<h3><button aria-expanded="true">Waived</button></h3>${row(L)}`],
  ['en', 'en', `${row(L)}<p>The reverse of this is what happens.</p>`],
  ['en', 'en', `<p>It is the other way round here.</p>${row(L)}`],
  ['en', 'en', `${row(L)}<p>This switch works backwards.</p>`],
  ['de', 'de', `${row(labelOf('de'))}<p>Hier ist es genau umgekehrt.</p>`],
  ['fr', 'fr', `${row(labelOf('fr'))}<p>C’est l’inverse qui se passe.</p>`],
  ['en', 'en', `<div><span>No:</span> <span id="l">${labelOf('es')}</span>${named()}</div>`],
  ['en', 'en', `<p>No:</p>${row(labelOf('es'))}`],
  ['de', 'de', `<p>Nein:</p>${row(labelOf('de'))}`],
  ['en', 'en', row(`${L}? No.`)],
  ['en', 'en', row(`${L} = 0`)],
  ['en', 'en', row(`~${L}~`)],
  [
    'en',
    'en',
    `<fieldset><legend>Waived</legend><div><label for="x">Ads</label><input id="x" type="checkbox"></div>${row(L)}</fieldset>`,
  ],
  ['en', 'en', `<div><span id="l">${L}</span>${named()}<span>? No.</span></div>`],
  ['en', 'en', `<div><span id="l">${L}</span> ? Off ${named()}</div>`],
  ['en', 'en', `<div><span id="l">${L}</span>${named('aria-description="Waived"')}</div>`],
  ['en', 'en', `<figure>${row(L)}<figcaption>Say goodbye to</figcaption></figure>`],
  ['en', 'en', `<div><img alt="Void" src="data:,"><span id="l">${L}</span>${named()}</div>`],
  ['fr', 'fr', `<fieldset><legend>Plus de</legend>${row(labelOf('fr'))}</fieldset>`],
  ...[
    'Share my data with affiliates for training AI models',
    'Share my data with LinkedIn and its affiliates for training AI models',
    'Share my posts with partners for AI training',
    'Allow partners to use my data for training AI models',
  ].map(
    (said) =>
      /** @type {[string, string, string]} */ ([
        'en',
        'en',
        `<span id="allowGenAiTraining">${said}</span><input type="checkbox" role="switch" aria-labelledby="allowGenAiTraining" checked>`,
      ]),
  ),
];

SILENT_TOO.push(
  ['en', 'en', `<div><svg><text>Do not</text></svg>${row(L)}</div>`],
  ['en', 'en', `<div><code>not</code> ${row(L)}</div>`],
  ['en', 'en', `<label for="s"><code>not</code> ${L}</label><input type="checkbox" role="switch" id="s" checked>`],
);

/* What does not say its own state, with an input left in it that nobody sees. */
SILENT_TOO.push(
  ...['role="switch"', 'data-artdeco-toggle-button="true"', 'data-artdeco-toggle-button="true" role="switch"'].map(
    (what) =>
      /** @type {[string, string, string]} */ ([
        'en',
        'en',
        `<div><span id="l">${L}</span><div ${what} tabindex="0" aria-labelledby="l"><input type="checkbox" hidden></div></div>`,
      ]),
  ),
);

/* Drawn by a script, and what it says in words is not what it says as its state; or is a switch for "off". */
SILENT_TOO.push(
  ...[
    '<button type="button" role="switch" aria-checked="false">On</button>',
    '<button type="button" role="switch" aria-checked="true">Off</button>',
    '<div role="switch" tabindex="0" aria-checked="false"><span>Status:</span> <span>On</span></div>',
    '<div role="checkbox" tabindex="0" aria-checked="false" aria-label="On"></div>',
    '<input type="checkbox" role="switch" aria-label="Off switch" checked>',
    '<input type="checkbox" role="switch" aria-label="Off switch">',
    '<input type="checkbox" role="switch" aria-label="No control" checked>',
    '<input type="checkbox" role="switch" aria-label="Status: Off" checked>',
    '<input type="checkbox" role="switch" aria-label="Status: On">',
    '<input type="checkbox" role="switch" checked><span>Currently off</span>',
    '<input type="checkbox" role="switch"><span>Currently: On</span>',
    '<input type="checkbox" role="switch" checked><span>Status: No</span>',
  ].map((control) => /** @type {[string, string, string]} */ (['en', 'en', `<div><p>${L}</p>${control}</div>`])),
  ['en', 'en', `<div><span id="l">${L}</span><span class="v">is off</span>${named()}</div>`],
  [
    'de',
    'de',
    `<label for="s"><span>${labelOf('de')}</span><span>Derzeit aus</span></label>${named('id="s"').replace('aria-labelledby="l"', '')}`,
  ],
  [
    'en',
    'en',
    `<label for="s">${L}<button type="button">Waived</button></label><input id="s" type="checkbox" role="switch" checked>`,
  ],
  [
    'en',
    'en',
    `<label for="s">${L}<button type="button" aria-label="Opt out"></button></label><input id="s" type="checkbox" role="switch" checked>`,
  ],
  ['en', 'en', `<div><p>${L} <a href="/x">Waived</a></p><input type="checkbox" role="switch" checked></div>`],
  ['en', 'en', `<div><p><a href="/x">Refuse</a> ${L}</p><input type="checkbox" role="switch" checked></div>`],
  [
    'en',
    'en',
    `<div><div><p>${L}</p><a href="/x">Dark mode</a></div><input type="checkbox" role="switch" checked></div>`,
  ],
  [
    'en',
    'en',
    `<div><p>${L}</p><p>If you opt out, LinkedIn uses your data.</p><input type="checkbox" role="switch" checked></div>`,
  ],
  [
    'de',
    'de',
    `<div><p>${labelOf('de')}</p><p>Wenn Sie dies deaktivieren, verwendet LinkedIn Ihre Daten.</p><input type="checkbox" role="switch" checked></div>`,
  ],
);

/* What the page tells of the state, and the switch, which is on, shows the other. */
SILENT_TOO.push(
  ...[
    ['en', 'You have opted out of AI training.'],
    ['en', 'You’ve already opted out.'],
    ['en', 'Your data is not used to train AI models.'],
    ['en', 'We don’t use your data for this.'],
    ['de', 'Sie haben der Nutzung widersprochen.'],
    ['de', 'Ihre Daten werden nicht zum Schulen von KI verwendet.'],
    ['fr', 'Vous avez refusé l’utilisation de vos données.'],
    ['fr', 'Vos données ne sont pas utilisées pour entraîner des modèles.'],
  ].map(
    ([language, said]) =>
      /** @type {[string, string, string]} */ ([language, language, `${row(labelOf(language))}<p>${said}</p>`]),
  ),
);

/* Off, and told to be on. */
SILENT_TOO.push([
  'en',
  'en',
  `<div><span id="l">${L}</span><input type="checkbox" role="switch" aria-labelledby="l"></div><p>Your data is currently used to train AI models.</p>`,
]);

/* Of which state a sentence tells: so it is where the switch shows the other. */
const TOLD = {
  off: [
    'You’re opted out of AI training.',
    'You opted out on 3 March 2026.',
    'Our records show that you have opted out.',
    'Your objection has been recorded.',
    'Your data is currently not used for AI training.',
    'This setting is turned off.',
    'AI training is off for your account.',
    'Data for Generative AI Improvement is turned off.',
    'Das KI-Training ist für Ihr Konto ausgeschaltet.',
    'L’entraînement de l’IA est désactivé pour votre compte.',
    'Du hast widersprochen.',
    'Ihre Daten werden derzeit nicht verwendet.',
    'Diese Einstellung ist deaktiviert.',
    'Ce paramètre est désactivé.',
    'Vos données ne sont actuellement pas utilisées.',
    'Has rechazado el uso de tus datos.',
    'Tus datos no se utilizan para entrenar modelos.',
    'Je hebt bezwaar gemaakt.',
    'Seus dados não são usados para treinar modelos.',
    'To ustawienie jest wyłączone.',
    'Vaše data se nepoužívají k trénování.',
  ],
  on: [
    'You are opted in.',
    'You’ve allowed LinkedIn to use your data.',
    'Your data is being used for AI training.',
    'This setting is on.',
    'AI training is currently on for you.',
    'KI-Training ist für dein Konto aktiviert.',
    'L’entraînement de l’IA est activé pour vous.',
    'Diese Einstellung ist aktiviert.',
    'Ce paramètre est activé.',
    'Esta opción está activada.',
    'Deze instelling staat aan.',
    'Esta configuração está ativada.',
    'To ustawienie jest włączone.',
    'Toto nastavení je zapnuto.',
  ],
  /* What it does, what else is done, to whom, and under which condition. */
  neither: [
    'Opting out means that LinkedIn and its affiliates won’t use your personal data or content on LinkedIn to train models going forward, but does not affect training that has already taken place.',
    'Your data is not used to train AI models if you turn this off.',
    'We don’t use your data for training when this setting is off.',
    'We don’t use your data without your consent.',
    'Turning this off means that you’ve opted out of training.',
    'When this is off, you’ve opted out.',
    'If you live in the EU and you have opted out, nothing changes.',
    'Content that you posted before you opted out may remain.',
    'Have you opted out? You have opted out?',
    'Your data is not used for advertising.',
    'Your data is not used for Microsoft’s models.',
    'We do not use your data from private messages to train AI models.',
    'LinkedIn does not sell your data.',
    'This setting is on by default.',
    'This setting is off by default for members under 18.',
    'AI training is off for members in the EU.',
    'AI training is off for your account if you are under 18.',
    'Your data is used to train AI models when this is on.',
    'Ihre Daten werden nicht verkauft.',
    'Sie haben der Nutzung noch nicht widersprochen.',
    'Ihre Daten werden nicht zum Schulen verwendet, wenn Sie diese Einstellung ausschalten.',
    'Sie haben Fragen zu einem Antrag, der abgelehnt wurde?',
    'Si, dans l’UE, vous avez refusé, rien ne change.',
    'Vos données ne sont pas utilisées si vous désactivez ce paramètre.',
    'Vos données ne sont pas utilisées pour la publicité.',
  ],
};

test('a sentence tells of a state where it sets no condition', () => {
  const toldOf = (/** @type {string} */ said) => {
    const [off, on] = [tellsOtherwise(said, true), tellsOtherwise(said, false)];
    return off && on ? 'both' : off ? 'off' : on ? 'on' : 'neither';
  };
  const odd = Object.entries(TOLD).flatMap(([state, all]) => all.filter((said) => toldOf(said) !== state));
  assert.deepEqual(odd, []);
});

/** @type {[string, string][]} */
const OFF_TO_ALLOW = [
  ['en', 'Turn this off to allow LinkedIn to train AI.'],
  ['en', 'Leave this off to let us use your data.'],
  ['en', 'Turning this off lets LinkedIn train AI.'],
  ['en', 'When this is off, LinkedIn may use your data to train AI.'],
  ['en', 'Off means that LinkedIn may use your data.'],
  ['en', 'While this is off, your data is used to train AI.'],
  ['de', 'Schalten Sie dies aus, um die Nutzung zu erlauben.'],
  ['de', 'Ist der Schalter aus, darf LinkedIn Ihre Daten verwenden.'],
  ['fr', 'Désactivez pour autoriser LinkedIn à utiliser vos données.'],
  ['es', 'Desactiva esta opción para permitir el uso de tus datos.'],
  ['nl', 'Zet uit om gebruik toe te staan.'],
  ['pt', 'Desative para permitir o uso dos seus dados.'],
  ['pl', 'Wyłącz, aby zezwolić na użycie danych.'],
  ['cs', 'Vypněte, chcete-li povolit použití dat.'],
];
/** @type {[string, string][]} */
const OFF_AS_MEANT = [
  ['en', 'Turn this off if you don’t want to allow LinkedIn to use your data.'],
  ['en', 'When this is off, LinkedIn may still use your data for other purposes.'],
  ['en', 'When this is off, your data is used only to run the service.'],
  ['en', 'When this is off, LinkedIn won’t use your data.'],
  ['de', 'Schalten Sie dies aus, um die Nutzung nicht zu erlauben.'],
  ['de', 'Ist der Schalter aus, darf LinkedIn Ihre Daten nicht verwenden.'],
  ['fr', 'Désactivez ce paramètre pour ne pas autoriser LinkedIn à utiliser vos données.'],
  ['nl', 'Zet uit om gebruik niet toe te staan.'],
];

test('off to allow it: that is the opposite', () => {
  const opposite = (/** @type {[string, string]} */ [language, said]) => saysTheOpposite(said, language);
  assert.deepEqual(
    OFF_TO_ALLOW.filter((one) => !opposite(one)),
    [],
  );
  assert.deepEqual(OFF_AS_MEANT.filter(opposite), []);
});

/** @type {[string, string][]} language, and what the page tells of a change */
const NOTICES = [
  ['pl', 'Coś poszło nie tak.'],
  ['pl', 'Wystąpił problem.'],
  ['nl', 'Er ging iets mis.'],
  ['fr', 'Désolé, cela n’a pas fonctionné.'],
  ['de', 'Das hat leider nicht funktioniert.'],
  ['cs', 'Něco se nepovedlo.'],
  ['pt', 'Não deu certo. Tente mais tarde.'],
  ['es', 'Ha habido un problema.'],
  ['en', 'Update failed'],
  ['en', 'Your change didn’t go through.'],
  ['en', 'Turning off…'],
  ['en', 'No internet connection'],
  ['de', 'Es ist ein Fehler aufgetreten.'],
  ['fr', 'Une erreur est survenue.'],
  ['es', 'Inténtalo de nuevo.'],
  ['pl', 'Spróbuj ponownie.'],
  ['en', 'We couldn’t save your change. Try again.'],
  ['en', 'Something went wrong. Your setting was not changed.'],
  ['en', 'Unable to save. Please try again.'],
  ['en', 'Your changes could not be saved.'],
  ['en', 'Saving…'],
  ['en', 'Unsaved changes'],
  ['en', 'You are offline. Your changes will be saved when you reconnect.'],
  ['en', 'We’re having trouble. Retrying…'],
  ['de', 'Sie sind offline.'],
  ['fr', 'Vous êtes hors ligne. Nouvelle tentative…'],
  ['de', 'Ihre Änderung konnte nicht gespeichert werden.'],
  ['de', 'Wird gespeichert …'],
  ['fr', 'Votre modification n’a pas pu être enregistrée.'],
  ['fr', 'Impossible d’enregistrer la modification.'],
  ['es', 'No se ha podido guardar el cambio.'],
  ['pt', 'Não foi possível salvar a alteração.'],
  ['nl', 'Je wijziging kon niet worden opgeslagen.'],
];

/* In the main part and outside it. */
const ANYWHERE = [
  ['', ''],
  ['</main>', '<main hidden>'],
];

/* And where it is not marked as a notice. */
/** @type {[string, string][]} */
const PLAIN_NOTICES = [
  ['en', 'We couldn’t update your setting.'],
  ['en', 'Your setting was not updated.'],
  ['en', 'Changes you made may not be saved.'],
  ['de', 'Ihre Einstellung konnte nicht aktualisiert werden.'],
  ['fr', 'Votre réglage n’a pas pu être mis à jour.'],
  ['es', 'No se pudo actualizar la configuración.'],
  ['nl', 'Uw instelling kon niet worden bijgewerkt.'],
  ['nl', 'Uw instelling is niet bijgewerkt.'],
  ['pl', 'Nie udało się zaktualizować ustawienia.'],
  ['pl', 'Ustawienie nie zostało zaktualizowane.'],
  ['pt', 'Não foi possível atualizar a configuração.'],
  ['cs', 'Nastavení se nepodařilo uložit.'],
  ['cs', 'Nastavení nebylo možné aktualizovat.'],
];

/** @type {[string, string, string][]} and here it is on */
const SAID = [
  ...[
    `<label for="s"><span>${L}</span><span class="v"> is on</span></label>`,
    `<label for="s"><span>${L}</span><span class="v">Currently on</span></label>`,
    `<label for="s"><span>${L}</span><span>Status: On</span></label>`,
    `<label for="s">${L}<button type="button" aria-label="More information"><svg></svg></button></label>`,
    `<label for="s">\u200e${L}\u200e</label>`,
  ].map(
    (label) =>
      /** @type {[string, string, string]} */ ([
        'en',
        'en',
        `${label}<input id="s" type="checkbox" role="switch" checked>`,
      ]),
  ),
  ...[
    '<input type="checkbox" role="switch" aria-label="Status: On" checked>',
    '<input type="checkbox" role="switch" aria-label="On/Off" checked>',
    '<input type="checkbox" role="switch" aria-label="On/off switch" checked>',
    '<input type="checkbox" role="switch" aria-label="Toggle, on" checked>',
    '<div role="switch" tabindex="0" aria-checked="true"><span>On</span><span>Off</span></div>',
    '<button type="button" role="switch" aria-checked="true">Status: On</button>',
  ].map((control) => /** @type {[string, string, string]} */ (['en', 'en', `<div><p>${L}</p>${control}</div>`])),
  ['de', 'de', row(labelOf('de').replace('KI-Modellen', 'KI\u2011Mo\u00addellen'))],
  [
    'de',
    'de',
    `<div><p>${labelOf('de')}</p><input type="checkbox" role="switch" aria-label="Umschalter, Ein" checked></div>`,
  ],
  [
    'fr',
    'fr',
    `<label for="s"><span>${labelOf('fr')}</span><span>Statut : Activé</span></label><input id="s" type="checkbox" checked>`,
  ],
  ['en', 'en', `<div><p>${L} <a href="/x">Learn more</a></p><input type="checkbox" role="switch" checked></div>`],
  [
    'en',
    'en',
    `<div><div><p>${L}</p><p>While this is on, what you write here may be used.</p><a href="/x">Learn more</a></div><input type="checkbox" role="switch" checked></div>`,
  ],
  [
    'en',
    'en',
    `<div><p>${L}</p><p>While this is on, what you write here may be used. Opting out means that LinkedIn won’t use it going forward.</p><input type="checkbox" role="switch" checked></div>`,
  ],
  [
    'de',
    'de',
    `<div><p>${labelOf('de')}</p><p>Wenn Sie dies deaktivieren, verwendet LinkedIn Ihre Daten künftig nicht.</p><input type="checkbox" role="switch" checked></div>`,
  ],
  ['en', 'en', `<div><span id="l">${L}</span>${named()}</div><div role="status"><span>Loading</span></div>`],
  ['en', 'en', `${row(L)}<div role="status">Report a problem with this page.</div>`],
  ['pt', 'pt', `${row(labelOf('pt'))}<div role="status">A sua alteração deu certo e já está valendo.</div>`],
  ['es', 'es', `${row(labelOf('es'))}<div role="status">Informar de un problema con esta página.</div>`],
  ['en', 'en', `${row(L)}<p>You can update this setting at any time.</p>`],
  ['en', 'en', `${row(L)}<p>This doesn’t change what has already been used.</p>`],
  ['en', 'en', `${row(L)}<p>Something about AI changed. We updated our terms.</p>`],
  ['en', 'en', `${row(L)}<p>If you have opted out, past training is not undone.</p>`],
  ['fr', 'fr', `${row(labelOf('fr'))}<p>Si vous avez refusé, le passé ne change pas.</p>`],
  ['en', 'en', `${row(L)}<p>LinkedIn does not use private messages to train AI models.</p>`],
  ['en', 'en', `${row(L)}<div role="status">Your changes have been saved.</div>`],
  ['en', 'en', `${row(L)}<div role="status">Setting updated. 0 notifications in total.</div>`],
  ['en', 'en', `${row(L)}<p>We don’t use your data for training when this setting is off.</p>`],
  ['en', 'en', `${row(L)}<div role="alert" hidden>We couldn’t save your change.</div>`],
  ['en', 'en', `<h2>How LinkedIn uses your data</h2>${row(L)}`],
  ['en', 'en', `<h2>AI</h2><input type="checkbox" role="switch" aria-label="${L}" checked>`],
  [
    'en',
    'en',
    '<span id="allowGenAiTraining">Allow LinkedIn and its affiliates to use my data for training AI models</span><input type="checkbox" role="switch" aria-labelledby="allowGenAiTraining" checked>',
  ],
  ['en', 'en', `<div><s>Do not</s> <span id="l">${L}</span>${named()}</div>`],
  [
    'en',
    'en',
    `<div><span id="l">${L}</span>${named()}</div><div><span id="d">Dark mode</span><input type="checkbox" aria-labelledby="d"></div>`,
  ],
  ['en', 'en', `${row(L)}<p><a href="/help/linkedin/answer/a6278444">Ask for your archive</a></p>`],
  ['fr', 'fr', `${row(labelOf('fr'))}<p><a href="/help/">En savoir plus</a></p>`],
  ['en', 'en', `<div><img alt="Sparkles icon" src="data:,"><span id="l">${L}</span>${named()}</div>`],
  ['en', 'en', `<button aria-expanded="true" aria-controls="r">Data privacy</button><div id="r">${row(L)}</div>`],
  ['en', 'en', `<input type="checkbox" role="switch" aria-label="Toggle ${L}" checked>`],
  ['en', 'en', `<input type="checkbox" role="switch" aria-label="${L}, switch, on" checked>`],
  ['en', 'en', row(`${L} <span>Updated</span>`)],
  ['en', 'de', row(labelOf('de'))],
  ['en', 'en', `<p>You can turn the following setting off at any time.</p>${row(L)}`],
  ['en', 'en', `<div><span id="l">${L}</span>${named()}<a href="/help/linkedin/answer/a6278444">Learn more</a></div>`],
  [
    'en',
    'en',
    `<div><p>${L}</p><p>Opting out means that LinkedIn won’t use your data going forward.</p><input type="checkbox" role="switch" checked></div>`,
  ],
];

/** @param {[string, string, string]} page */
async function stateOf([language, title, main]) {
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>x</title></head><body><main><h1>${WORDING[title].title}</h1>${main}</main></body></html>`;
  const page = { html, address: '/mypreferences/d/settings/data-for-ai-improvement', status: 200 };
  return (await readStill(page))?.state ?? 'unknown';
}

for (const page of [...SILENT, ...SILENT_TOO])
  test(`no state: ${page[2].slice(0, 90)}`, async () => assert.equal(await stateOf(page), 'unknown'));
for (const page of SAID) test(`said: ${page[2].slice(0, 90)}`, async () => assert.equal(await stateOf(page), 'on'));
for (const [language, said] of NOTICES)
  test(`no state while the page says: ${said}`, async () => {
    for (const notice of ['role="alert"', 'role="status"', 'aria-live="polite"'])
      for (const [before, after] of ANYWHERE)
        assert.equal(
          await stateOf([
            language,
            language,
            `${row(labelOf(language))}${before}<div ${notice}><p>${said}</p></div>${after}`,
          ]),
          'unknown',
          before,
        );
  });
for (const [language, said] of PLAIN_NOTICES)
  test(`no state while the page says in a line: ${said}`, async () => {
    for (const [before, after] of ANYWHERE)
      assert.equal(
        await stateOf([
          language,
          language,
          `${row(labelOf(language))}${before}<div class="toast"><p>${said}</p></div>${after}`,
        ]),
        'unknown',
        before,
      );
  });
