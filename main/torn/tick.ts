const tickMilliseconds = 200;

/** Calls `act` a few times a second until it is ended; it does not keep the process alive. */
export function everyTick(act: () => void): { end(): void } {
  const timer = setInterval(act, tickMilliseconds);
  timer.unref();
  return { end: () => clearInterval(timer) };
}
