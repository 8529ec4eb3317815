import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { projectPath } from '../../main/project.ts';
import { openBrowser } from '../browser/harness.ts';
import { median } from './stopwatch.ts';

const rounds = 9;

/** Milliseconds since the navigation began, as the page's own clock has them. */
interface Paint {
  readonly firstMs: number;
  /** The plan is on the screen: host, examples and the check of the first plan have been answered. */
  readonly readyMs: number;
}

/** How long a newcomer looks at nothing: the start of `untorn serve`, and the page in a browser that has never seen it. */
export async function benchApp(): Promise<void> {
  const { browser, close } = await openBrowser();
  try {
    const starts: number[] = [];
    const paints: Paint[] = [];
    for (let round = 0; round <= rounds; round++) {
      const began = performance.now();
      const server = spawn(process.execPath, [projectPath('dist', 'main', 'cli', 'untorn.js'), 'serve'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const ended = once(server, 'exit');
      try {
        const [url] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
        const startMs = performance.now() - began;
        const paint = await look(browser, url);
        // In the first round the browser itself is cold.
        if (round > 0) starts.push(startMs);
        if (round > 0) paints.push(paint);
      } finally {
        server.kill('SIGINT');
        await ended;
      }
    }
    const told = (values: readonly number[]) =>
      `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
    console.log(
      `serve: address printed after ${told(starts)}; first paint ${told(paints.map(({ firstMs }) => firstMs))} after the ` +
        `address is opened, plan shown ${told(paints.map(({ readyMs }) => readyMs))}; ${rounds} starts, empty cache`,
    );
  } finally {
    await close();
  }
}

async function look(browser: Browser, url: string): Promise<Paint> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'commit' });
    await page.getByText('a loop device of').first().waitFor();
    const readyMs = await page.evaluate(() => performance.now());
    const firstMs = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const observer = new PerformanceObserver((list) => {
            const [paint] = list.getEntriesByName('first-contentful-paint');
            if (paint) resolve(paint.startTime);
          });
          observer.observe({ type: 'paint', buffered: true });
        }),
    );
    return { firstMs, readyMs };
  } finally {
    await context.close();
  }
}
