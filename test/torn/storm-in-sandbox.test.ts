import { afterEach, describe, expect, it } from 'vitest';
import { parsePlan, type Plan, type PlanInput } from '../../core/experiment/plan.ts';
import type { TornEvent } from '../../core/torn/index.ts';
import { InputError } from '../../main/failure.ts';
import { runStormInSandbox } from '../../main/torn/index.ts';
import { traces, usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram } from '../support/machine.ts';
import { umlOrReason } from '../support/sandbox.ts';

const temp = usePrivateTemp();
afterEach(() => expect(traces(temp())).toEqual([]));

type Target = PlanInput['target'];

/** A drive that takes atomic writes of up to 64 KiB, with that filesystem. */
function planOn(fs: 'ext4' | 'xfs', args: string[] = []): Plan {
  const size = fs === 'xfs' ? '400MiB' : '128MiB';
  const target: Target = { kind: 'sandbox', size, mkfs: { fs, args }, drive: { atomicMax: '64KiB' } };
  return parsePlan({ version: 1, target, steps: [] });
}

const bigalloc = ['-b', '4096', '-O', 'bigalloc', '-C', '16384'];
const wanted = { atomic: true, writes: 400, writers: 2, readers: 1, seed: 1 } as const;
const reason = umlOrReason().reason || whyNotProgram('mkfs.ext4') || whyNotProgram('mkfs.xfs');

describe.skipIf(reason)(`a storm of atomic writes in a sandbox ${reason || ''}`, () => {
  it.each<[string, Plan, readonly number[]]>([
    ['ext4 with clusters of 16 KiB', planOn('ext4', bigalloc), [4096, 16384]],
    ['ext4', planOn('ext4', ['-b', '4096']), [4096]],
    ['XFS', planOn('xfs'), [4096, 65536]],
  ])('leaves every unit of %s as it should be', async (_, plan, unitBytes) => {
    const events: TornEvent[] = [];
    const result = await runStormInSandbox(
      { plan, name: 'units', sizeBytes: 2 ** 23 },
      { ...wanted, unitBytes, onEvent: (event) => events.push(event) },
    );
    expect(result).toMatchObject({
      verdict: 'untorn',
      endedBy: 'writes',
      sensitivity: { passed: true },
      settings: { atomic: true, unitBytes },
      numbers: { acknowledged: 400, failed: 0, wrongReads: 0 },
      verification: { units: 2 ** 23 / Math.max(...unitBytes), journal: { records: 800 } },
      record: '',
    });
    expect(result.settings.target).toMatch(/^units on (ext4|xfs), scsi drive of a sandbox, Linux \d/);
    const types = events.map(({ type }) => type);
    expect(events).toContainEqual({ type: 'phase', phase: 'starting the sandbox' });
    expect(events).toContainEqual({ type: 'sensitivity', sensitivity: result.sensitivity });
    // What the guest tells while the storm blows is what a storm of this machine tells.
    expect(types.indexOf('sensitivity')).toBeLessThan(types.indexOf('numbers'));
    const last = events.findLast((event) => event.type === 'numbers');
    expect(last?.numbers).toMatchObject({ acknowledged: 400, latencies: result.numbers.latencies });
  });

  it('says what the filesystem refuses, in its own words', async () => {
    const storm = (name: string, unitBytes: number[]): Promise<unknown> =>
      runStormInSandbox({ plan: planOn('ext4', bigalloc), name }, { ...wanted, unitBytes });
    await expect(storm('units', [65536])).rejects.toThrow(
      '--unit: units takes atomic writes of 4 KiB to 16 KiB, not of 64 KiB',
    );
    await expect(storm('../units', [16384])).rejects.toThrow(InputError);
  });
});

it('is refused on what is no sandbox, and on a bare drive', async () => {
  const loop = parsePlan({
    version: 1,
    target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4' } },
    steps: [],
  });
  const bare = parsePlan({ version: 1, target: { kind: 'sandbox', size: '64MiB' }, steps: [] });
  for (const plan of [loop, bare])
    await expect(runStormInSandbox({ plan, name: 'units' })).rejects.toThrow(/--sandbox: /);
});
