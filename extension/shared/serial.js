/**
 * One at a time, in the order of asking; a failure does not stop the next.
 * @returns {<T>(task: () => Promise<T>) => Promise<T>}
 */
export function createSerial() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    last = next.catch(() => {});
    return next;
  };
}
