// The replica's page script: in-page navigation, late rendering and saving. GUESSED: how the real page does each.
'use strict';

const SETTING_PATHS = /^\/mypreferences\/[dm]\/(settings\/)?data-for-ai-improvement\/?$/;
const main = document.getElementById('main');
const delay = Number(document.body.dataset.delay);

async function show(path) {
  const answer = await fetch(`/replica/fragment?path=${encodeURIComponent(path)}`);
  const fragment = new DOMParser().parseFromString(await answer.text(), 'text/html');
  main.replaceChildren(...fragment.body.childNodes);
  document.title = `${main.querySelector('h1').textContent} | LinkedIn`;
}

async function save(input) {
  const value = input.checked;
  if (input.hasAttribute('aria-checked')) input.setAttribute('aria-checked', String(value));
  const answer = await fetch('/replica/save', { method: 'POST', body: JSON.stringify({ value }) });
  document.body.dataset.saved = String(answer.ok);
  if (answer.ok) return;
  input.checked = !value;
  if (input.hasAttribute('aria-checked')) input.setAttribute('aria-checked', String(!value));
}

main.addEventListener('change', (event) => {
  if (event.target.type === 'checkbox') save(event.target);
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-go]');
  if (!link) return;
  event.preventDefault();
  history.pushState(null, '', link.getAttribute('href'));
  document.title = 'LinkedIn';
  if (!SETTING_PATHS.test(location.pathname)) return main.replaceChildren('A post by somebody.');
  main.replaceChildren('Loading');
  setTimeout(show, delay, location.pathname);
});
addEventListener('popstate', () => location.reload());

if (main.querySelector('[data-late]')) setTimeout(show, delay, location.pathname);
