import type { LayersWanted } from '../../core/experiment/layers/index.ts';
import { Cancelled, InputError, throwIfCancelled, Unable, type OnProgress } from '../failure.ts';
import type { Prediction, PredictionJob } from './job.ts';
import type { WorkerMessage } from './messages.ts';
import type { ReadBytes } from '../lab/index.ts';
import { performPrediction } from './perform.ts';
import { answerRemote } from './remote-source.ts';
import { projectPath } from '../project.ts';
import { SpareWorker } from './spare-worker.ts';

export interface Work {
  /** Whether the allocator's decisions are wanted too. */
  readonly explain?: boolean;
  /** Whether it is wanted how files and free space come to lie. */
  readonly observe?: boolean;
  /** Whether it is wanted how the layouts come about step by step. */
  readonly replay?: boolean;
  /** What is wanted of the allocator's knowledge; the plan ends at its moment then. */
  readonly layers?: LayersWanted;
  /** Whether a device without atomic limits is taken to have some. */
  readonly assumeAtomic?: boolean;
  /** Reads the source where this process may not open it. */
  readonly read?: ReadBytes | null;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

const spare = new SpareWorker(projectPath('dist/main/predict/worker.js'), 10_000);

/** Predicts in a thread of its own, which an AbortSignal ends. Throws Failure, Cancelled. */
export async function predictInThread(
  job: PredictionJob,
  { read, onProgress, signal }: Work,
): Promise<Prediction> {
  throwIfCancelled(signal);
  // Node runs only what the compiler made; under the test runner the source is predicted with in place.
  if (import.meta.url.endsWith('.ts')) return performPrediction(job, onProgress ?? (() => undefined));
  const { worker, giveBack, end } = spare.take();
  signal?.addEventListener('abort', end, { once: true });
  try {
    const answer = await new Promise<LastMessage>((resolve, reject) => {
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'progress') onProgress?.(message.progress);
        else if (message.kind === 'read') {
          const { offset, length } = message;
          const { remote } = job;
          if (remote && read) answerRemote(remote, read, offset, length).catch(reject);
        } else resolve(message);
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        reject(
          signal?.aborted ? new Cancelled('cancelled') : new Error(`the prediction ended with code ${code}`),
        );
      });
      worker.postMessage(job);
    });
    giveBack();
    if (answer.kind === 'done') return answer.prediction;
    throw failureOf(answer);
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

type LastMessage = Exclude<WorkerMessage, { kind: 'progress' | 'read' }>;

function failureOf({ exitCode, message, place }: Extract<WorkerMessage, { kind: 'failed' }>) {
  return exitCode === 2 ? new InputError(message, place) : new Unable(message, place);
}
