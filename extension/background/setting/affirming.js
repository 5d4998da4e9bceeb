/**
 * Words that say straight out that LinkedIn may use what is the member's, as its own labels do. They are built from few words, and
 * this is all of them: one that is not here may say the opposite in a way that nobody thought of, and then nothing is said.
 * No list of words that turn a sentence is ever complete; this one need not be. By language, first subtag; LinkedIn still writes iw, no
 * and tl for he, nb and fil.
 *
 * Of each language four groups: what is done, with what, to which end, and what holds a sentence together. Whole words, in each form that
 * they may have: a stem would take in its compounds, such as a "Trainingsverbot".
 */

import { firstOf, turns } from './turning.js';

/** @type {Readonly<Record<string, string>>} */
const WORDS = Object.freeze({
  ar: 'استخدام استخدم باستخدام / بياناتي البيانات بيانات / لتدريب تدريب نماذج النماذج الذكاء الاصطناعي للذكاء التوليدي بالذكاء ai / السماح لإنشاء إنشاء المحتوى محتوى في على من أجل الشخصية لتحسين التي تنشئ لينكدإن',
  bn: 'ব্যবহার / ডেটা / ai এআই মডেল মডেলগুলি মডেলগুলির মডেলের প্রশিক্ষণ প্রশিক্ষণের / আমার করুন জন্য করতে কন্টেন্ট তৈরি তৈরির দিতে এবং',
  cs: 'použít používat využít využívat sdílet / data údaje obsah příspěvky / ai umělé inteligence trénování trénovat modelů modely školení generativní / povolit moje má mé vaše pro ke na tvorbě tvorbu vytváření obsahu osobní zdokonalování',
  da: 'brug bruge anvend / data oplysninger / ai træne træning modeller generativ oplæring oplære / tillad mine dine til at af for der skaber skabe oprettelse indhold og som personlige indholdsskabelse',
  de: 'verwenden verwendet nutzen genutzt teilen einbeziehen freigeben verwendung nutzung / daten inhalte beiträge informationen / ki training trainieren schulen schulung modelle modellen modells modell generativer generative generativen / erlauben zulassen ihre meine deine ihrer meiner die der des den das zum zur von für mit um zu und in inhalten erstellen erstellung verbesserung verbessern dürfen darf werden durch personenbezogenen persönlichen entwickeln entwicklung',
  el: 'χρήση χρησιμοποίηση χρησιμοποιήστε / δεδομένων δεδομένα / τν ai εκπαίδευση μοντέλων μοντέλα παραγωγικής γενετικής τεχνητής νοημοσύνης / μου των τα για την της του στην τη και δημιουργίας δημιουργία περιεχομένου που δημιουργούν προσωπικών',
  en: 'use share include contribute used / data post posts content contents information activity profile / ai genai training train models model generative / allow let to be my your the personal public for with in of and that which make makes making create creates creating creation improve improving improvement develop developing gen',
  es: 'usar utilizar use utilice compartir incluir uso / datos contenido contenidos publicaciones / ia entrenar entrenamiento modelos modelo generativa / permitir mis tus sus los las el la de del para en que crean crear creación con personales mejorar mejora',
  fa: 'استفاده / داده / هوش مصنوعی آموزش مدل ai / اجازه ها های هایم من از برای در تولید محتوا محتوای شود کن کنید',
  fi: 'käytä käyttää käyttö / tietojani tietojasi tietoja tietojeni tiedot tietoni / tekoälymallien tekoälymalleja tekoäly tekoälyn mallien malleja opettamiseen kouluttamiseen koulutukseen kouluttamaan opettamaan generatiivisen ai / salli saa sisältöä luovien sisällön luomiseen luovia ja henkilökohtaisia luontiin tuottavien parantamiseen',
  fr: 'utiliser utilisation partager inclure / données contenus contenu publications informations posts / ia entraîner entraînement modèles modèle générative / autoriser permettre mes vos les de des du la le pour création créer créent qui et en avec amélioration améliorer développer personnelles',
  he: 'השתמש להשתמש שימוש השתמשו / בנתונים נתונים בנתוני הנתונים נתוני / לאימון אימון לאמן מודלים מודלי ai בינה הבינה מלאכותית המלאכותית גנרטיבית יוצרת / אפשר של שלי שלך ליצירת יצירת תוכן כדי היוצרים האישיים לשיפור',
  hi: 'उपयोग इस्तेमाल प्रयोग / डेटा / ai एआई मॉडल मॉडलों प्रशिक्षण प्रशिक्षित जनरेटिव जेनरेटिव / अनुमति दें मेरे मेरा के का को की लिए करें करने में और सामग्री निर्माण कंटेंट बनाने वाले',
  hu: 'használata felhasználása használja használd / adataim adataimat adatok adataimnak / ai mi mesterséges intelligencia modellek modelljeinek betanításához tanításához képzéséhez tanítására betanítására képzésére generatív / az tartalomkészítő tartalom tartalmat tartalomlétrehozó létrehozó és személyes készítő céljából',
  id: 'gunakan menggunakan pakai penggunaan / data / ai melatih pelatihan model generatif kecerdasan buatan / izinkan saya anda untuk yang membuat pembuatan konten dan dalam pribadi',
  it: 'usa usare utilizza utilizzare utilizzo uso / dati / ia ai intelligenza artificiale addestrare addestramento modelli modello generativa / consenti permetti miei tuoi suoi per la le il gli di dei del della dell creare creano creazione contenuti contenuto che personali migliorare miglioramento',
  ja: '使用 利用 活用 / データ / AI 人工知能 学習 トレーニング モデル 生成 訓練 / 許可 自分 私 あなた 個人 の を に が は で と する して コンテンツ 作成 ため 用 向け 改善 こと',
  ko: '사용 이용 활용 / 데이터 / AI 인공지능 학습 훈련 모델 생성형 / 허용 내 나의 회원님의 개인 를 을 에 의 위해 위한 하기 하여 제작 콘텐츠 생성 만들기 개선 및 으로',
  mr: 'वापरा वापर / डेटा / ai एआय मॉडेल मॉडेल्स मॉडेल्सना प्रशिक्षण प्रशिक्षित / माझा माझ्या चा करण्यासाठी साठी देण्यासाठी करा आणि सामग्री निर्मिती कंटेंट',
  ms: 'gunakan menggunakan penggunaan / data / ai melatih latihan model generatif / benarkan saya anda untuk yang mencipta penciptaan kandungan dan dalam peribadi',
  nl: 'gebruiken gebruik delen / gegevens content berichten bijdragen data / ai training trainen modellen model generatieve / toestaan mijn uw je de het voor van om te en waarmee die wordt gemaakt maken met verbeteren verbetering persoonlijke in',
  no: 'bruk bruke / data dataene opplysninger / ki ai trene trening opplæring lære modeller modellene generativ / tillat mine dine til opp for av som skaper lager innhold innholdsproduksjon innholdsskaping og personlige',
  pa: 'ਵਰਤੋਂ ਵਰਤੋ / ਡਾਟਾ ਡੇਟਾ / ai ਮਾਡਲਾਂ ਮਾਡਲ ਸਿਖਲਾਈ / ਮੇਰੇ ਮੇਰਾ ਦੀ ਦੇ ਲਈ ਕਰੋ ਨੂੰ ਸਮੱਗਰੀ ਬਣਾਉਣ ਵਾਲੇ ਅਤੇ',
  pl: 'użyj używaj używać wykorzystaj wykorzystuj wykorzystywać wykorzystanie udostępnij udostępniaj / danych dane treści / ai si trenowania trenować szkolenia modeli modele sztucznej inteligencji generatywnej / zezwól zezwalaj moich moje twoich twoje do na celu służących tworzenia tworzących ulepszania osobowych osobowe potrzeby',
  pt: 'usar utilizar use utilize compartilhar partilhar incluir uso utilização / dados conteúdo conteúdos posts publicações / ia treinar treinamento treino modelos modelo generativa / permitir os as meus seus de do da dos para em que criam criar criação com pessoais aprimorar aprimoramento melhorar',
  ro: 'utilizează utilizați folosește folosiți utilizarea / datele / ia ai modele modelelor antrenarea antrena instruirea generativă / permite permiteți mele tale pentru de și la care creează creare conținut conținutului crearea în personale',
  ru: 'использовать использование используйте / данные данных / ии обучения обучение обучать моделей модели генеративного искусственного интеллекта / разрешить мои моих ваши для создания создающих контента контент личные личных улучшения чтобы',
  sv: 'använd använda användning / data uppgifter / ai träna träning modeller generativ / tillåt mina dina för att av till skapar skapa innehåll innehållsskapande och som personliga förbättra',
  te: 'ఉపయోగించండి ఉపయోగించు / డేటాను డేటా / ai మోడల్ శిక్షణ / నా కోసం లకు లను ఇవ్వడానికి కంటెంట్ సృష్టి',
  th: 'ใช้ / ข้อมูล / AI ฝึก โมเดล แบบจำลอง ปัญญาประดิษฐ์ / อนุญาต ของ ฉัน คุณ เพื่อ ใน การ ให้ สร้าง เนื้อหา และ ที่ สำหรับ อบรม สอน พัฒนา ปรับปรุง',
  tl: 'gamitin paggamit / data datos / ai sanayin pagsasanay modelo modelong model / payagan ang aking ko sa mga para upang na ng at lumilikha paggawa nilalaman content',
  tr: 'kullan kullanın kullanılsın kullanılmasına / verilerimi verilerim verilerimin / yapay zeka zekâ ai modelleri modellerini modellerinin eğitmek eğitimi eğitiminde üretken / izin ver içerik oluşturma oluşturan için ve kişisel geliştirmek üreten',
  uk: 'використовувати використання / дані даних / ші навчання навчати моделей моделі генеративного штучного інтелекту / дозволити мої моїх для та створення створюють що контенту вмісту особисті',
  vi: 'dụng dùng / liệu / ai luyện mô hình / sử dữ cho phép của tôi để huấn các tạo nội dung và sinh trong việc cá nhân trí tuệ',
  zh: '使用 利用 用于 用於 / 数据 數據 資料 资料 / AI 人工智能 人工智慧 训练 訓練 模型 生成式 / 允许 允許 我的 我 您的 您 的 来 來 以 内容 內容 创作 創作 创建 建立 生成 将 將 改进 改善 个人 個人 用來 用来 进行',
});

/** Written without blanks between words. */
const SOLID = new Set(['ja', 'ko', 'th', 'zh']);

/** What is used stands before the end that it is used for: "Use AI to improve my profile" is another switch. Not where the verb comes last. */
const VERB_LAST = new Set(['bn', 'hi', 'ja', 'ko', 'mr', 'pa', 'te', 'tr']);

/** What the data are used for, in all these languages. Without one of these it may be another use: "Use my data to create content with AI". */
const TRAINS = new RegExp(
  'train|trén|træn|trän|tren|entraîn|antren|addestr|schul|model|modèl|μοντέλ|εκπαίδευ|نماذج|تدريب|مدل|آموزش|opett|opetta|koulut|malli|malle|' +
    'lær|אימון|לאמן|מודל|प्रशिक्ष|मॉडल|मॉडेल|tanít|képz|latih|学習|トレーニング|モデル|訓練|训练|模型|학습|훈련|모델|szkol|škol|instrui|обуч|модел|навч|' +
    'శిక్షణ|మోడల్|ฝึก|โมเดล|แบบจำลอง|อบรม|สอน|sanay|eğit|luyện|mô|ਸਿਖਲਾਈ|ਮਾਡਲ|প্রশিক্ষণ|মডেল',
  'u',
);
/** Words for making something, and for content: what is made of the data need not be a model. */
const MAKES =
  /contenut|sisäl|innehåll|indhold|innhold|tartal|conținut|контент|вміст|محتو|תוכן|コンテンツ|콘텐츠|内容|內容|nội|konten|kandungan|เนื้อหา|सामग्री|कंटेंट|কন্টেন্ট|ਸਮੱਗਰੀ|కంటెంట్|nilalaman|içerik|περιεχ|creat|mak(?:e|ing)|cre[ae]|cria|cré|erstell|maken|gemaakt|tvo[rř]|vytv|skab|skap|lager|opret|δημιουργ|تولید|إنشاء|تنشئ|luo|luontiin|tuott|יציר|יוצר|निर्म|बनाने|készít|létreh|buat|cipta|作成|创|創|建立|제작|만들|ਬਣਾ|tworz|созда|створ|సృష్టి|สร้าง|lumil|paggaw|oluştur|üret|tạo|তৈরি/u;

const NAME = 'linkedin';
const LENGTH_MAX = 8_000;

const tables = new Map(
  Object.entries(WORDS).map(([language, line]) => {
    const groups = line
      .toLowerCase()
      .split(' / ')
      .map((group) => group.split(' '));
    const all = [...groups.flat(), NAME].sort((a, b) => b.length - a.length);
    return [language, { groups, all, known: new Set(all) }];
  }),
);

/** The longest word first, and never back: a page cannot make this take long. @param {string} run @param {string[]} words */
function cut(run, words) {
  const found = [];
  for (let at = 0; at < run.length;) {
    const word = words.find((one) => run.startsWith(one, at));
    if (word === undefined) return [run];
    found.push(word);
    at += word.length;
  }
  return found;
}

/** One word that points says nothing of the kind, and so nothing against it. */
const POINTING = new Set(
  'this that it dies diese dieses das ceci cela dit deze este esta esto isto to toto'.split(' '),
);

/** @param {string} said as `plain` gives it @param {string | null} language of the page, BCP 47 @returns {boolean} */
export const points = (said, language) => POINTING.has(said) && tables.has(firstOf(language));

/**
 * Who else is given the data is told in these words only: LinkedIn names its affiliates beside itself as those who use them, and partners by
 * what they make is the end again. Sharing with them is another setting.
 * @type {Readonly<Record<string, RegExp>>}
 */
const TOGETHER = Object.freeze({
  en: /(?<=(?:^|let |allow )linkedin)(?: and its affiliates)(?= to | use )|(?<= with )partners(?= (?:that|which) make )/gu,
});

/** @param {string} said @param {string | null} language */
function wordsIn(said, language) {
  const runs = said
    .replaceAll('\u0307', '') // of a Turkish capital
    .replace(TOGETHER[firstOf(language)] ?? '', '')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);
  const table = tables.get(firstOf(language));
  /* One letter by itself is no word that turns, but in a script of signs. */
  if (!SOLID.has(firstOf(language))) return runs.filter((run) => run.length > 1);
  return table ? runs.flatMap((run) => cut(run, table.all)) : runs;
}

/**
 * Is each of its words one of these, or one of the others that are given?
 * @param {string} said as `plain` gives it
 * @param {string | null} language of the words
 * @param {(word: string) => boolean} isOther
 * @returns {boolean}
 */
export function wordsKnown(said, language, isOther) {
  const known = tables.get(firstOf(language))?.known;
  return said.length <= LENGTH_MAX && wordsIn(said, language).every((word) => known?.has(word) || isOther(word));
}

/**
 * Does it say so in no other words than these: what is done, with what, and to which end?
 * @param {string} said as `plain` gives it
 * @param {string | null} language of the page, BCP 47
 * @param {boolean} [whole] false: the end may go unsaid, where a key says it
 * @returns {boolean}
 */
export function affirms(said, language, whole = true) {
  const table = tables.get(firstOf(language));
  if (table === undefined || said.length > LENGTH_MAX || turns(said, language)) return false;
  const words = wordsIn(said, language);
  const [done, what, end] = table.groups.map((group) => words.findIndex((word) => group.includes(word)));
  const known = done >= 0 && what >= 0 && words.every((word) => table.known.has(word));
  if (!known || (end >= 0 && what > end && !VERB_LAST.has(firstOf(language)))) return false;
  const trains = words.some((word) => TRAINS.test(word));
  return trains ? end >= 0 || !whole : !whole && !words.some((word) => MAKES.test(word));
}
