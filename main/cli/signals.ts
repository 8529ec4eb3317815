import os from 'node:os';

/** Signals that ask a command to end; it then undoes what it made and ends with 128 + the signal's number. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 and its like once a signal came, null before. */
  readonly exitCode: () => number | null;
}

/** Turns the first signal into an abort; later ones must not stop the cleaning up, and are passed over. */
export function watchSignals(): Interruption {
  const controller = new AbortController();
  let code: number | null = null;
  for (const name of endings) {
    process.on(name, () => {
      code ??= 128 + os.constants.signals[name];
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => code };
}
