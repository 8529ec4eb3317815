import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PlanFiles } from '../../../core/experiment/execute-files.ts';
import { StepExecutor } from '../../../core/experiment/execute-steps.ts';
import type { StepRecord } from '../../../core/experiment/outcome.ts';
import type { Plan } from '../../../core/experiment/plan.ts';
import { openVolume, type ByteSource } from '../../../core/ext4/index.ts';
import { linux618 } from '../../../core/mballoc/index.ts';
import { MountedFilesystem } from '../../../core/vfs/index.ts';
import { openFileSource } from '../../../main/bytes/index.ts';
import { prepareTarget, type Lab } from '../../../main/lab/index.ts';
import { ext4Plan } from '../../support/lab.ts';
import { whyNotRoot } from '../../support/machine.ts';
import { compareDirectories, freeInodesOnDisk, type Compared } from './compare.ts';
import { directoryWorkload, type Usage } from './workload.ts';

const reason = whyNotRoot();
const firstSeed = Number(process.env['UNTORN_DIRECTORY_SEED'] ?? '1');
const seeds = Number(process.env['UNTORN_DIRECTORY_SEEDS'] ?? '1');

const usual: Usage = { steps: 300, create: 300, mkdir: 50, unlink: 75, many: 25, remount: 1, length: 4096 };
const wide: Usage = { ...usual, mkdir: 300 };
const deep: Usage = { ...usual, mkdir: 10, many: 100 };

/** So that a plan's changes fit in without a commit of the journal's own. */
const wideJournal = ['-J', 'size=24'];

interface Scenario {
  readonly name: string;
  readonly args: readonly string[];
  readonly usage: Usage;
  readonly size?: string;
}

const scenarios: readonly Scenario[] = [
  { name: 'default', args: [], usage: usual },
  { name: 'many directories', args: [], usage: wide },
  { name: '1 KiB blocks', args: ['-b', '1024'], usage: deep },
  {
    name: '1 KiB blocks, nearly full',
    args: ['-b', '1024', '-N', '8000'],
    usage: { ...deep, mkdir: 40, length: 16_384 },
    size: '16MiB',
  },
  { name: 'few inodes', args: ['-N', '600'], usage: { ...wide, many: 0 } },
  { name: 'groups of 8192 blocks', args: ['-g', '8192', '-G', '4'], usage: wide },
  { name: 'no flexible groups', args: ['-O', '^flex_bg', '-g', '4096'], usage: wide },
  { name: 'no directory index', args: ['-O', '^dir_index'], usage: deep },
  { name: 'inline data', args: ['-O', 'inline_data'], usage: wide },
  { name: 'inline data in inodes of 1 KiB', args: ['-O', 'inline_data', '-I', '1024'], usage: usual },
  { name: 'small inodes', args: ['-I', '128'], usage: usual },
  { name: 'no checksums, no file types', args: ['-O', '^metadata_csum,^filetype'], usage: deep },
  { name: 'large directories', args: ['-b', '1024', '-O', 'large_dir'], usage: deep },
  { name: 'bigalloc', args: ['-O', 'bigalloc', '-C', '16384'], usage: usual },
  { name: 'block maps', args: ['-O', '^extents,^64bit'], usage: usual },
];

/** The whole image in memory, so that the kernel's changes to the file do not reach who reads it. */
function snapshotOf(image: string): ByteSource {
  const bytes = new Uint8Array(readFileSync(image));
  return { sizeBytes: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) };
}

function predict(plan: Plan, lab: Lab, image: string): { mirror: MountedFilesystem; steps: StepRecord[] } {
  const mirror = new MountedFilesystem(openVolume(snapshotOf(image)), {
    machine: { ...lab.machine, pageSizeBytes: 4096 },
    profile: linux618,
    options: lab.mountOptions,
    buddies: 'warm',
  });
  const executor = new StepExecutor(mirror, new PlanFiles(mirror, ''));
  return { mirror, steps: plan.steps.map((step) => executor.execute(step)) };
}

async function sideBySide(scenario: Scenario, seed: number): Promise<Compared> {
  const { usage, size } = scenario;
  const args = size === undefined ? [...wideJournal, ...scenario.args] : scenario.args;
  const plan = ext4Plan(directoryWorkload(seed, usage), { args, ...(size === undefined ? {} : { size }) });
  const lab = await prepareTarget(plan, {});
  try {
    if (lab.image === null) return expect.unreachable('a loop target has an image');
    const { mirror, steps } = predict(plan, lab, lab.image);
    const { outcome, disturbed } = await lab.execute();
    expect(disturbed).toEqual([]);
    expect(steps).toEqual(outcome.steps);
    const source = openFileSource(lab.image);
    try {
      const disk = openVolume(source);
      expect(mirror.namespace.freeInodes).toBe(freeInodesOnDisk(disk));
      return compareDirectories(mirror, disk);
    } finally {
      source.close();
    }
  } finally {
    await lab.dispose();
  }
}

/** Entry by entry, block by block: the directories that the mirror predicts are those that the kernel writes. */
describe.skipIf(reason)(`directories beside the kernel's${reason ? ` (${reason})` : ''}`, () => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    it.each(scenarios)(`$name, seed ${String(seed)}`, async (scenario) => {
      const { directories, blocks, inline } = await sideBySide(scenario, seed);
      expect(directories).toBeGreaterThan(2);
      expect(blocks).toBeGreaterThan(directories);
      if (scenario.name.startsWith('inline data')) expect(inline).toBeGreaterThan(0);
    });
  }
});
