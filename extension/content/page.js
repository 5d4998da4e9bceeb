/*
 * Describes the page around the control: language, headings, whether it is busy, signs of being signed out.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    attr,
    hasAttr,
    matches,
    tag,
    one,
    all,
    contains,
    isBefore,
    type,
    src,
    address,
    documentElement,
    body,
    text,
    parent,
    walker,
    readyState,
    visibility,
    labels,
  } = ours.natives;
  const { closestComposed, regionOf, isOwn, isShown } = ours.places;
  const { accessibleName, textOf } = ours.name;
  const { headingOf, isBusy } = ours.control;

  const HEADINGS_SAID = 12;
  const SIGN_IN = /^\/(?:uas\/login|login|authwall|checkpoint\/lg)\b/;
  const DOORS = /^\/(?:uas\/login|login|authwall|signup|reg\/join)(?=[/?#-]|$)/;
  const DOOR_LINKS = 'a[href*="/login"],a[href*="/authwall"],a[href*="/signup"],a[href*="/reg/join"]';
  const DOOR_FIELDS =
    'input[autocomplete~="username"],input[autocomplete~="current-password"],input[autocomplete~="new-password"],' +
    'input[autocomplete~="one-time-code"],input[name="session_key"],input[name="session_password"]';
  const ADDRESS = /^\/mypreferences\/[dm]\/(?:settings\/)?data-for-ai-improvement\/?$/;
  /* The arrow above a title. In the languages whose words for the setting are known; elsewhere nothing depends on it. */
  const BACK =
    /^(?:(?:go|navigate) )?back\b|^return\b|zurück|^retour|^revenir|^retourner|terug|wstecz|wróć|powrót|^voltar|zpět|^volver|^atrás|^regresar|indietro|takaisin/iu;
  const BACK_MAX = 48;

  const YOUNG = 10_000;
  /**
   * Once a document: reading it later would count the time the machine slept (performance.now stands still then). Firefox reckons timeOrigin from the
   * beginning of its process (bug 1710762): after a sleep each document there begins as much too early, and one that is young is asked alone.
   */
  const age = performance.now();
  const began = Date.now() - age;
  const loadedAt = Math.floor(age < YOUNG ? began : Math.min(performance.timeOrigin || Infinity, began));
  const navigationEntry = performance.getEntriesByType?.('navigation')[0];
  const loadedHere = navigationEntry ? ADDRESS.test(pathOf(navigationEntry.name)) : readyState() !== 'complete';
  /* Loaded anew by the Back button or in a restored tab, and in Firefox by a reload: the browser puts in what stood in a form when it was left. */
  const arrival = loadedHere ? navigationEntry?.type : null;
  const inFirefox = / Firefox\//.test(navigator.userAgent);
  const cameBack = arrival === 'back_forward' || (inFirefox && arrival === 'reload');
  /* Back looks the same. */
  const restored = inFirefox && arrival === 'back_forward';

  function pathOf(url) {
    try {
      return new URL(url, location.href).pathname;
    } catch {
      return '';
    }
  }

  const atSetting = () => location.hostname === 'www.linkedin.com' && ADDRESS.test(location.pathname);

  function languageOf() {
    const [root, meta] = [documentElement(), one(document, 'meta[name="i18nLocale"]')];
    const said = (root && attr(root, 'lang')) || (meta && attr(meta, 'content'));
    return (said ?? '').trim().slice(0, 64) || null;
  }

  function describeHeadings(headings, main) {
    return headings
      .filter((h) => contains(main ?? document, h) && isOwn(regionOf(h)) && isShown(h))
      .slice(0, HEADINGS_SAID)
      .map((h) => textOf(h).slice(0, 512))
      .filter(Boolean);
  }

  /** Only its name and its place tell it from a button that does something: it is the first thing, above the title. */
  function isWayBack(button, main) {
    if (
      !main ||
      !contains(main, button) ||
      (tag(button) !== 'button' && attr(button, 'role') !== 'button') ||
      !/^(?:button)?$/.test(attr(button, 'type') ?? '')
    )
      return false;
    if (
      (tag(button) === 'button' && hasAttr(button, 'role')) ||
      ['aria-pressed', 'aria-checked', 'aria-expanded', 'aria-haspopup', 'onclick', 'aria-labelledby'].some((name) =>
        hasAttr(button, name),
      )
    )
      return false;
    const title = one(main, 'h1,h2,[role~="heading" i]');
    if (!title || !isBefore(button, title) || contains(button, title)) return false;
    const name = accessibleName(button) ?? '';
    return name !== '' && name.length <= BACK_MAX && BACK.test(name);
  }

  function describeSigns({ inputs, forms, frames }) {
    const actions = forms.filter((f) => hasAttr(f, 'action')).map((f) => pathOf(attr(f, 'action')));
    const shown = frames.filter((f) => src(f) && isShown(f)).map((f) => src(f).slice(0, 512));
    const passwords = inputs.filter((e) => type(e) === 'password');
    const links = () => all(document, DOOR_LINKS).map(address);
    return {
      signIn: passwords.some(isShown) || actions.some((a) => SIGN_IN.test(a)),
      /* On a page that does not have the setting's title these say as much. */
      door:
        passwords.length > 0 ||
        one(document, DOOR_FIELDS) !== null ||
        links().some(({ hostname, pathname }) => hostname === location.hostname && DOORS.test(pathname)),
      challenge:
        actions.some((a) => /^\/checkpoint\/(?:challenge|rp|rm)\b/.test(a)) ||
        shown.some((url) => /captcha|\/checkpoint\/challenge|arkoselabs/i.test(url)),
    };
  }

  const ASKING =
    'fieldset,select,' +
    ['radiogroup', 'listbox', 'combobox', 'menu', 'group'].map((role) => `[role~="${role}" i]`).join();
  const QUESTIONS_MAX = 8;
  const CHOICES_MAX = 50;

  /** What a choice is about: the name of its list or its group, or the heading over it; empty: it does not say. */
  function questionOf(choice, headings) {
    const group = closestComposed(choice, ASKING);
    const legend = group && one(group, 'legend');
    const named = group && (accessibleName(group) ?? (legend && textOf(legend)));
    return (named || headingOf(choice, headings) || '').slice(0, 512);
  }

  function describeChoices({ choices, headings }, inside) {
    const shown = choices.filter((e) => inside(e) || labels(e).some(inside));
    const own = headings.filter((h) => isOwn(regionOf(h)));
    return {
      choices: shown.length > 0,
      questions: [...new Set(shown.slice(0, CHOICES_MAX).map((e) => questionOf(e, own)))].slice(0, QUESTIONS_MAX),
    };
  }

  /* What a page says when the switch shows what is not kept, or not yet. */
  const UNSAVED = new RegExp(
    [
      "(?:could ?n[o'’]t|could not|can(?:no|['’])t|unable to|failed to|was ?n['’]t|were ?n['’]t|was not|were not) (?:be )?(?:sav|updat|chang|appl|stor)|may not be saved",
      "(?:ha(?:s|ve)(?:n['’]t| not)|not)(?: yet)?(?: been)? (?:saved|stored|applied)",
      '(?:something|an error) (?:went wrong|occurred)',
      '^saving(?![\\p{L}])|unsaved|retrying|will be saved (?:when|once|as soon|later)',
      "you(?:['’]re| are) (?:currently )?offline|sie sind (?:derzeit )?offline|vous êtes hors (?:ligne|connexion)|estás? sin conexión|je bent offline|jesteś offline|você está off-?line|jste offline",
      'ungespeichert|nicht (?:gespeichert|aktualisiert|geändert|übernommen)|wird gespeichert|werden gespeichert|schiefgegangen|schiefgelaufen',
      "(?:n['’](?:a|ont) pas (?:pu être|été)|impossible d(?:['’]|e )) ?(?:enregistr|mettre à jour|mis|modifi)|enregistrement en cours|(?:non|pas encore) enregistr",
      '(?:no|aún no) se (?:ha |han |pudo |pudieron |ha podido |han podido )?(?:guard|actualiza|cambia)|no (?:hemos podido|pudimos) (?:guard|actualiz)|guardando|sin guardar',
      '(?:não foi possível|não foram|não foi) (?:salv|guard|atualiz|alter)|salvando|não salv|ainda não foi',
      'impossibile (?:salvare|aggiornare)|non è stato possibile (?:salvare|aggiornare)|salvataggio in corso|non salvat',
      '(?:niet|nog niet)[ -](?:worden )?(?:opgeslagen|opslaan|bijgewerkt|gewijzigd)|wordt opgeslagen',
      'niezapisan|nie (?:został[aoy]?|udało się) (?:zapis|zaktualiz)|^zapisywanie',
      'neuložen|(?:nebyl[ayo]?(?: možné)?|nepodařilo se|se nepodařilo)(?: změny| nastavení)? (?:ulož|aktualiz)|^ukládání',
    ].join('|'),
    'iu',
  );
  /* And in a notice alone: that something failed, or is on its way. */
  const FAILED = new RegExp(
    [
      "(?:^|[^\\p{L}])(?:fail(?:s|ed|ure)?|errors?|unable|could ?n[o'’]t|could not|reconnecting)(?:$|[^\\p{L}])|try (?:it )?again|try later",
      "(?:ran into|was|is) a problem|having (?:a problem|trouble)|(?:did|does)(?:n['’]t| not) (?:work|save|go through|succeed|take effect)",
      'no (?:internet|network)|no connection(?!\\p{L})|connection (?:was |is )?lost|session (?:has )?(?:expired|ended|timed out)',
      '^(?:updating|turning (?:it |this )?o(?:n|ff)) ?(?:…|\\.{3})',
      'fehler|fehlgeschl|gescheitert|nicht (?:geklappt|funktioniert|gelungen)|erneut versuch|versuchen? (?:sie )?es|problem aufgetreten|keine (?:internet)?verbindung',
      'erreur|échec|échoué|réessay|un problème|pas (?:de connexion|fonctionné|marché|abouti)|(?:^|[^\\p{L}])error(?:$|[^\\p{L}])|inténtalo|intente|ha ido mal|salió mal|(?:habido|hubo|surgido|surgió|ocurrió) un problema',
      'errore|non riuscit|riprova|fout(?:$|[^\\p{L}])|mislukt|probeer|misgegaan|(?:ging|gaat)[^.]* mis(?:$|[^\\p{L}])|geen (?:internet)?verbinding',
      'błąd|błęd|spróbuj|wystąpił problem|poszło nie tak|nie (?:można|powiodło|udało)|brak połączenia|(?:^|[^\\p{L}])erro(?:$|[^\\p{L}])|falh(?:a|ou)|tente (?:novamente|de novo)',
      'deu errado|não deu certo|sem conexão|chyb|zkuste|nezdařil|nepovedl|se nepodařil|se pokazil|bez připojení',
    ].join('|'),
    'iu',
  );
  const LIVE_MAX = 16;
  const UNREAD = 'script,style,template,noscript';
  const NOTICE_MAX = 300; // a region that holds more is a part of the page

  /* Most pages have none of these words, and need no walk. */
  const OF_SAVING =
    /retry|off-?line|hors ligne|hors connexion|sin conexión|sav|speicher|enregistr|guard|salv|opgesla|opslaan|zapis|ulož|ukládán|updat|a[kc]tualis|a[ck]?tualiz|mise? à jour|mettre à jour|bijwerk|bijgewerkt|aggiorna/iu;
  const PLAIN_MAX = 80; // a longer text tells of something

  const tells = (e, longest, ...words) => {
    const said = textOf(e);
    return said.length <= longest && words.some((told) => told.test(said)) && isShown(e);
  };

  /** Texts that speak of saving, each with what it stands in. */
  function* spokenOfSaving() {
    if (!body() || !OF_SAVING.test(text(body()))) return;
    const steps = walker(body(), NodeFilter.SHOW_TEXT);
    for (let node = steps.nextNode(); node; node = steps.nextNode())
      if (OF_SAVING.test(text(node))) yield* [parent(node), parent(parent(node))].filter(Boolean);
  }

  /** Does the page tell, in a notice or in a line of text, that a change was not kept or is on its way? */
  function isUnsaved({ live }) {
    if (live.slice(0, LIVE_MAX).some((e) => tells(e, NOTICE_MAX, UNSAVED, FAILED))) return true;
    for (const around of spokenOfSaving())
      if (!matches(around, UNREAD) && tells(around, PLAIN_MAX, UNSAVED)) return true;
    return false;
  }

  /* What a spinner is called that has no role of its own. */
  const LOADING =
    /^(?:loading|please wait|wird geladen|lädt|laden|chargement(?: en cours)?|cargando|wordt geladen|ładowanie|trwa ładowanie|carregando|načítání|načítá se|caricamento(?: in corso)?|ladataan)\P{L}*$/iu;

  /** The page's main part, where there is one. */
  function mainOf({ mains }) {
    const shown = mains.filter(isShown);
    return { count: shown.length, main: shown.length === 1 ? shown[0] : null };
  }

  function describePage(own, { closedFrames, first }) {
    const { count, main } = mainOf(own);
    const inside = (e) => contains(main ?? document, e) && isOwn(regionOf(e)) && isShown(e);
    return {
      url: location.href.slice(0, 2_048),
      language: languageOf(),
      headings: describeHeadings(own.headings, main),
      navigation: loadedHere && first ? 'load' : 'in-page',
      loadedAt,
      serverDate: null,
      status: navigationEntry?.responseStatus || null,
      mains: count,
      closedFrames,
      complete: readyState() === 'complete',
      visible: visibility() === 'visible',
      busy:
        own.busy.some(inside) ||
        own.live.slice(0, LIVE_MAX).some((e) => inside(e) && LOADING.test(textOf(e))) ||
        own.mains.filter(isShown).some(isBusy),
      unsaved: isUnsaved(own),
      buttons: own.buttons.some((e) => inside(e) && !isExpander(e) && !isWayBack(e, main)),
      ...describeChoices(own, inside),
      ...describeSigns(own),
    };
  }

  /** A link or a button that opens something: it sends nothing. */
  const isExpander = (e) =>
    matches(e, 'button:is([aria-expanded],[aria-haspopup],[aria-controls]):not([role],[aria-checked],[aria-pressed])');

  ours.page ??= Object.freeze({ cameBack, restored, atSetting, describePage, mainOf, isWayBack, isExpander });
}
