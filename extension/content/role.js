/*
 * What role a page gives an element: the first of its words that ARIA knows, in whatever case, as the browsers read it (WAI-ARIA 1.2, "Handling
 * Author Errors"; ARIA in HTML, "Case requirements"). A selector cannot ask that: where one is used, any of the words counts.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { attr } = ours.natives;

  /* WAI-ARIA 1.2, "Definition of Roles", but for the abstract ones. */
  const ROLES = new Set(
    (
      'alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox complementary ' +
      'contentinfo definition deletion dialog directory document emphasis feed figure form generic grid gridcell group heading img ' +
      'insertion link list listbox listitem log main marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter ' +
      'navigation none note option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search ' +
      'searchbox separator slider spinbutton status strong subscript superscript switch tab table tablist tabpanel term textbox time ' +
      'timer toolbar tooltip tree treegrid treeitem'
    ).split(' '),
  );

  /** @returns {string} empty: none, or none that ARIA knows */
  const roleOf = (element) =>
    (attr(element, 'role') ?? '')
      .toLowerCase()
      .split(/[\t\n\f\r ]+/)
      .find((word) => ROLES.has(word)) ?? '';

  ours.role ??= Object.freeze({ roleOf });
}
