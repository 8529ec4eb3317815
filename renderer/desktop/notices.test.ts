import { expect, it } from 'vitest';
import { RpcError, type Client, type UntornContract } from '../../core/rpc/index.ts';
import { EndNotices, type NoticeFace } from './notices.ts';

/** A client whose one call ends when the test says so, after the time that it says. */
function begin(name: keyof UntornContract, change: Partial<NoticeFace> = {}) {
  let nowMs = 1000;
  let end: { resolve(): void; reject(error: unknown): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  const result = new Promise<never>((resolve, reject) => {
    end = { resolve: resolve as () => void, reject };
  });
  const shown: [string, string][] = [];
  const notices = new EndNotices({
    now: () => nowMs,
    isWatched: () => false,
    permission: () => 'granted',
    ask: () => Promise.resolve('granted'),
    show: (title, body) => shown.push([title, body]),
    ...change,
  });
  const client: Client<UntornContract> = {
    call: () => ({ result, cancel: () => undefined }),
    close: () => undefined,
  };
  const call = notices.over(client).call(name, {} as never);
  const after = async (elapsedMs: number, error?: unknown) => {
    nowMs += elapsedMs;
    if (error === undefined) end.resolve();
    else end.reject(error);
    await call.result.catch(() => undefined);
    await Promise.resolve();
    return shown;
  };
  return { after };
}

it('tells of the end of long work', async () => {
  expect(await begin('plan.run').after(10_000)).toEqual([['The run has ended', '']]);
  const failed = new RpcError('unable', 'mkfs.ext4 is not installed');
  expect(await begin('torn.storm').after(60_000, failed)).toEqual([
    ['The storm has failed', 'mkfs.ext4 is not installed'],
  ]);
});

it.each([
  ['was short', 'plan.run', 9_999, undefined, {}],
  ['is before the eyes', 'plan.run', 60_000, undefined, { isWatched: () => true }],
  ['was cancelled', 'plan.run', 60_000, new RpcError('cancelled', 'cancelled'), {}],
  ['is no work', 'desktop.watch', 60_000, undefined, {}],
  ['may not be told', 'plan.run', 60_000, undefined, { permission: () => 'denied' as const }],
] as const)('says nothing where it %s', async (_, name, elapsedMs, error, change) => {
  expect(await begin(name, change).after(elapsedMs, error)).toEqual([]);
});
