import js from '@eslint/js';

const names = (...list) => Object.fromEntries(list.map((name) => [name, 'readonly']));

const web = names('document', 'window', 'location', 'history', 'navigator', 'fetch', 'URL', 'URLSearchParams', 'console',
  'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'addEventListener', 'removeEventListener', 'crypto',
  'performance', 'structuredClone', 'queueMicrotask', 'requestAnimationFrame', 'requestIdleCallback', 'getComputedStyle',
  'TextEncoder', 'TextDecoder', 'DOMParser', 'MutationObserver', 'PerformanceObserver', 'AbortController', 'AbortSignal', 'Blob', 'Event',
  'MouseEvent', 'KeyboardEvent', 'CustomEvent', 'Node', 'NodeFilter', 'Element', 'HTMLElement', 'HTMLInputElement',
  'HTMLButtonElement', 'HTMLIFrameElement', 'HTMLDialogElement', 'OffscreenCanvas', 'createImageBitmap', 'ShadowRoot', 'Document', 'Intl', 'globalThis', 'self',
  'matchMedia', 'atob', 'btoa', 'createImageBitmap', 'innerWidth', 'innerHeight', 'ResizeObserver', 'SVGElement', 'HTMLSelectElement',
  'HTMLCanvasElement', 'Headers', 'Response', 'close', 'reportError', 'chrome', 'browser');
const node = names('process', 'Buffer', 'console', 'URL', 'URLSearchParams', 'setTimeout', 'clearTimeout', 'setInterval',
  'clearInterval', 'setImmediate', 'structuredClone', 'fetch', 'performance', 'TextEncoder', 'TextDecoder', 'globalThis',
  'AbortController', 'AbortSignal', 'queueMicrotask', 'crypto');

/** What no file of ours does, whichever side it runs on. */
const shared = {
  ...js.configs.recommended.rules,
  'array-callback-return': 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'max-depth': ['error', 3],
  'max-len': ['error', { code: 150, ignorePattern: '^// KNOWN:', ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
  'no-constructor-return': 'error',
  'no-eval': 'error',
  'no-extend-native': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-param-reassign': ['error', { props: false }],
  'no-promise-executor-return': 'off',
  'no-shadow': ['error', { hoist: 'never', ignoreOnInitialization: true }],
  'no-template-curly-in-string': 'error',
  'no-throw-literal': 'error',
  'no-unreachable-loop': 'error',
  'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
  'no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-template': 'off',
  'require-atomic-updates': 'off',
};

/** A page's text must never become markup in our pages: no property or method that parses HTML. */
const noMarkup = ['error',
  ...['innerHTML', 'outerHTML'].map((property) => ({
    selector: `AssignmentExpression > MemberExpression.left[property.name="${property}"]`,
    message: `${property} parses markup; make elements or set textContent.`,
  })),
  { selector: 'CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)$/]',
    message: 'This parses markup; make elements or set textContent.' },
  { selector: 'CallExpression[callee.object.name="document"][callee.property.name=/^(write|writeln)$/]',
    message: 'document.write parses markup.' },
];

export default [
  { ignores: ['**/node_modules/**', 'build/**', 'tests/output/**', 'extension/shared/vendor/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['extension/**/*.js'],
    languageOptions: { ecmaVersion: 2023, sourceType: 'module', globals: web },
    rules: { ...shared, 'no-console': 'error', 'no-restricted-syntax': noMarkup, complexity: ['error', 18],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  { // Injected as they are: classic scripts, not modules.
    files: ['extension/content/**/*.js', 'tests/replica/client.js'],
    languageOptions: { ecmaVersion: 2023, sourceType: 'script', globals: web },
  },
  {
    files: ['tests/**/*.mjs'],
    languageOptions: { ecmaVersion: 2023, sourceType: 'module', globals: { ...node, ...web } },
    rules: shared,
  },
  { files: ['tests/replica/client.js'], rules: { ...shared, 'no-restricted-syntax': noMarkup } },
];
