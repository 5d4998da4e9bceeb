// The replica's pages as text. KNOWN parts follow docs of sibling settings; GUESSED: this setting's key and all styling.
export const KEY = 'allowDataForGenAiImprovement'; // GUESSED: nobody outside has seen the real one

const WORDS = {
  en: {
    title: 'Data for Generative AI Improvement',
    label: 'Use my data for training content creation AI models',
    on: 'On',
    off: 'Off',
  },
  de: {
    title: 'Daten zur Verbesserung generativer KI',
    label: 'Ihre Daten zum Schulen von KI-Modellen verwenden, um Inhalte zu erstellen',
    on: 'Ein',
    off: 'Aus',
  },
  fr: {
    title: 'Données pour l’amélioration de l’IA générative',
    label: 'Utiliser mes données pour entraîner des modèles d’IA de création de contenu',
    on: 'Activé',
    off: 'Désactivé',
  },
};
export const words = (language) => WORDS[language] ?? WORDS.en;

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const esc = (text) => String(text).replace(/[&<>"]/g, (c) => ESCAPES[c]);
const json = (value) => esc(JSON.stringify(value));

const STYLE = `
body{margin:0;background:#f4f2ee;font:16px/1.5 system-ui,sans-serif;color:#191919}
header{background:#fff;border-bottom:1px solid #ddd;padding:8px 24px;display:flex;gap:24px;align-items:center}
header a,main a{color:#0a66c2;text-decoration:none} main{max-width:640px;margin:24px auto;background:#fff;padding:24px;
border:1px solid #ddd;border-radius:8px} h1{font-size:20px} .row{display:flex;justify-content:space-between;gap:24px}
.artdeco-toggle__button{position:absolute;opacity:0;width:48px;height:28px;margin:0}
.artdeco-toggle{position:relative}.artdeco-toggle__label{position:relative;display:block;width:48px;height:28px;
border-radius:14px;background:#777;cursor:pointer}.artdeco-toggle__button:checked+.artdeco-toggle__label{background:#01754f}
input[role=switch],._switch_1x9hz{width:40px;height:24px}`;

/** The member's own traces that a page of either layout shows (KNOWN: nav photo, /in/ link, the Me blob). */
function masthead(account) {
  return `<header><a href="/feed/" data-go>in</a><nav class="global-nav__content">
<a href="/in/${esc(account.publicId)}/"><img class="global-nav__me-photo" alt="${esc(account.name)}" width="24" height="24"
src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="></a></nav>
<a href="/mypreferences/d/settings/data-for-ai-improvement" data-go>Settings</a></header>`;
}

const meBlob = (account) =>
  `<code style="display:none" id="bpr-guid-1">${json({
    data: { $type: 'com.linkedin.voyager.common.Me', plainId: account.plainId, premiumSubscriber: account.premium },
  })}</code>`;

const settingBlob = (account) =>
  `<code style="display:none" id="bpr-guid-2">${json({
    included: [
      {
        value: account.training,
        key: KEY,
        settingDisplayValues: [
          { value: true, selected: account.training },
          { value: false, selected: !account.training },
        ],
      },
    ],
  })}</code>`;

const controls = {
  /** Old artdeco: neither role nor ARIA state (KNOWN). */
  classic: (on, text) => `<div class="artdeco-toggle artdeco-toggle--32dp"><input id="toggle-1" type="checkbox"
class="artdeco-toggle__button" data-artdeco-toggle-button="true" ${on ? 'checked' : ''}><label for="toggle-1"
class="artdeco-toggle__label"><span style="position:absolute;left:-9999px">${esc(text.label)}</span></label></div>`,
  /** Newer artdeco builds say role and aria-checked as well (KNOWN). */
  'classic-aria': (on, text) => `<div class="artdeco-toggle artdeco-toggle--32dp"><input id="toggle-1" type="checkbox"
class="artdeco-toggle__button" data-artdeco-toggle-button="true" role="switch" aria-checked="${on}"
${on ? 'checked' : ''}><label for="toggle-1" class="artdeco-toggle__label"><span
style="position:absolute;left:-9999px">${esc(text.label)}</span></label></div>`,
  /** 2026: role=switch labelled by the setting's key (KNOWN on siblings). */
  new: (on, text) => `<p id="${KEY}">${esc(text.label)}</p><input type="checkbox" role="switch"
aria-labelledby="${KEY}" ${on ? 'checked' : ''}>`,
  /** 2026, hashed class, state word beside it (KNOWN on siblings). */
  hashed: (on, text) => `<label for="s-1">${esc(text.label)}</label><div class="_switch_1x9hz"><input id="s-1"
type="checkbox" ${on ? 'checked' : ''}></div><span data-word>${on ? text.on : text.off}</span>`,
};

export function settingFragment(account, options) {
  const published = words(options.language);
  const text = { ...published, label: options.label ?? published.label };
  if (!options.offered) return `<h1>${esc(text.title)}</h1><p>This setting is not available.</p>`;
  return `<h1>${esc(text.title)}</h1><p>Can LinkedIn and its affiliates use your personal data and content you create on
LinkedIn to train generative AI models that create content?</p><div class="row">${controls[options.layout](
    account.training,
    text,
  )}</div>`;
}

function shell(account, options, title, main, blobs = '') {
  const locale = `<meta name="i18nLocale" content="${esc(options.language)}_US">`;
  /* Server-driven pages have neither (KNOWN of the feed). */
  const data = options.nameless ? '' : meBlob(account) + blobs;
  return `<!doctype html><html lang="${esc(options.language)}"><head><meta charset="utf-8">
${options.nameless ? '' : locale}<title>${esc(title)} | LinkedIn</title><style>${STYLE}</style>
</head><body data-delay="${Number(options.delay)}">${masthead(account)}<main id="main">${main}</main>${data}
<script src="/replica/client.js"></script></body></html>`;
}

/** Put in by a script, a second before the document is whole: it waits for a picture. */
const byScript = (html) => `<template>${html}</template><img src="/replica/slow" alt=""><script>setTimeout(() => {
const made = document.querySelector('template');
made.replaceWith(made.content);
}, 1_000)</script>`;

export function settingPage(account, options) {
  const fragment = settingFragment(account, options);
  const main = options.delay > 0 ? '<p data-late>Loading</p>' : options.byScript ? byScript(fragment) : fragment;
  return shell(account, options, words(options.language).title, main, settingBlob(account));
}

export const feedPage = (account, options) =>
  shell(
    account,
    options,
    'Feed',
    '<h1>Feed</h1><p>A post by somebody.</p><p><a href="/mypreferences/d/settings/data-for-ai-improvement" data-go ' +
      'id="to-setting">Data for Generative AI Improvement</a></p>',
  );

export function indexPage(account, options) {
  const text = words(options.language);
  return shell(
    account,
    options,
    'Data privacy',
    `<h1>Data privacy</h1><p class="row">
<a href="/mypreferences/d/settings/data-for-ai-improvement" data-go>${esc(text.title)}</a>
<span>${account.training ? text.on : text.off}</span></p>`,
  );
}

export const signInPage = (back, names) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>LinkedIn Login, Sign in | LinkedIn</title><style>${STYLE}</style></head><body><main><h1>Sign in</h1>
<form method="post" action="/uas/login"><input type="hidden" name="session_redirect" value="${esc(back)}">
<select name="account">${names.map((name) => `<option>${esc(name)}</option>`).join('')}</select>
<button>Sign in</button></form></main></body></html>`;

export const panelPage = (replica) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Replica</title>
<style>${STYLE}</style></head><body><main><h1>Playing LinkedIn's side</h1><form method="post">${[...replica.accounts]
  .map(
    ([name, a]) => `<p>${esc(a.name)}: ${a.training ? 'on' : 'off'}
<button name="flip" value="${esc(name)}">flip on the server</button>
<button name="signedIn" value="${esc(name)}">sign in</button></p>`,
  )
  .join('')}
<p><button name="signedIn" value="">sign out</button></p><p>Layout ${esc(replica.options.layout)}: ${Object.keys(
  controls,
)
  .map((l) => `<button name="layout" value="${l}">${l}</button>`)
  .join(' ')}</p></form>
<p><a href="/mypreferences/d/settings/data-for-ai-improvement">The setting</a></p></main></body></html>`;
