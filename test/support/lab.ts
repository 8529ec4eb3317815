import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { parsePlan, type Plan, type PlanInput, type StepInput } from '../../core/experiment/plan.ts';
import { readMounts } from '../../main/machine/index.ts';

const ext4Identity = [
  ...['-U', '7a1a3bbf-58a9-4bd6-9b5c-5d0f5b2c6c11'],
  ...['-E', 'hash_seed=0f6ad2cf-30d8-4bd5-b5a2-3f4ce0a2f6d1'],
];

/** What differs from the usual target; `args` are mkfs.ext4's. */
export type Ext4Target = Partial<Omit<Extract<PlanInput['target'], { kind: 'loop' }>, 'kind' | 'mkfs'>> & {
  readonly args?: readonly string[];
};

/** A plan on a small fresh ext4 loop target, the same every time. */
export function ext4Plan(steps: readonly StepInput[], { args = [], ...target }: Ext4Target = {}): Plan {
  const mkfs = { fs: 'ext4' as const, args: ['-b', '4096', ...args, ...ext4Identity] };
  return planOn({ kind: 'loop', size: '128MiB', mkfs, ...target }, steps);
}

/** A plan on any target. */
export function planOn(target: PlanInput['target'], steps: readonly StepInput[]): Plan {
  return parsePlan({ version: 1, target, steps: [...steps] });
}

/**
 * Gives the tests of a file a temp directory of their own, so that they see what the lab leaves there and not what
 * others do, and takes it away afterwards.
 */
export function usePrivateTemp(): () => string {
  const before = process.env['TMPDIR'];
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
    process.env['TMPDIR'] = folder;
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}

/** What of ours can be seen from outside below a folder: files, mounts, loop devices. */
export function traces(folder: string): string[] {
  const inFolder = (name: string): boolean => name.startsWith(`${folder}/`);
  return [...readdirSync(folder), ...mountsIn(folder), ...loopFiles().filter(inFolder)];
}

/** Mount points below a folder. */
export function mountsIn(folder: string): string[] {
  return readMounts()
    .map(({ mountPoint }) => mountPoint)
    .filter((mountPoint) => mountPoint.startsWith(`${folder}/`));
}

function loopFiles(): string[] {
  return readdirSync('/sys/block').flatMap((name) => {
    const file = `/sys/block/${name}/loop/backing_file`;
    return existsSync(file) ? [readFileSync(file, 'utf8').trim()] : [];
  });
}
