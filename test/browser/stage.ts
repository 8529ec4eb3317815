import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { assertExists } from '../../core/assert.ts';
import type { RunningServer } from '../../main/serve/server.ts';
import type { Laboratory, TornLaboratory } from '../../main/service/index.ts';
import { openBrowser, serveOver, whyNoBrowser } from './harness.ts';

/** A browser, and a server over a laboratory, for the tests of one block. */
export interface Stage {
  readonly browser: Browser;
  readonly server: RunningServer;
  /** What procedures threw that was no RpcError. */
  readonly defects: readonly unknown[];
}

/** A block of tests on a stage of its own; skipped, with the reason in its title, where there is no browser. */
export function describeInBrowser(
  title: string,
  laboratory: Laboratory,
  body: (stage: Stage) => void,
  torn?: TornLaboratory,
): void {
  const whyNot = whyNoBrowser;
  describe.skipIf(whyNot)(`${title}${whyNot === null ? '' : ` (skipped: ${whyNot})`}`, () => {
    const defects: unknown[] = [];
    let opened: Awaited<ReturnType<typeof openBrowser>> | null = null;
    let server: RunningServer | null = null;
    beforeAll(async () => {
      opened = await openBrowser();
      server = await serveOver(laboratory, defects, torn);
    });
    afterAll(async () => {
      await server?.close();
      await opened?.close();
    });
    body({
      get browser() {
        return assertExists(opened, 'a browser, once the tests run').browser;
      },
      get server() {
        return assertExists(server, 'a server, once the tests run');
      },
      defects,
    });
  });
}
