#!/usr/bin/env node
// Makes consentlog-verify.html: the page that checks packages as one file, which opens from a disk in any browser and asks nothing of a
// network.   node manifests/verify-page.mjs OUT
// Needs esbuild of tests/package.json (npm ci --prefix tests --ignore-scripts). The same sources give the same bytes.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const { build } = createRequire(new URL('tests/package.json', root))('esbuild');
const text = (path) => readFileSync(new URL(path, root), 'utf8');
const LANGUAGES = ['en', 'de', 'fr'];
const NEEDED =
  /^(?:verify|headline_|why_|document_|kind_|note|part_|skip$|docEffective$|docNoDate$|remindNamed$|compareSame$|language$)/;

/** Sentences of all languages, those alone that the page can say. */
function catalogue() {
  const of = (language) => Object.entries(JSON.parse(text(`extension/_locales/${language}/messages.json`)));
  const sentences = (language) =>
    of(language)
      .filter(([key]) => NEEDED.test(key))
      .map(([key, { message }]) => [key, message]);
  return Object.fromEntries(LANGUAGES.map((language) => [language, Object.fromEntries(sentences(language))]));
}

/** In the place of what an extension has from the browser. */
const shim = () => `const alone = (() => {
  const sentences = ${JSON.stringify(catalogue())};
  const theirs = (navigator.language || 'en').split('-')[0];
  const i18n = {
    getUILanguage: () => (theirs in sentences ? navigator.language : 'en'),
    getMessage(name, values = []) {
      const own = sentences[i18n.getUILanguage().split('-')[0]] ?? sentences.en;
      return (own[name] ?? '').replace(/\\$(\\d)/g, (_, number) => values[number - 1] ?? '');
    },
  };
  return { i18n };
})();`;

const licences = () =>
  readdirSync(new URL('extension/verifier/vendor/licences/', root))
    .sort()
    .map((name) => `${name.replace(/\.txt$/, '')}\n\n${text(`extension/verifier/vendor/licences/${name}`)}`)
    .concat(`consentlog\n\n${text('LICENSE')}`, `jsdiff\n\n${text('extension/shared/vendor/jsdiff/LICENSE')}`)
    .join('\n\n');

async function script() {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(root), // names in comments are told from here, wherever here is
    entryPoints: ['extension/ui/verify-alone.js'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    define: { chrome: 'alone' },
    logLevel: 'error',
  });
  return `${shim()}\n${outputFiles[0].text}`;
}

const hash = (code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`;

async function page() {
  const code = `\n${(await script()).replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}`;
  const style = `\n${['extension/shared/ui.css', 'extension/ui/page.css', 'extension/ui/verify.css'].map(text).join('\n')}`;
  const policy = `default-src 'none'; script-src ${hash(code)}; style-src ${hash(style)}; worker-src blob:; base-uri 'none'; form-action 'none'`;
  const body = text('extension/ui/verify.html')
    .replace(/^[\s\S]*?<body hidden>/, '<body hidden>')
    .replace(/ {2}<\/body>\n<\/html>\n$/, '');
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="referrer" content="no-referrer">',
    '<title>consentlog</title>',
  ];
  return (
    `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n<style>${style}</style>\n</head>\n${body}<script id="script">${code}</script>\n` +
    `<script type="text/plain" id="licences">\n${licences()}\n</script>\n</body>\n</html>\n`
  );
}

if (process.argv.length !== 3) {
  process.stderr.write('Usage: verify-page.mjs OUT\n');
  process.exit(2);
}
writeFileSync(process.argv[2], await page());
