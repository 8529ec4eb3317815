import { assertExists } from '../../core/assert.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePlan, type Drive } from '../../core/experiment/plan.ts';
import {
  bootGuest,
  findKernel,
  type Guest,
  type SandboxKernel,
  type SandboxPlan,
} from '../../main/sandbox/index.ts';
import { addKernelRow } from '../support/kernel-table.ts';
import { matrixScenes, runMatrix } from './matrix.ts';

/**
 * The rules where real limits are: every length from 512 bytes to 256 KiB on every kind of range, well formed and in
 * four ways not, on emulated drives. User Mode Linux is the usual kernel; others by name, with drives of NVMe:
 * UNTORN_MATRIX=6.18,7.3.
 */
const others = (process.env['UNTORN_MATRIX'] ?? '').split(',').filter((name) => name !== '');
const KiB = 1024;
/** An emulated machine starts slowly where others work beside it. */
const patienceMs = 600_000;

const scsi: readonly [string, Drive][] = [
  ['a drive of 64 KiB', { kind: 'scsi', atomicMax: 64 * KiB, logicalBlockSize: 512 }],
  ['a drive of 16 KiB', { kind: 'scsi', atomicMax: 16 * KiB, logicalBlockSize: 512 }],
  ['a drive of 64 KiB with sectors of 4 KiB', { kind: 'scsi', atomicMax: 64 * KiB, logicalBlockSize: 4096 }],
];
const nvme: readonly [string, Drive][] = [
  ['an NVMe drive of 64 KiB', { kind: 'nvme', atomicMax: 64 * KiB, logicalBlockSize: 512 }],
  [
    'an NVMe drive of 16 KiB with a boundary',
    { kind: 'nvme', atomicMax: 16 * KiB, logicalBlockSize: 512, boundary: 64 * KiB },
  ],
];

function kernelOrWhy(name: string): SandboxKernel | string {
  try {
    return findKernel(name);
  } catch (error) {
    return `skipped: ${(error as Error).message}`;
  }
}

async function boot(kernel: SandboxKernel, drive: Drive): Promise<Guest> {
  const plan = parsePlan({
    version: 1,
    target: { kind: 'sandbox', size: '320MiB', drive: { ...drive } },
    steps: [],
  }) as SandboxPlan;
  return bootGuest(kernel, { target: plan.target });
}

function matrixOn(name: string, drives: readonly [string, Drive][]): void {
  const kernel = kernelOrWhy(name);
  const reason = typeof kernel === 'string' ? kernel : '';
  describe.skipIf(reason !== '').each(drives)(
    `the rules in a guest (${name}) on %s ${reason}`,
    (_, drive) => {
      let guest: Guest | undefined;
      let [cells, exact, accepted] = [0, 0, 0];
      beforeAll(async () => {
        guest = await boot(kernel as SandboxKernel, drive);
      }, patienceMs);
      afterAll(async () => {
        if (!guest) return;
        await guest.close();
        console.log(`${guest.facts.release}, ${_}: ${exact} cells as the rules say, ${accepted} accepted`);
        addKernelRow({ kernel: guest.facts.release, what: `the rules on ${_}`, exact, all: cells });
      });
      // ext4 with blocks smaller than a sector cannot be mounted.
      const scenes = matrixScenes.filter(
        ({ mkfs }) => drive.logicalBlockSize === 512 || !mkfs?.args.includes('1024'),
      );
      it.each(scenes.map((scene) => [scene.name, scene] as const))(
        '%s',
        async (__, scene) => {
          const result = await runMatrix(assertExists(guest, 'the guest is up'), scene, drive);
          cells += result.cells;
          accepted += result.accepted;
          exact += result.cells - result.differences.length;
          expect(result.differences).toEqual([]);
        },
        patienceMs,
      );
    },
  );
}

matrixOn('uml', scsi);
for (const name of others) matrixOn(name, nvme);
