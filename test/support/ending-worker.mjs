/** Ends worker threads in the middle of an executor's jobs: `node ending-worker.mjs ADDON FOLDER`. Says "survived" in the end. */
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

async function endSome() {
  const [addon, folder] = process.argv.slice(2);
  for (let i = 0; i < 12; i++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { addon, folder } });
    await new Promise((resolve) => worker.once('message', resolve));
    await sleep(5 + i);
    await worker.terminate();
  }
  console.log('survived');
}

async function work() {
  const { Executor } = createRequire(import.meta.url)(workerData.addon);
  const executor = new Executor(0, 1, 0);
  await executor.enter(mkdtempSync(path.join(workerData.folder, 'worker-')));
  for (let i = 0; i < 2000; i++) executor.many(`m${i}-`, 5, 4096, 1).catch(() => undefined);
  parentPort.postMessage('busy');
  setInterval(() => undefined, 1000);
}

await (isMainThread ? endSome() : work());
