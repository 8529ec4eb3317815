import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { SpareWorker, type TakenWorker } from './spare-worker.ts';

const script = new URL(
  `data:text/javascript,${encodeURIComponent(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', (n) => parentPort.postMessage(n + 1));",
  )}`,
);
const patient = 60_000;

async function ask({ worker }: TakenWorker, question: number): Promise<unknown> {
  const answered = once(worker, 'message');
  worker.postMessage(question);
  const [answer] = (await answered) as unknown[];
  return answer;
}

describe('SpareWorker', () => {
  it('gives a thread that has done its job the next one', async () => {
    const spare = new SpareWorker(script, patient);
    const first = spare.take();
    expect(await ask(first, 1)).toBe(2);
    first.giveBack();
    const second = spare.take();
    expect(second.worker).toBe(first.worker);
    expect(await ask(second, 2)).toBe(3);
    second.end();
  });

  it('starts another one while the first is at work, and keeps one of them', async () => {
    const spare = new SpareWorker(script, patient);
    const [first, second] = [spare.take(), spare.take()];
    expect(second.worker).not.toBe(first.worker);
    expect(await Promise.all([ask(first, 1), ask(second, 10)])).toEqual([2, 11]);
    first.giveBack();
    second.giveBack();
    const third = spare.take();
    expect(third.worker).toBe(first.worker);
    third.end();
  });

  it('does not hand out one that has ended', async () => {
    const spare = new SpareWorker(script, 1);
    const first = spare.take();
    expect(await ask(first, 1)).toBe(2);
    first.giveBack();
    await once(first.worker, 'exit');
    const second = spare.take();
    expect(second.worker).not.toBe(first.worker);
    expect(await ask(second, 2)).toBe(3);
    second.end();
  });
});
