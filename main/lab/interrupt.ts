/** Signals that ask a process to end and leave it the time to clean up. */
const requests = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Fires at the first of the signals; later ones are ignored, since the cleaning up is under way. */
  readonly signal: AbortSignal;
  /** Which one it was. */
  received(): NodeJS.Signals | null;
  /** Asks for the same without a signal. */
  interrupt(): void;
  /** Gives the signals their usual effect back. */
  release(): void;
}

/** Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal, so that a run can undo everything first. */
export function interruptible(): Interruption {
  const controller = new AbortController();
  let received: NodeJS.Signals | null = null;
  const abort = (signal: NodeJS.Signals): void => {
    received ??= signal;
    controller.abort();
  };
  for (const request of requests) process.on(request, abort);
  return {
    signal: controller.signal,
    received: () => received,
    interrupt: () => controller.abort(),
    release() {
      for (const request of requests) process.off(request, abort);
    },
  };
}
