import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../core/experiment/plan.ts';
import { expectedLimits } from './drive-limits.ts';

/** The drive of a plan's sandbox, with what the format fills in. */
function driveOf(drive: Readonly<Record<string, unknown>>) {
  const mkfs = { fs: 'ext4', args: [] };
  const target = { kind: 'sandbox', size: '64MiB', drive, mkfs };
  const plan = parsePlan({ version: 1, name: 'n', target, steps: [] } as never);
  if (plan.target.kind !== 'sandbox') throw new Error('the plan has another target');
  return plan.target.drive;
}

const window = (drive: Readonly<Record<string, unknown>>, release: string) => {
  const { unitMinBytes, unitMaxBytes, boundaryBytes } = expectedLimits(driveOf(drive), release);
  return [unitMinBytes, unitMaxBytes, boundaryBytes];
};

describe('expectedLimits', () => {
  // The first two, the fourth and the fifth were seen in guests too.
  it.each([
    ['scsi, 64 KiB', { kind: 'scsi' }, '7.2.7', [512, 65536, 0]],
    ['scsi, 16 KiB', { kind: 'scsi', atomicMax: '16KiB' }, '7.2.7', [512, 16384, 0]],
    ['scsi, sectors of 4 KiB', { kind: 'scsi', logicalBlockSize: 4096 }, '7.2.7', [4096, 65536, 0]],
    ['nvme, 64 KiB', { kind: 'nvme' }, '6.18.15', [512, 65536, 0]],
    [
      'nvme with a boundary',
      { kind: 'nvme', atomicMax: '16KiB', boundary: '64KiB' },
      '7.3.4',
      [512, 16384, 65536],
    ],
    ['a kernel without RWF_ATOMIC', { kind: 'nvme' }, '6.10.3', [0, 0, 0]],
    ['a loop device', { kind: 'loop' }, '6.18.15', [0, 0, 0]],
    ['no claim on scsi', { kind: 'scsi', atomicMax: 0 }, '7.2.7', [0, 0, 0]],
  ])('knows %s', (_, drive, release, expected) => {
    expect(window(drive, release)).toEqual(expected);
  });
});
