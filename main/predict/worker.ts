/** Entry of the worker thread that predicts, so that neither service nor command line stands still meanwhile. */
import { parentPort } from 'node:worker_threads';
import { assertExists } from '../../core/assert.ts';
import { Failure } from '../failure.ts';
import type { PredictionJob } from './job.ts';
import type { WorkerMessage } from './messages.ts';
import { performPrediction } from './perform.ts';

const port = assertExists(parentPort, 'the port of a worker thread');

function tell(message: WorkerMessage): void {
  port.postMessage(message);
}

/** One job after the other; what is not a {@link Failure} ends the thread. */
port.on('message', (job: PredictionJob) => {
  try {
    const prediction = performPrediction(
      job,
      (progress) => tell({ kind: 'progress', progress }),
      (offset, length) => tell({ kind: 'read', offset, length }),
    );
    tell({ kind: 'done', prediction });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tell({ kind: 'failed', exitCode: error.exitCode, message: error.message, place: error.place });
  }
});
