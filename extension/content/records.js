/*
 * `<code>` elements: the server's own data, as classic pages have it. Whose page it is, and what the setting was when the
 * page was sent; stale after in-page navigation.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { childNodes, nodeType, data } = ours.natives;

  const BLOB_MAX = 1 << 20;
  const blobs = new WeakMap(); /* parsed elements */

  /** Text or, on older pages, a comment. Parsed again only when the node or its length is another. */
  function jsonOf(code) {
    const node = childNodes(code).find((n) => [3, 8].includes(nodeType(n)) && data(n).trim());
    const length = node ? data(node).length : 0;
    const known = blobs.get(code);
    if (known && known.node === node && known.length === length) return known.value;
    const value = node ? parseBlob(data(node).trim()) : null;
    blobs.set(code, { node, length, value });
    return value;
  }

  function parseBlob(text) {
    if (text.length > BLOB_MAX || text[0] !== '{') return null;
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  /** The objects LinkedIn puts at the top, in `data` and in `included`. */
  function recordsOf(value) {
    if (!value || typeof value !== 'object') return [];
    const included = Array.isArray(value.included) ? value.included.slice(0, 200) : [];
    return [value, value.data, ...included].filter((r) => r && typeof r === 'object' && !Array.isArray(r));
  }

  function describeMember(records) {
    const members = records.filter((r) => r.$type === 'com.linkedin.voyager.common.Me');
    const ids = new Set(
      members
        .map((m) => m.plainId)
        .filter((id) => /^(?:number|string)$/.test(typeof id))
        .map(String),
    );
    const premium = new Set(members.map((m) => m.premiumSubscriber).filter((p) => typeof p === 'boolean'));
    return { ids: [...ids].slice(0, 4).map((id) => id.slice(0, 128)), premium: [...premium] };
  }

  function describeSettingData(records) {
    return records
      .filter((r) => typeof r.key === 'string')
      .slice(0, 50)
      .map((r) => {
        const shown = Array.isArray(r.settingDisplayValues)
          ? r.settingDisplayValues.filter((v) => v?.selected === true)
          : [];
        return {
          key: r.key.slice(0, 256),
          value: truthOf(r.value),
          selected: shown.length === 1 ? truthOf(shown[0].value) : null,
        };
      });
  }

  const truthOf = (value) =>
    value === true || value === 'true' ? true : value === false || value === 'false' ? false : null;

  /** @param {any[]} codes */
  function describeRecords(codes) {
    const records = codes.flatMap((code) => recordsOf(jsonOf(code)));
    return { account: describeMember(records), data: describeSettingData(records) };
  }

  ours.records ??= Object.freeze({ describeRecords });
}
