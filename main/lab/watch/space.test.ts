import type * as fs from 'node:fs';
import { expect, it, vi } from 'vitest';
import { watchSpace } from './space.ts';
import type { Subject } from './watch.ts';

const free = vi.hoisted(() => ({ blocks: 100n }));
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof fs>()),
  statfsSync: () => ({ bfree: free.blocks, ffree: 7n }),
}));

it('reports free space that changes between two steps, and not what a step takes', async () => {
  const reports: string[] = [];
  const watch = watchSpace({ mountPoint: '/' } as Subject, (reason) => reports.push(reason));
  const step = { op: 'create', file: 'a', direct: true } as const;
  const record = { op: 'create', result: 0 } as const;
  await watch.beforeStep?.(step, 0);
  free.blocks = 99n;
  await watch.afterStep?.(step, 0, record);
  await watch.beforeStep?.(step, 1);
  expect(reports).toEqual([]);
  await watch.afterStep?.(step, 1, record);
  free.blocks = 98n;
  await watch.beforeStep?.(step, 2);
  free.blocks = 97n;
  await watch.afterSteps?.();
  expect(reports).toEqual([
    'free space changed before steps[2] (create): from 99 free blocks, 7 free inodes to 98 free blocks, 7 free inodes',
    'free space changed after the last step: from 98 free blocks, 7 free inodes to 97 free blocks, 7 free inodes',
  ]);
});
