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

/**
 * One run at a time, and one more for all who ask while it goes on: whoever asks gets a run that begins after their asking.
 * @param {() => Promise<void>} run
 * @returns {() => Promise<void>}
 */
export function createGathered(run) {
  const inTurn = createSerial();
  /** @type {Promise<void> | null} */
  let next = null;
  return () => {
    next ??= inTurn(() => {
      next = null;
      return run();
    });
    return next;
  };
}
