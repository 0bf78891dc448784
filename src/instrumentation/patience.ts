/**
 * Calls `end` once: when so much time has passed, or before when the process exits. Keeps no process alive. Not called
 * once it is disposed of.
 */
export function patience(millis: number, end: () => void): Disposable {
  const stop = (): void => {
    clearTimeout(timer);
    process.off('exit', isOver);
  };
  const isOver = (): void => {
    stop();
    end();
  };
  const timer = setTimeout(isOver, millis);
  timer.unref();
  process.once('exit', isOver);
  return { [Symbol.dispose]: stop };
}
