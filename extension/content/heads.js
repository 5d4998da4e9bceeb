/*
 * What stands over a control, in its table, its grid, or the part of the page that it is in. It says nothing about what that means.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { childNodes, nodeType, one, attr, matches, some, parent, contains, closest, style } = ours.natives;
  const { referenced, textOf } = ours.name;

  const DEPTH_MAX = 6;
  const HEAD_WORDS = 3;
  const ROW_DEPTH = 3;
  const CELLS_MAX = 12;
  const ROWS_MAX = 40;
  const SPAN_MAX = 12;
  const ENDS = 'main,[role~="main" i],body';
  const CONTROL = 'input,select,textarea,button,[role~="switch" i],[role~="checkbox" i]';
  const HEAD = 'h1,h2,h3,h4,h5,h6,legend,summary,dt,figcaption,caption,[role~="heading" i]';

  const elementsIn = (node) => childNodes(node).filter((e) => nodeType(e) === 1);

  const spanOf = (cell, name) => Math.min(SPAN_MAX, Math.max(1, Number.parseInt(attr(cell, name) ?? '1', 10) || 1));

  /**
   * The cells of a row by the columns that they take, beside those that come down from rows above (HTML, "forming a table"); `down`: for how
   * many rows more, by the column.
   */
  function columnsIn(row, down) {
    const cells = [];
    for (const cell of elementsIn(row).slice(0, CELLS_MAX)) {
      while (down[cells.length] > 0) cells.push(null);
      const end = cells.length + spanOf(cell, 'colspan');
      while (cells.length < end) {
        down[cells.length] = Math.max(down[cells.length] ?? 0, spanOf(cell, 'rowspan'));
        cells.push(cell);
      }
    }
    for (let column = 0; column < down.length; column += 1) down[column] -= 1;
    return cells;
  }

  /** Rows that are no record of the table: its head and foot, its first row, and a row of heads. */
  const isHeadRow = (row, index) =>
    !one(row, CONTROL) &&
    (index === 0 || matches(parent(row), 'thead,tfoot') || elementsIn(row).every((cell) => matches(cell, 'th')));

  const saidOfCell = (cell) => [textOf(cell), attr(cell, 'abbr') ?? '', attr(cell, 'title') ?? ''];

  /** In a table: what its cell says that it is of, and what stands over and under its column. */
  function columnsOf(element) {
    const cell = closest(element, 'td,th');
    const table = cell && closest(cell, 'table');
    if (!table) return [];
    const down = [];
    const rows = some(table, 'tr', ROWS_MAX).map((row) => ({ row, cells: columnsIn(row, down) }));
    const own = rows.find(({ row }) => contains(row, element))?.cells.indexOf(cell) ?? -1;
    const heads = rows.filter(({ row }, index) => !contains(row, element) && isHeadRow(row, index));
    const over = [...new Set(heads.map(({ cells }) => cells[own]))].filter((head) => head && !one(head, CONTROL));
    const columns = some(table, 'col', CELLS_MAX);
    return [
      ...over.flatMap(saidOfCell).filter((said) => said.split(' ').length <= 2 * HEAD_WORDS),
      ...referenced(cell, 'headers').map(textOf),
      attr(columns[own] ?? table, 'title'),
    ];
  }

  /**
   * Of what stands before it in one part of the page, behind other controls and their words: the nearest. Words right before a control are
   * the control's, unless they are a heading.
   */
  function headBefore(element) {
    const all = parent(element) ? elementsIn(parent(element)) : [];
    let passed = false;
    let bare = matches(element, CONTROL);
    for (const at of all.slice(0, all.indexOf(element)).slice(-ROWS_MAX).reverse()) {
      if (matches(at, CONTROL) || one(at, CONTROL)) {
        passed = true;
        bare = matches(at, CONTROL);
      } else if (textOf(at) !== '') {
        if (!bare || matches(at, HEAD)) return passed ? at : null;
        bare = false;
      }
    }
    return null;
  }

  /** What stands over the parts that it is in, with other controls between. */
  function headsOver(element) {
    const heads = [];
    for (let at = element; at && !matches(at, ENDS); at = parent(at)) heads.push(headBefore(at));
    return heads
      .filter(Boolean)
      .map(textOf)
      .filter((said) => said.split(' ').length <= 2 * HEAD_WORDS);
  }

  /** The first row of what stands before: as many cells, and no control in it. */
  function headRow(row, count) {
    for (let at = row, up = 0; up < ROW_DEPTH && at && !matches(at, ENDS); up += 1, at = parent(at)) {
      let [first] = parent(at) ? elementsIn(parent(at)) : [];
      for (let down = 0; down < ROW_DEPTH && first && first !== at; down += 1) {
        if (!matches(first, 'tr') && elementsIn(first).length === count && !one(first, CONTROL))
          return elementsIn(first);
        [first] = elementsIn(first);
      }
    }
    return [];
  }

  /** Of cells without rows, laid out in a grid: the one that stands over it. */
  function headOfGrid(cell, cells) {
    const { display, gridTemplateColumns = '' } = style(parent(cell));
    if (!/grid/.test(display)) return [];
    const tracks = gridTemplateColumns.replace(/\[[^\]]*\]/g, ' ').trim();
    const [at, count] = [cells.indexOf(cell), tracks.split(/\s+/).length];
    const known = !/[()]/.test(tracks) && count > 1;
    const over = known ? [cells[at % count]] : cells;
    const heads = over.slice(0, CELLS_MAX).filter((head) => head && cells.indexOf(head) < at);
    return heads.some((head) => matches(head, CONTROL) || one(head, CONTROL)) ? [] : heads;
  }

  /** Where rows are drawn without a table: what stands over it, in few words. */
  function overIt(element) {
    let cell = element;
    for (let depth = 0; depth < DEPTH_MAX && cell && !matches(cell, ENDS); depth += 1, cell = parent(cell)) {
      const row = parent(cell);
      const cells = row && !matches(row, ENDS) ? elementsIn(row) : [];
      const head = cells.length > 1 ? headRow(row, cells.length)[cells.indexOf(cell)] : null;
      const heads = [...(head ? [head] : []), ...(cells.length > 1 ? headOfGrid(cell, cells) : [])];
      if (heads.length > 0) return heads.map(textOf).filter((said) => said.split(' ').length <= HEAD_WORDS);
    }
    return [];
  }

  /** All of it, the table's first. */
  const headsOf = (element) => [...columnsOf(element), ...overIt(element), ...headsOver(element)];

  ours.heads ??= Object.freeze({ ENDS, headsOf });
}
