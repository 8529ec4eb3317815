import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SpareWorker } from './spare-worker.ts';

const echo = new URL(
  `data:text/javascript,${encodeURIComponent(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', (m) => parentPort.postMessage(m));",
  )}`,
);

async function answerOf(spare: SpareWorker, question: string): Promise<unknown> {
  const { worker, giveBack } = spare.take();
  const answered = once(worker, 'message');
  const ended = once(worker, 'exit').then(([code]) => `ended with code ${String(code)}`);
  worker.postMessage(question);
  const answer = await Promise.race([answered.then(([message]) => message as unknown), ended]);
  giveBack();
  return answer;
}

it('gives nobody a thread that is on its way out', async () => {
  const spare = new SpareWorker(echo, 0);
  for (let round = 0; round < 20; round++) {
    expect(await answerOf(spare, `round ${round}`)).toBe(`round ${round}`);
    // The patience is over by now, and the thread ends or has ended.
    await sleep(round % 4);
  }
  const { end } = spare.take();
  end();
});
