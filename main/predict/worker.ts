/** Entry of the worker thread that predicts, so that neither service nor command line stands still meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { assertExists } from '../../core/assert.ts';
import { Failure } from '../failure.ts';
import type { PredictionJob } from './job.ts';
import type { WorkerMessage } from './messages.ts';
import { performPrediction } from './perform.ts';

const port = assertExists(parentPort, 'the port of a worker thread');

function tell(message: WorkerMessage): void {
  port.postMessage(message);
}

try {
  const job = workerData as PredictionJob;
  tell({
    kind: 'done',
    prediction: performPrediction(job, (progress) => tell({ kind: 'progress', progress })),
  });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  tell({ kind: 'failed', exitCode: error.exitCode, message: error.message, place: error.place });
}
