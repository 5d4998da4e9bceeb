/**
 * Words that turn a sentence round: a switch named "Do not use my data …" is on when the data are not used. No list of these
 * is ever complete, so none is relied on where the published wording is known; where it is not, they are one more reason to
 * say nothing. By language, first subtag; LinkedIn still writes iw, no and tl for he, nb and fil.
 *
 * A word stands for itself, one that ends in `*` for all that begin so; one that begins with `*` is a part of any text, `_` a blank in it.
 */

/** @type {Readonly<Record<string, string>>} */
const WORDS = Object.freeze({
  ar: 'لا لن لم ليس ولا *عدم *رفض *إلغاء *منع *إيقاف *استبعاد *اعتراض *بدون',
  bn: 'না নয় *বন্ধ *প্রত্যাখ্যান *বাদ *অস্বীকার',
  cs: 'ne ne* nikdy odmít* zakáz* zabrán* vyloučit odhlás* námitk* nesouhlas* bez zastavit přestat vypnout vynech* mimo proti opak*',
  da: 'ikke aldrig afvis* fravælg* frameld* forhindr* udeluk* nægt* uden stop* bloker* indsigelse ingen',
  de: 'nicht nein abzulehn* kein keine keinen keiner keinem nie niemals ablehn* abgelehnt lehne widerspr* widerruf* verweiger* verhinder* ausschließ* ausschliess* ausgeschlossen untersag* verbiet* verbot* verboten ohne sperren gesperrt unterbind* unterlass* abmeld* deaktivier* stopp* beend* entzieh* heraushalt* außen gegen dagegen gegenteil*',
  el: 'μη μην δεν όχι ποτέ *απόρριψη *εξαίρε *άρνηση *διακοπή *απαγόρευ *αντίρρηση χωρίς *αποκλεισ*',
  en: "not don't dont doesn't won't can't cannot never no none nor without opt-out optout opt-outs opt refus* object objects objection objecting declin* deny denies denying prevent* exclu* block* disallow* forbid* forbidden prohibit* withdraw* stop* except reject* disabl* restrict* limit* keep unsubscrib* avoid* cease revok* turn protect* shield* withhold* leave left omit* skip* hide hides hidden spare hands out away inverted reverse* against refrain* opposite contrar* ban bans banned veto* suspend* denial* abstain* crossed",
  es: 'no nunca jamás rechaz* oponer* opongo opone oposición imped* exclu* bloque* prohib* deneg* neg* evit* dejar sin retir* desactiv* salvo excepto ningún ninguno ninguna cancelar darme detener fuera margen omitir contra contrario*',
  fa: '*نکن *عدم *رد_کردن *مخالفت *لغو *جلوگیری *بدون *نشود *نشوند *نمی',
  fi: 'ei en älä eivät älkää et emme ette kieltä* kiellä* estä* estä* ilman koskaan poista* lopeta* sulje* vastust* peru* pois poissa jätä ohita piilota suojaa pidä ulkopuol*',
  fr: "ne n n' pas jamais refus* oppos* m'oppos* s'oppos* exclu* exclur* empêch* interdi* aucun aucune sans sauf bloqu* cess* arrêt* retir* désactiv* rejet* déclin* désinscri* aucunement non limiter éviter hors contre contraire*",
  he: 'לא אל *ללא *סירוב *לסרב *התנגד *למנוע *מניעת *חסום *בטל *הפסק',
  hi: 'न नहीं मत *अस्वीकार *इनकार *रोक *बंद *बाहर *आपत्ति *बिना',
  hu: 'ne nem soha *elutasít *tilt *tiltak *kizár *megakadályoz *letilt *nélkül *leiratkoz* *visszavon*',
  id: 'jangan tidak tak bukan tanpa *tolak* *menolak* *larang* *cegah* *kecuali* *berhenti* *keberatan* nonaktifkan hentikan',
  it: 'non no mai nessun nessuna nessuno rifiut* oppon* opporsi oppormi opposizione esclud* esclus* imped* blocc* viet* proib* nega negare negato senza disattiv* revoc* ritir* evit* smett* interromp* tranne salvo limita tieni tenere fuori ometti omett* salta protegg* nascond* lascia',
  ja: '*ない *ません *拒否 *オプトアウト *停止 *除外 *禁止 *不可 *無効 *反対 *やめ *ブロック *防',
  ko: '*않 *안_함 *거부 *금지 *제외 *중지 *차단 *반대 *못 *말기 *해제 *옵트아웃 *마세요 *없이',
  mr: '*नका *नाही *नये *नकार *थांबव *बंद *वगळ',
  ms: 'jangan tidak tak bukan tanpa *tolak* *menolak* *larang* *halang* *kecuali* *henti* *bantah*',
  nl: 'niet geen nooit weiger* bezwaar afmeld* uitsluit* uitgesloten voorkom* verbied* verboden zonder stop* blokkeer* afwijz* intrek* uitschakel* deactiveer* behalve buiten tegen tegendeel geweigerd*',
  no: 'ikke aldri avslå* avvis* reserver* forhindr* utelukk* nekt* uten stopp* blokker* innvending* ingen deaktiver*',
  pa: '*ਨਾ *ਨਹੀਂ *ਇਨਕਾਰ *ਰੋਕ *ਬੰਦ',
  pl: 'nie nigdy bez odmów* odmow* odmawia* sprzeciw* rezygn* wyklucz* zabro* zakaz* zablok* blok* odrzu* wyłącz* wstrzym* cofn* wycof* przesta* żadn* unik* pomi* poza przeciw*',
  pt: 'não nao nunca jamais recus* opor* oponho oposição imped* exclu* bloque* proib* neg* sem rejeit* desativ* retir* evit* parar exceto salvo nenhum nenhuma cancelar revog* fora contra contrári*',
  ro: 'nu niciodată refuz* opun* opoziție *exclud* împiedic* *interzic* *bloc* fără *respin* *retrag* *dezactiv*',
  ru: 'не нет никогда *отказ *запре *исключ *возраж *отклон *блокир *прекра *без *отзыв *отключ',
  sv: 'inte aldrig avböj* neka* invänd* uteslut* förhindra* förbjud* utan stopp* blocker* avvisa* avregistrer* inga ingen inaktiver*',
  te: '*వద్దు *కాదు *తిరస్కర *నిరాకర *ఆపు *లేదు *మినహా',
  th: '*ไม่ *ปฏิเสธ *ห้าม *ยกเว้น *หยุด *คัดค้าน *ยกเลิก *งด *ปิดกั้น *อย่าใช้',
  tl: 'huwag hindi ayaw *tanggih* *tutol* *ihinto* *pigil* walang *hadlang* *alis*',
  tr: '*değil *hayır *reddet* *engelle* *itiraz* *hariç* *vazgeç* *yasakla* *durdur* kullanma kullanmayın *kullanılmasın *istemiyorum *devre_dışı *olmadan asla',
  uk: 'не ні ніколи *відмов *заборон *виключ *запереч *відхил *блок *припин *без *відклик *вимк',
  vi: '*không *đừng *từ_chối *ngăn *loại_trừ *phản_đối *chặn *ngừng *cấm *dừng',
  zh: '*不 *拒绝 *拒絕 *禁止 *停止 *退出 *排除 *反对 *反對 *勿 *别 *別 *无 *無 *非 *阻止',
});

const SAME = Object.freeze({ iw: 'he', nb: 'no', nn: 'no', fil: 'tl' });

/** Words, beginnings and parts of all languages together: in a language that is not known any of them may mean it. */
function tableOf(/** @type {string[]} */ entries) {
  const whole = new Set();
  const beginnings = /** @type {string[]} */ ([]);
  const parts = /** @type {string[]} */ ([]);
  for (const entry of entries) {
    const bare = entry.replaceAll('*', '').replaceAll('_', ' ').toLowerCase();
    if (entry.startsWith('*')) parts.push(bare);
    else if (entry.endsWith('*')) beginnings.push(bare);
    else whole.add(bare);
  }
  return { whole, beginnings, parts };
}

const tables = new Map(Object.entries(WORDS).map(([language, line]) => [language, tableOf(line.split(' '))]));

/** @param {string | null} language BCP 47 @returns {string} its first subtag, by one name where it has two */
export function firstOf(language) {
  const first = (language ?? '').split(/[-_]/)[0].toLowerCase();
  return /** @type {any} */ (SAME)[first] ?? first;
}

/** @param {string | null} language BCP 47 */
function tablesFor(language) {
  const own = tables.get(firstOf(language));
  const english = /** @type {ReturnType<typeof tableOf>} */ (tables.get('en'));
  return own ? [own, english] : [...tables.values()];
}

/**
 * Could these words say the opposite of what they seem to?
 * @param {string} said as `plain` gives it
 * @param {string | null} language of the page
 * @returns {boolean}
 */
export function turns(said, language) {
  const words = said
    .split(/[^\p{L}\p{M}\p{N}'-]+/u)
    .flatMap((word) => [word, ...word.split(/['-]/)])
    .filter(Boolean);
  return tablesFor(language).some(
    ({ whole, beginnings, parts }) =>
      words.some((word) => whole.has(word) || beginnings.some((beginning) => word.startsWith(beginning))) ||
      parts.some((part) => said.includes(part)),
  );
}
