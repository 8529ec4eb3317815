import { mkdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { mount, unmount } from '../../main/native/index.ts';
import { runPlan } from '../../main/run/index.ts';
import { ext4Plan, usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotProgram('mkfs.ext4');
afterEach(() => {
  vi.unstubAllEnvs();
});

it.skipIf(reason)(`a run without room for its image does not count ${reason || ''}`, async () => {
  const place = path.join(temp(), 'small');
  mkdirSync(place);
  await mount('none', place, 'tmpfs', { options: 'size=24m' });
  try {
    vi.stubEnv('TMPDIR', place);
    const files = ['a', 'b', 'c', 'd'];
    const write = { op: 'write', offset: 0, length: '8MiB', direct: false } as const;
    const plan = ext4Plan([
      ...files.map((file) => ({ op: 'create', file, direct: false }) as const),
      ...files.map((file) => ({ ...write, file })),
      { op: 'sync' },
    ]);
    const { report } = await runPlan(plan);
    expect(report.differences).not.toEqual([]);
    expect(report.disturbed.join()).toContain(`there was no room left in ${place}`);
  } finally {
    vi.unstubAllEnvs();
    await unmount(place);
    rmdirSync(place);
  }
});
