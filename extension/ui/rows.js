// A long list of which only the rows in sight exist. One row can be reached by Tab; arrows go on from there.

import { element } from '../shared/dom.js';

/** Beyond what is in sight, on each side. */
const MARGIN = 12;

/**
 * @template T
 * @typedef {object} Parts
 * @property {HTMLElement} table the grid
 * @property {HTMLElement} scroller holds the rows and scrolls
 * @property {(item: T) => Node[]} cells
 * @property {(item: T) => number} idOf
 * @property {(item: T) => void} chosen
 */

/** @template T */
export class Rows {
  /** @type {T[]} */
  #items = [];
  #current = 0;
  #selected = -1;
  #height = 0;
  #drawn = '';
  #space = element('div', { class: 'rows-space', role: 'presentation' });

  /** @param {Parts<T>} parts */
  constructor(parts) {
    this.parts = parts;
    const { scroller } = parts;
    scroller.replaceChildren(this.#space);
    new ResizeObserver(() => this.#resized()).observe(scroller);
    scroller.addEventListener('scroll', () => this.#draw(), { passive: true });
    scroller.addEventListener('click', (event) => this.#onClick(/** @type {Element} */ (event.target)));
    scroller.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** @param {T[]} items */
  show(items) {
    const focused = this.parts.scroller.contains(document.activeElement);
    this.#items = items;
    this.#current = Math.min(this.#current, Math.max(items.length - 1, 0));
    this.#drawn = '';
    this.#measure();
    this.#space.style.blockSize = `${items.length * this.#height}px`;
    this.parts.table.setAttribute('aria-rowcount', String(items.length + 1));
    this.#draw();
    // Whoever was in the list when the rest of it came stays where they were.
    if (focused) this.#focus();
  }

  /** Bring one into sight and choose it. @param {(item: T) => boolean} wanted @returns {boolean} is it there? */
  reveal(wanted) {
    const index = this.#items.findIndex(wanted);
    if (index < 0) return false;
    this.#go(index, false);
    this.#choose();
    return true;
  }

  /** @param {number} index */
  #row(index) {
    const item = this.#items[index];
    const row = element(
      'div',
      {
        class: 'cells entry',
        role: 'row',
        'aria-rowindex': String(index + 2),
        'data-index': String(index),
        'aria-selected': String(this.parts.idOf(item) === this.#selected),
        tabindex: index === this.#current ? '0' : '-1',
      },
      ...this.parts.cells(item),
    );
    row.style.insetBlockStart = `${index * this.#height}px`;
    return row;
  }

  #measure() {
    this.#space.replaceChildren(element('div', { class: 'cells entry' }));
    this.#height = this.#space.firstElementChild?.getBoundingClientRect().height || 44;
    this.#space.replaceChildren();
  }

  /** In a narrower window, or with larger letters, a row is higher: what was on top stays there. */
  #resized() {
    if (this.#items.length === 0) return;
    const { scroller } = this.parts;
    const [before, top] = [this.#height, scroller.scrollTop];
    const focused = scroller.contains(document.activeElement);
    this.#drawn = '';
    this.#measure();
    this.#space.style.blockSize = `${this.#items.length * this.#height}px`;
    if (before > 0 && this.#height !== before) scroller.scrollTop = (top / before) * this.#height;
    this.#draw();
    if (focused) this.#focus();
  }

  #draw() {
    const { scroller } = this.parts;
    const first = Math.max(0, Math.floor(scroller.scrollTop / this.#height) - MARGIN);
    const last = Math.min(
      this.#items.length,
      Math.ceil((scroller.scrollTop + scroller.clientHeight) / this.#height) + MARGIN,
    );
    const next = `${first} ${last} ${this.#current} ${this.#selected}`;
    if (next === this.#drawn) return;
    this.#drawn = next;
    const focused = scroller.contains(document.activeElement);
    this.#space.replaceChildren(
      ...Array.from({ length: Math.max(0, last - first) }, (_, index) => this.#row(first + index)),
    );
    if (focused) this.#focus();
  }

  #focus() {
    /** @type {HTMLElement | null} */ (this.#space.querySelector(`[data-index="${this.#current}"]`))?.focus({
      preventScroll: true,
    });
  }

  /** @param {number} index @param {boolean} focus */
  #go(index, focus) {
    const { scroller } = this.parts;
    this.#current = Math.min(Math.max(index, 0), this.#items.length - 1);
    const top = this.#current * this.#height;
    const below = top + this.#height - scroller.clientHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (below > scroller.scrollTop) scroller.scrollTop = below;
    this.#draw();
    if (focus) this.#focus();
  }

  #choose() {
    const item = this.#items[this.#current];
    if (item === undefined) return;
    this.#selected = this.parts.idOf(item);
    this.#draw();
    this.parts.chosen(item);
  }

  /** @param {Element} target */
  #onClick(target) {
    const row = target.closest('.entry');
    if (!row) return;
    this.#go(Number(row.getAttribute('data-index')), true);
    this.#choose();
  }

  /** @param {string} key @returns {number | null} */
  #target(key) {
    const page = Math.max(1, Math.floor(this.parts.scroller.clientHeight / this.#height) - 1);
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page });
    if (key === 'Home') return 0;
    if (key === 'End') return this.#items.length - 1;
    return key in steps ? this.#current + steps[key] : null;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const target = this.#target(event.key);
    if (target !== null) this.#go(target, true);
    else if (event.key === 'Enter' || event.key === ' ') this.#choose();
    else return;
    event.preventDefault();
  }
}
