import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { RpcError, type UntornContract } from '../../../core/rpc/index.ts';
import { desktopProcedures } from '../../../main/service/desktop.ts';
import { serviceWith } from '../service.ts';
import { pageOf, startApp, type AppOptions } from './app.ts';
import { FakeElectron } from './fake.ts';

/** What every test of a started app shares: a folder for its states, a fresh Electron, and a run that takes until it is cancelled. */
export interface Bench {
  folder: string;
  electron: FakeElectron;
  /** Called when the run of the service is cancelled. */
  onCancelled: () => void;
}

/** To be called at the top of a test file; its fields are new for each test. */
export function setUpBench(): Bench {
  const bench: Bench = { folder: '', electron: new FakeElectron(), onCancelled: () => undefined };
  beforeEach(async () => {
    bench.folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
    bench.electron = new FakeElectron();
    bench.onCancelled = () => undefined;
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rm(bench.folder, { recursive: true });
  });
  return bench;
}

/** Starts the app and returns its window and the page in it. */
export async function start(bench: Bench, options: Partial<AppOptions> = {}) {
  const { folder, electron } = bench;
  const service = serviceWith({
    'examples.list': () => Promise.resolve([]),
    'plan.run': (_input, { cancellation }) =>
      new Promise((_resolve, reject) => {
        cancellation.onRequest(() => {
          bench.onCancelled();
          reject(new RpcError('cancelled', 'cancelled'));
        });
      }),
  });
  const { window, ...rest } = await startApp({ folder, service, electron, ...options });
  if (!window) throw new Error('no window');
  return { window, page: pageOf(electron, window), ...rest };
}

export type StartedPage = Awaited<ReturnType<typeof start>>['page'];

/** The app started again by the same user: another process, the same folder. */
export function restart(bench: Bench, options: Partial<AppOptions> = {}) {
  bench.electron = new FakeElectron();
  return start(bench, options);
}

/** With the service's real part that is about the desktop. */
export const withDesktop: AppOptions['service'] = (desktop, recent) =>
  serviceWith(desktopProcedures(desktop, recent, [{ name: 'Untorn', version: '1' }]));

/** Waits until the page has heard so much; a busy machine takes its time. */
export const heard = (page: StartedPage, count: number) =>
  vi.waitFor(() => expect(page.texts()).toHaveLength(count), { timeout: 10_000 });

export const settle = () => new Promise((resolve) => setImmediate(resolve));

export const request = (id: number, procedure: keyof UntornContract = 'examples.list', input: unknown = {}) =>
  JSON.stringify({ kind: 'request', id, procedure, input });

export const frames = (texts: readonly unknown[]) => texts.map((text) => JSON.parse(String(text)) as unknown);
