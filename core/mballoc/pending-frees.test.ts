import { expect, it } from 'vitest';
import { PendingFrees } from './pending-frees.ts';

it('merges what continues each other, where the last part came', () => {
  const pending = new PendingFrees();
  pending.add(1, 10, 5);
  pending.add(2, 15, 5);
  pending.add(1, 15, 2);
  pending.add(1, 8, 2);
  expect(pending.clusters).toBe(14);
  expect(pending.takeCommitted()).toEqual([
    { group: 2, start: 15, count: 5 },
    { group: 1, start: 8, count: 9 },
  ]);
  expect(pending.clusters).toBe(0);
  expect(pending.takeCommitted()).toEqual([]);
});

it('keeps what is freed while a commit runs for the next one', () => {
  const pending = new PendingFrees();
  pending.add(1, 10, 5);
  pending.startCommit();
  pending.add(1, 15, 3);
  expect(pending.all()).toHaveLength(2);
  expect(pending.takeCommitted()).toEqual([{ group: 1, start: 10, count: 5 }]);
  expect(pending.clusters).toBe(3);
  expect(pending.takeCommitted()).toEqual([{ group: 1, start: 15, count: 3 }]);
});
