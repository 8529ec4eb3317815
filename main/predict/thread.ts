import { Worker } from 'node:worker_threads';
import { Cancelled, InputError, throwIfCancelled, Unable, type OnProgress } from '../failure.ts';
import type { Prediction, PredictionJob } from './job.ts';
import type { WorkerMessage } from './messages.ts';
import { performPrediction } from './perform.ts';

export interface Work {
  /** Whether the allocator's decisions are wanted too. */
  readonly explain?: boolean;
  /** Whether it is wanted how files and free space come to lie. */
  readonly observe?: boolean;
  /** Whether a device without atomic limits is taken to have some. */
  readonly assumeAtomic?: boolean;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Predicts in a thread of its own, which an AbortSignal ends. Throws Failure, Cancelled. */
export async function predictInThread(job: PredictionJob, { onProgress, signal }: Work): Promise<Prediction> {
  throwIfCancelled(signal);
  // Node runs only what the compiler made; under the test runner the source is predicted with in place.
  if (import.meta.url.endsWith('.ts')) return performPrediction(job, onProgress ?? (() => undefined));
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: job });
  const stop = () => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await answerOf(worker, onProgress, signal);
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function answerOf(
  worker: Worker,
  onProgress: OnProgress | undefined,
  signal: AbortSignal | undefined,
): Promise<Prediction> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'progress') onProgress?.(message.progress);
      else if (message.kind === 'done') resolve(message.prediction);
      else reject(failureOf(message));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      reject(
        signal?.aborted ? new Cancelled('cancelled') : new Error(`the prediction ended with code ${code}`),
      );
    });
  });
}

function failureOf({ exitCode, message, place }: Extract<WorkerMessage, { kind: 'failed' }>) {
  return exitCode === 2 ? new InputError(message, place) : new Unable(message, place);
}
