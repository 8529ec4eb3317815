/**
 * Whether a live view of a storm grows: ten minutes of it in Chromium, the heap after the collector has run, every half
 * minute. `nice node test/support/run-ts.mjs test/bench/storm-view.ts [SECONDS]`; dist/renderer must be built.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { openBrowser, openPage, serveOver } from '../browser/harness.ts';
import { standIn } from '../browser/stand-in.ts';

interface Sample {
  readonly seconds: number;
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

const seconds = Number(process.argv[2] ?? 600);
const everySeconds = Math.min(30, seconds / 5);
/** What comes before is the view being built up, and code being compiled. */
const settledAfter = everySeconds * 2;
const writesPerSecond = 500;

const folder = await mkdtemp(join(tmpdir(), 'untorn-bench-'));
process.env['XDG_STATE_HOME'] = folder;
const { browser, close: closeBrowser } = await openBrowser();
const server = await serveOver(standIn);
try {
  const { page, complaints } = await openPage(browser, server.url);
  const session = await page.context().newCDPSession(page);
  await begin(page);
  const samples: Sample[] = [];
  for (let at = everySeconds; at < seconds; at += everySeconds) {
    await page.waitForTimeout(everySeconds * 1000);
    const sample = await measure(session, at);
    samples.push(sample);
    const { heapBytes, nodes, listeners } = sample;
    console.log(
      `${String(at).padStart(5)} s  ${(heapBytes / 1024).toFixed(0)} KiB  ${nodes} nodes  ${listeners} listeners`,
    );
  }
  await page
    .getByRole('region', { name: 'Verdict' })
    .getByText('Untorn', { exact: true })
    .waitFor({ timeout: 180_000 });
  const settled = samples.filter((one) => one.seconds > settledAfter);
  const perMinute = slope(settled) * 60;
  const [first, last] = [settled[0], settled.at(-1)];
  console.log(
    `${seconds} s at ${writesPerSecond} writes a second: ${perMinute.toFixed(0)} bytes a minute; ` +
      `${((first?.heapBytes ?? 0) / 1024).toFixed(0)} KiB after ${first?.seconds} s, ` +
      `${((last?.heapBytes ?? 0) / 1024).toFixed(0)} KiB after ${last?.seconds} s; ` +
      `${first?.nodes} and ${last?.nodes} nodes; ${complaints.length} complaints of the page`,
  );
} finally {
  await server.close();
  await closeBrowser();
  await rm(folder, { recursive: true, force: true });
}

async function begin(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Torn' }).click();
  await page.getByLabel('Target').fill(join(folder, 'units'));
  await page.getByLabel('of size').fill('16MiB');
  await page.getByLabel('Seconds').fill(String(seconds));
  await page.getByLabel('a second', { exact: true }).fill(String(writesPerSecond));
  await page.getByLabel('Durable by').selectOption('none');
  await page.getByRole('button', { name: 'Let it blow' }).click();
  await page.getByText('acknowledged').first().waitFor();
}

async function measure(session: CDPSession, at: number): Promise<Sample> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { seconds: at, heapBytes: usedSize, nodes, listeners: jsEventListeners };
}

/** Bytes a second, by least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [middle, level] = [mean((one) => one.seconds), mean((one) => one.heapBytes)];
  const over = samples.reduce((sum, one) => sum + (one.seconds - middle) * (one.heapBytes - level), 0);
  return over / samples.reduce((sum, one) => sum + (one.seconds - middle) ** 2, 0);
}
