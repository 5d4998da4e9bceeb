// Text that does not fit where it stands: in a box, in a list to choose from, or beside the page. Runs in a page of either browser.

/** @returns {string[]} what is cut, must be scrolled sideways, is a command that touches the words above it, or a gap where nothing is said */
export function cutOff() {
  const name = (/** @type {Element} */ one) =>
    `${one.outerHTML.slice(0, 90)} “${one.textContent?.trim().slice(0, 40)}”`;
  const shown = [...document.querySelectorAll('body *')].filter(
    (one) => one instanceof HTMLElement && one.checkVisibility() && !one.closest('.visually-hidden, .skip'),
  );
  const boxes = shown.filter((one) => {
    const { display, overflowX, overflowY, textOverflow } = getComputedStyle(one);
    if (one.localName === 'input' || display === 'inline' || one.clientWidth === 0 || textOverflow === 'ellipsis')
      return false;
    const low = ['hidden', 'clip'].includes(overflowY) && one.scrollHeight > one.clientHeight + 2;
    return one.scrollWidth > one.clientWidth + 1 || (overflowX !== 'visible' && low);
  });
  // A closed list shows one line and cuts it in silence, without the three dots: its widest line has to fit.
  const lists = shown.filter((one) => {
    if (one.localName !== 'select' || getComputedStyle(one).textOverflow === 'ellipsis') return false;
    const alike = /** @type {HTMLElement} */ (one.cloneNode(true));
    alike.style.cssText = 'position: absolute; visibility: hidden; width: max-content; max-width: none';
    one.after(alike);
    const wanted = alike.getBoundingClientRect().width;
    alike.remove();
    return wanted > one.getBoundingClientRect().width + 1;
  });
  const { clientWidth, scrollWidth } = document.documentElement;
  const beside = shown.filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width > 0 && (left < -1 || right > clientWidth + 1);
  });
  const touching = shown.filter((one) => {
    const before = one.matches('.command:not(.notice .command)') ? one.previousElementSibling : null;
    return before?.checkVisibility() && one.getBoundingClientRect().top - before.getBoundingClientRect().bottom < 4;
  });
  const gaps = shown.filter((one) => {
    const stands = ['static', 'relative'].includes(getComputedStyle(one).position);
    const drawn = [...one.children].some((part) => part.checkVisibility() && part.getBoundingClientRect().width > 0);
    return stands && (one.matches('p, ul, ol') ? one.childNodes.length === 0 : one.matches('.row') && !drawn);
  });
  const over = scrollWidth > clientWidth ? [`the page is ${scrollWidth - clientWidth} px too wide`] : [];
  return [...over, ...[...new Set([...boxes, ...lists, ...beside, ...touching, ...gaps])].map(name)];
}
