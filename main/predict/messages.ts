import type { Progress } from '../failure.ts';
import type { Prediction } from './job.ts';

/** What the worker thread says. A defect ends the thread with an error instead. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The thread waits for bytes of a source that it cannot open. */
  | { readonly kind: 'read'; readonly offset: number; readonly length: number }
  | { readonly kind: 'done'; readonly prediction: Prediction }
  | {
      readonly kind: 'failed';
      readonly exitCode: 2 | 3;
      readonly message: string;
      readonly place: string | null;
    };
