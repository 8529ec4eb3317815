import { expect, it } from 'vitest';
import type { UntornService } from '../../core/rpc/index.ts';
import { watchCalls } from './settle.ts';

it('settles when the last call has ended, well or badly', async () => {
  let finish = (): void => undefined;
  const first = new Promise<void>((resolve) => (finish = resolve));
  const list: UntornService['examples.list'] = () => first.then(() => Promise.reject(new Error('late')));
  const { service, settled } = watchCalls({ 'examples.list': list } as UntornService);
  await settled();
  const context = { emit: () => undefined, cancellation: { requested: false, onRequest: () => undefined } };
  const call = service['examples.list']({}, context as never);
  let over = false;
  const waiting = settled().then(() => (over = true));
  await Promise.resolve();
  expect(over).toBe(false);
  finish();
  await expect(call).rejects.toThrow('late');
  await waiting;
  expect(over).toBe(true);
});
