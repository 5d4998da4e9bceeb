// What a check finds. A refusal ends its check; a remark is something to know.

/**
 * A sentence as data: its name in _locales without `verify_`, and what fills it.
 * @typedef {{say: string, values: string[]}} Saying
 * @typedef {'good' | 'remark' | 'failed' | 'skipped'} Result
 * @typedef {{check: string, result: Result, code: string, file: string | null} & Saying} Finding
 */

/** Thrown by a part that cannot go on: the package does not verify. */
export class Refusal extends Error {
  /**
   * @param {string} code of docs/protocol.md
   * @param {string | null} file relative to the bag's folder
   * @param {string} say
   * @param {...(string | number)} values
   */
  constructor(code, file, say, ...values) {
    super(`${code} ${file ?? ''}: ${say} ${values.join(' ')}`);
    this.code = code;
    this.file = file;
    this.say = say;
    this.values = values.map(String);
  }
}

/** Collects what the checks say, in order. Remarks beyond the limit are counted and not kept. */
export class Findings {
  /** @param {number} limit of remarks that are kept */
  constructor(limit) {
    this.limit = limit;
    this.remarks = 0;
    /** @type {Finding[]} */
    this.list = [];
  }

  /** @param {string} check @param {string} say @param {...(string | number)} values */
  good(check, say, ...values) {
    this.list.push({ check, result: 'good', code: 'ok', file: null, say, values: values.map(String) });
  }

  /** @param {string} check @param {string | null} file @param {string} say @param {...(string | number)} values */
  remark(check, file, say, ...values) {
    this.remarks += 1;
    if (this.remarks <= this.limit)
      this.list.push({ check, result: 'remark', code: 'ok', file, say, values: values.map(String) });
  }

  /**
   * So many more than those that were said one by one.
   * @param {string} check @param {string | null} file @param {string} say @param {number} count
   */
  more(check, file, say, count) {
    this.remarks += count;
    this.list.push({ check, result: 'remark', code: 'ok', file, say, values: [String(count)] });
  }

  /** @param {string} check @param {unknown} why */
  failed(check, why) {
    const refusal =
      why instanceof Refusal
        ? why
        : new Refusal('malformed', null, 'unreadable', why instanceof Error ? why.message : String(why));
    this.list.push({
      check,
      result: 'failed',
      code: refusal.code,
      file: refusal.file,
      say: refusal.say,
      values: refusal.values,
    });
  }

  /** @param {string} check @param {string} [say] */
  skipped(check, say = 'skipped') {
    this.list.push({ check, result: 'skipped', code: 'ok', file: null, say, values: [] });
  }

  get isGood() {
    return this.list.every(({ result }) => result !== 'failed');
  }
}
