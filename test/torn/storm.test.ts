import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { StormOptions, StormResult, TornEvent } from '../../core/torn/index.ts';
import { fillUnitFast, whyNoRing } from '../../main/native/index.ts';
import { runStorm, verifyRecord } from '../../main/torn/index.ts';
import { Sandbox, whyNotBuilt } from '../cli/untorn.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
let number = 0;
let target = '';
let record = '';

beforeEach(() => {
  target = path.join(folder, `units-${++number}`);
  record = path.join(folder, `record-${number}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Why no file can be closed to writers that have it open; false where it can. */
const noImmutable = ((): string | false => {
  const file = path.join(folder, 'immutable');
  writeFileSync(file, '');
  try {
    execFileSync('chattr', ['+i', file], { stdio: 'ignore' });
    execFileSync('chattr', ['-i', file], { stdio: 'ignore' });
    return false;
  } catch {
    return '(skipped: chattr +i takes root and ext4 or XFS)';
  }
})();

const storm = (options: StormOptions, sizeBytes = 2 ** 20): Promise<StormResult> =>
  runStorm({ path: target, sizeBytes }, { seed: 1, record, ...options });

/** As filefrag of e2fsprogs tells; null where the filesystem does not. */
async function extentsOf(file: string): Promise<StormResult['layout'] | null> {
  const { bsize } = await statfs(file);
  const text = spawnSync('filefrag', [`-vb${bsize}`, file], { encoding: 'utf8' }).stdout;
  const rows = [...text.matchAll(/^ +\d+: +(\d+)\.\. +(\d+): +(\d+)\.\. +\d+:.*?([a-z,]*)$/gm)];
  if (rows.length === 0) return null;
  const extents = rows.flatMap(([, first, last, physical, flags]) => [
    Number(first),
    Number(physical),
    Number(last) - Number(first) + 1,
    flags?.includes('unwritten') ? 1 : 0,
  ]);
  return { blockBytes: bsize, extents };
}

describe('a storm', () => {
  const noRing = whyNoRing();
  it.each<[string, StormOptions]>([
    ['private units', {}],
    ['shared units through the page cache, fsync each', { overlapping: true, direct: false, sync: 'fsync' }],
    ['units of several lengths', { unitBytes: [512, 4096, 65536], sync: 'none', readers: 2 }],
    ['several writes in flight per writer', { depth: 4, writers: 2, sync: 'none' }],
    ['blocks of 4 KiB', { blockBytes: 4096, sync: 'none' }],
    ['hundreds of writers', { writers: 300, unitBytes: [512], sync: 'none' }],
  ])('of %s leaves what it promised', async (_, options) => {
    const result = await storm({ writes: 300, ...options });
    expect(result).toMatchObject({ verdict: 'untorn', endedBy: 'writes', error: null });
    expect(result.numbers).toMatchObject({ begun: 300, acknowledged: 300, failed: 0, wrongReads: 0 });
    expect(result.numbers.latencies?.reduce((sum, writes) => sum + writes, 0)).toBe(300);
    expect(result.verification?.journal).toEqual({ records: 600, gaps: 0, damaged: 0 });
    expect(result.sensitivity.passed).toBe(true);
    expect(existsSync(path.join(record, 'journal.bin'))).toBe(false);
  });

  it('of very long units seeds as many faults as there is room for', async () => {
    const result = await storm(
      { writes: 8, writers: 2, unitBytes: [2 ** 24], blockBytes: 65536, sync: 'none' },
      2 ** 26,
    );
    expect(result).toMatchObject({ verdict: 'untorn', numbers: { acknowledged: 8 } });
    const { kinds, cleanUnits, passed } = result.sensitivity;
    expect(kinds.map(({ seeded, found }) => [seeded, found])).toEqual(kinds.map(() => [2, 2]));
    expect([cleanUnits, passed]).toEqual([12, true]);
  });

  it.skipIf(noRing !== null)(`over io_uring leaves what it promised ${noRing ?? ''}`, async () => {
    const result = await storm({ writes: 300, engine: 'io_uring', depth: 8, writers: 2 });
    expect(result).toMatchObject({ verdict: 'untorn', numbers: { acknowledged: 300 } });
  });

  it('draws the same writes from the same seed', async () => {
    const places = async (): Promise<number> => {
      const { numbers } = await runStorm(
        { path: target, sizeBytes: 2 ** 20, destroy: target },
        {
          seed: 7,
          record: path.join(folder, `again-${++number}`),
          writers: 1,
          writes: 50,
          unitBytes: [512, 4096],
          sync: 'none',
        },
      );
      return numbers.acknowledgedBytes;
    };
    expect(await places()).toBe(await places());
  });

  it('keeps to its rate and its time, and tells how it goes', async () => {
    const events: TornEvent[] = [];
    const result = await runStorm(
      { path: target, sizeBytes: 2 ** 20 },
      { seconds: 1, writesPerSecond: 100, sync: 'none', record, onEvent: (event) => events.push(event) },
    );
    expect(result.endedBy).toBe('time');
    expect(result.numbers.begun).toBeLessThanOrEqual(101);
    const last = events.findLast((event) => event.type === 'numbers');
    expect(last?.type === 'numbers' && last.numbers.acknowledged).toBe(result.numbers.acknowledged);
    const lines = readFileSync(path.join(record, 'run.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['begin', 'end']);
  });

  it('tells where its file lies, and all that is wrong there by unit', async () => {
    const damaged = [16_384 * 5, 16_384 * 6, 16_384 * 40 + 4096];
    let isOver = false;
    const onEvent = (event: TornEvent): void => {
      // The last numbers come when the last write is done, and before the judgement.
      if (isOver || event.type !== 'numbers' || event.numbers.acknowledged < 50) return;
      isOver = true;
      const file = openSync(target, 'r+');
      for (const address of damaged) writeSync(file, Buffer.alloc(512, 0xa5), 0, 512, address);
      closeSync(file);
    };
    const result = await runStorm(
      { path: target, sizeBytes: 2 ** 20 },
      { writes: 50, sync: 'none', record, onEvent },
    );
    expect(result.verdict).toBe('faults');
    const runs = result.verification?.faults ?? [];
    expect(runs.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(3 * 16_384);
    for (const address of damaged)
      expect(runs.some((run) => address >= run.address && address < run.address + run.bytes)).toBe(true);
    const real = await extentsOf(target);
    if (real === null) expect(result.layout).toBeUndefined();
    else expect(result.layout).toEqual(real);
  });

  it('that is interrupted is judged all the same', async () => {
    const controller = new AbortController();
    const onEvent = (event: TornEvent): void => {
      if (event.type === 'numbers' && event.numbers.acknowledged > 0) controller.abort();
    };
    const result = await runStorm(
      { path: target, sizeBytes: 2 ** 20 },
      { seconds: 60, sync: 'none', record, onEvent, signal: controller.signal },
    );
    expect(result).toMatchObject({ endedBy: 'interrupted', verdict: 'untorn' });
    expect(result.verification?.units).toBe(64);
  });

  it.skipIf(noImmutable)(
    `that an error ends has not shown what it was asked for ${noImmutable || ''}`,
    async () => {
      let isSealed = false;
      const onEvent = (event: TornEvent): void => {
        if (isSealed || event.type !== 'numbers' || event.numbers.acknowledged === 0) return;
        isSealed = true;
        execFileSync('chattr', ['+i', target]);
      };
      try {
        const options = { seconds: 30, writes: 1_000_000, writesPerSecond: 50, record, seed: 1, onEvent };
        const result = await runStorm({ path: target, sizeBytes: 2 ** 20 }, options);
        expect(result).toMatchObject({ endedBy: 'error', error: 'EPERM', verdict: 'incomplete' });
        expect(result.verification?.units).toBe(64);
      } finally {
        execFileSync('chattr', ['-i', target]);
      }
    },
  );

  it('that is interrupted while it is judged does not claim to be right', async () => {
    const controller = new AbortController();
    const onEvent = (event: TornEvent): void => {
      if (event.type === 'numbers' && event.secondsLeft === 0) controller.abort();
    };
    const result = await runStorm(
      { path: target, sizeBytes: 2 ** 20 },
      { writes: 50, seconds: 30, unitBytes: [512, 4096], record, onEvent, signal: controller.signal },
    );
    // The signal may come a moment before the storm's end is told, or a moment after.
    const { verdict, verification } = result;
    expect(verdict).toBe(verification?.units === 256 ? 'untorn' : 'incomplete');
  });

  it('asks before it overwrites, and leaves no file behind where it cannot begin', async () => {
    writeFileSync(target, 'something');
    await expect(storm({})).rejects.toThrow(/not empty.*--destroy/);
    expect(readFileSync(target, 'utf8')).toBe('something');
    target = path.join(folder, 'new');
    await expect(storm({}, 16384)).rejects.toThrow(/room for 1 units/);
    expect(existsSync(target)).toBe(false);
  });
});

const why = whyNotBuilt();
describe.skipIf(why !== false)(`a storm that is killed ${why || ''}`, () => {
  const sandbox = new Sandbox();
  afterAll(() => sandbox.remove());

  /** Kills a storm once it has written for a while. */
  async function killed(...more: string[]): Promise<void> {
    const args = ['torn', 'storm', target, '--size', '1MiB', '--seconds', '60', '--record', record, ...more];
    const running = sandbox.start(args);
    const journal = path.join(record, 'journal.bin');
    while (!existsSync(journal) || statSync(journal).size < 10_000) await sleep(20);
    await sleep(200);
    running.process.kill('SIGKILL');
    await running.answer;
  }

  it('can be verified from its record', async () => {
    await killed();
    const result = await verifyRecord(record);
    expect(result).toMatchObject({ verdict: 'untorn', rebooted: false });
    expect(result.verification.journal.records).toBeGreaterThan(0);
  });

  it('shows what the target has lost at its end', async () => {
    await killed();
    truncateSync(target, 2 ** 20 - 8192);
    const { verdict, verification } = await verifyRecord(record);
    expect([verdict, verification.counts.unreadable]).toEqual(['faults', 1]);
    expect(verification.findings[0]?.text).toContain('end of file');
  });

  it('promises no less without a sync where the machine runs on, and less once it has started anew', async () => {
    await killed('--sync', 'none', '--seed', '5', '--writers', '1');
    const { run } = await verifyRecord(record);
    // As the target was prepared: every write is gone.
    const unit = new Uint8Array(16384);
    const file = openSync(target, 'r+');
    for (let at = 0; at < 2 ** 20; at += unit.length) {
      const stamp = { run: BigInt(`0x${run}`), writer: 0, generation: 0, address: at, blockBytes: 512 };
      fillUnitFast(unit, stamp);
      writeSync(file, unit, 0, unit.length, at);
    }
    closeSync(file);
    expect(await verifyRecord(record)).toMatchObject({ verdict: 'faults', rebooted: false });
    const log = path.join(record, 'run.jsonl');
    const text = readFileSync(log, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"another"');
    writeFileSync(log, text);
    expect(await verifyRecord(record)).toMatchObject({ verdict: 'untorn', rebooted: true });
  });

  it('shows what was changed behind its back', async () => {
    await killed('--seed', '3');
    const { run } = await verifyRecord(record);
    // The first slot as it was prepared: whatever was acknowledged there is gone.
    const unit = new Uint8Array(16384);
    fillUnitFast(unit, { run: BigInt(`0x${run}`), writer: 0, generation: 0, address: 0, blockBytes: 512 });
    unit[5000] = (unit[5000] ?? 0) ^ 1;
    const file = openSync(target, 'r+');
    writeSync(file, unit, 0, unit.length, 0);
    closeSync(file);
    const { code, stdout } = await sandbox.run(['torn', 'verify', '--record', record]);
    expect(code).toBe(1);
    expect(stdout).toContain('garbage: the 16384 bytes at byte 0');
  });
});
