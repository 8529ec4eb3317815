import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWitnessLog, WitnessLog } from './log.ts';
import type { Armed, Entry } from './messages.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = '0123456789abcdef';
const armed: Armed = {
  ...{ target: '/dev/x', kind: 'device', areaBytes: 4096, blockBytes: 512, unitBytes: [512], writers: 1 },
  ...{ atomic: false, direct: true, sync: 'dsync', seed: 1 },
};
const begun = (generation: number): Entry => ['begun', 1, generation, 0, 512];

describe('the file of a witness', () => {
  it('takes each entry once, in order, and none behind one that was left out', async () => {
    const log = await WitnessLog.open(folder, run, armed);
    await log.append(0, [begun(1), begun(2)]);
    await log.append(1, [begun(2), begun(3)]);
    await expect(log.append(4, [begun(5)])).rejects.toThrow('entries 3 to 3 were left out');
    expect(log.count).toBe(3);
    await log.close();
    const { entries } = await readWitnessLog(WitnessLog.nameOf(folder, run));
    expect(entries).toEqual([begun(1), begun(2), begun(3)]);
  });

  it('goes on behind the last whole line, and only for the same settings', async () => {
    const first = await WitnessLog.open(folder, run, armed);
    await first.append(0, [begun(1)]);
    await first.close();
    const name = WitnessLog.nameOf(folder, run);
    appendFileSync(name, '["begun",1,2');
    const second = await WitnessLog.open(folder, run, armed);
    expect(second.count).toBe(1);
    await second.append(1, [begun(2)]);
    await second.close();
    expect(readFileSync(name, 'utf8').split('\n')).toHaveLength(4);
    await expect(WitnessLog.open(folder, run, { ...armed, seed: 2 })).rejects.toThrow('other settings');
  });
});
