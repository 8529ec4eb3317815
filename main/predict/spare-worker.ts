import { Worker } from 'node:worker_threads';

/** A thread taken for one job. */
export interface TakenWorker {
  readonly worker: Worker;
  /** The job is answered, and the thread may do another one. Nobody listens to it any more. */
  giveBack(): void;
  /** Ends the thread, whatever it does. */
  end(): void;
}

const events = ['message', 'error', 'exit'] as const;

/**
 * Keeps a thread that has done its job for the next one, for a while: to start one and to compile the mirror in it takes
 * longer than most predictions. While it waits it does not keep the process alive.
 */
export class SpareWorker {
  readonly #script: URL | string;
  readonly #patienceMs: number;
  #waiting: Worker | null = null;
  #farewell: NodeJS.Timeout | undefined;

  constructor(script: URL | string, patienceMs: number) {
    this.#script = script;
    this.#patienceMs = patienceMs;
  }

  /** The thread that waits, else a new one. */
  take(): TakenWorker {
    const worker = this.#waiting ?? new Worker(this.#script);
    this.#waiting = null;
    clearTimeout(this.#farewell);
    worker.removeAllListeners('exit');
    worker.ref();
    return { worker, giveBack: () => this.#keep(worker), end: () => void worker.terminate() };
  }

  #keep(worker: Worker): void {
    // Not all listeners at once: Node has some of its own.
    for (const event of events) worker.removeAllListeners(event);
    worker.unref();
    if (this.#waiting !== null) {
      void worker.terminate();
      return;
    }
    this.#waiting = worker;
    worker.on('exit', () => {
      if (this.#waiting === worker) this.#waiting = null;
    });
    this.#farewell = setTimeout(() => {
      // At once: it takes a moment to end, and nobody is to be given it meanwhile.
      if (this.#waiting === worker) this.#waiting = null;
      void worker.terminate();
    }, this.#patienceMs).unref();
  }
}
