import { describe, expect, it } from 'vitest';
import { planText, setUpService } from '../../test/support/laboratory.ts';
import type { Laboratory } from './laboratory.ts';

const bench = setUpService();

describe('plan.versus', () => {
  const units = { aligned: 1, misaligned: 0, split: 0, missing: 0, refused: 0 };
  const none = { refusedSteps: 0, warnings: 0, crashed: false, files: 1, extents: 1, leftOverBlocks: 0 };

  it("asks for the plan's own allocator and the other one", async () => {
    const versus: Laboratory['versus'] = async (plan, allocators, unitBytes) => ({
      plan,
      sides: allocators.map((allocator) => ({
        allocator,
        writes: 'as-asked',
        steps: [{ result: -1, errno: 'EINVAL', extents: [], units, leftOverBlocks: unitBytes ?? 0 }],
        totals: { ...none, units, free: null },
      })),
      outcomes: allocators.map((allocator) => ({ allocator, steps: [], files: {} })),
      blockBytes: 4096,
      clusterBytes: 16384,
    });
    const input = { text: planText, other: 'rfc-2023-11', unitBytes: 8192 };
    const answer = await bench.connect({ versus }).client.call('plan.versus', input).result;
    expect(answer.sides.map(({ allocator }) => allocator)).toEqual(['auto', 'rfc-2023-11']);
    expect(answer.sides[0]?.steps).toEqual([
      { result: -1, errno: 'EINVAL', warnings: [], crash: null, extents: [], units, leftOverBlocks: 8192 },
    ]);
    expect(answer).toMatchObject({ clusterBytes: 16384, assumed: { minBytes: 512 } });
  });

  it('says what stands against it', async () => {
    const { client } = bench.connect();
    const other = 'linux-6.18';
    const unable = client.call('plan.versus', { text: planText, other, unitBytes: null }).result;
    await expect(unable).rejects.toMatchObject({ code: 'unable', message: 'no allocator' });
    const wrong = client.call('plan.versus', { text: '{}', other, unitBytes: null }).result;
    await expect(wrong).rejects.toMatchObject({ code: 'input' });
  });

  it('knows every allocator by the name that plans use', async () => {
    const { allocators, auto } = await bench.connect().client.call('allocators.list', {}).result;
    const names = allocators.map(({ name }) => name);
    expect(names).toContain('rfc-2023-11');
    expect([...names, '']).toContain(auto.name);
  });
});
