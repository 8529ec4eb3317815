import { execFile } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { openFileSource } from '../../../main/bytes/index.ts';
import { openVolume } from '../../../core/ext4/index.ts';
import {
  createAllocator,
  type KernelProfile,
  type MultiblockAllocator,
  volumeGroups,
} from '../../../core/mballoc/index.ts';
import type { Machine } from '../../../core/vfs/filesystem.ts';
import { mountOptions } from '../../../core/vfs/options.ts';
import {
  attachLoop,
  detachLoop,
  Executor,
  type ExecutorStep,
  type LoopDevice,
} from '../../../main/native/index.ts';
import { parseLine, type Recorded } from './parse.ts';
import { Recorder } from './recorder.ts';
import { type Difference, emptyOpenFile, noFacts, Replay, type StepFacts } from './replay.ts';

const run = promisify(execFile);

/** One filesystem and what is done to it. */
export interface Scenario {
  readonly name: string;
  readonly sizeBytes: number;
  readonly mkfs: readonly string[];
  readonly mountOptions: string;
  /** What the loop device is told about its disk; left as it is when missing. */
  readonly rotational?: boolean;
  /** Whether mb_groups is read after mounting. */
  readonly warm: boolean;
  readonly steps: readonly ExecutorStep[];
}

export interface Compared {
  readonly difference: Difference | null;
  /** Groups whose counters differ in the end, and groups whose bitmap on disk differs after the unmount. */
  readonly groupDifferences: readonly string[];
  readonly requests: number;
  readonly events: number;
}

/** Runs a scenario on the kernel, replays it in the mirror, and compares everything that can be seen. */
export async function compareScenario(scenario: Scenario, profile: KernelProfile): Promise<Compared> {
  const folder = mkdtempSync(join(tmpdir(), 'untorn-replay-'));
  const image = join(folder, 'image');
  const before = join(folder, 'before');
  try {
    writeFileSync(image, '');
    truncateSync(image, scenario.sizeBytes);
    await run('mkfs.ext4', [
      '-q',
      '-F',
      '-U',
      '6f1c1d4e-0b53-4f11-9d0e-7f2d6d1b8a01',
      ...scenario.mkfs,
      image,
    ]);
    await run('cp', ['--sparse=always', image, before]);
    const seen = await runOnKernel(scenario, folder, image);
    return compare(scenario, profile, before, image, seen);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Seen {
  readonly recorded: readonly Recorded[];
  readonly steps: readonly StepFacts[];
  readonly mbGroups: string;
  readonly rotational: boolean;
}

async function runOnKernel(scenario: Scenario, folder: string, image: string): Promise<Seen> {
  const target = join(folder, 'mount');
  mkdirSync(target);
  const loop = await attachLoop(image);
  const recorder = new Recorder(`untorn-${basename(folder)}`, 8192);
  const executor = new Executor({ threadIdModulo16: 0 });
  try {
    if (scenario.rotational !== undefined) {
      writeFileSync(rotationalFile(loop), scenario.rotational ? '1' : '0');
    }
    const { rdev } = statSync(loop.path);
    recorder.start({ major: (rdev >> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >> 12) & 0xfff00) });
    await executor.mount(loop.path, target, 'ext4', 0, scenario.mountOptions);
    try {
      const groupsFile = `/proc/fs/ext4/${basename(loop.path)}/mb_groups`;
      if (scenario.warm) readFileSync(groupsFile);
      await executor.enter(target);
      const steps = await runSteps([...scenario.steps, { op: 'sync' }], executor, recorder, target);
      await executor.leave();
      const recorded = recorder.finish().flatMap((line) => parseLine(line) ?? []);
      const mbGroups = readFileSync(groupsFile, 'latin1');
      const rotational = readFileSync(rotationalFile(loop), 'latin1').trim() === '1';
      return { recorded, steps, mbGroups, rotational };
    } finally {
      await executor.leave();
      await executor.unmount(target);
    }
  } finally {
    recorder.close();
    await release(loop);
  }
}

function rotationalFile(loop: LoopDevice): string {
  return `/sys/block/${basename(loop.path)}/queue/rotational`;
}

async function release(loop: LoopDevice): Promise<void> {
  closeSync(loop.descriptor);
  await detachLoop(loop.path);
}

async function runSteps(
  steps: readonly ExecutorStep[],
  executor: Executor,
  recorder: Recorder,
  target: string,
): Promise<StepFacts[]> {
  const facts: StepFacts[] = [];
  const open = new Set<string>();
  for (const step of steps) {
    facts.push(factsBefore(step, open, await executor.names(), target));
    recorder.mark(`step ${String(facts.length - 1)}`);
    await executor.run(step);
    if (step.op === 'close' || step.op === 'unlink') open.delete(step.file);
    else if ('file' in step) open.add(step.file);
  }
  facts.push(noFacts);
  recorder.mark(`step ${String(facts.length - 1)}`);
  return facts;
}

function factsBefore(
  step: ExecutorStep,
  open: ReadonlySet<string>,
  names: readonly string[],
  target: string,
): StepFacts {
  const files = new Map<number, { sizeBytes: number; openWriters: number }>();
  for (const name of names) {
    const { ino, size } = statSync(join(target, name));
    const opened = open.has(name) || ('file' in step && step.file === name);
    files.set(ino, { sizeBytes: size, openWriters: opened ? 1 : 0 });
  }
  let growsToBytes: number | null = null;
  if (step.op === 'fallocate' && step.mode.length === 0) growsToBytes = step.offset + step.length;
  if (step.op === 'write' && !step.direct) growsToBytes = step.offset + step.length;
  if (step.op === 'many' && step.how === 'fallocate') growsToBytes = step.length;
  const writesToBytes = step.op === 'write' ? step.offset + step.length : null;
  const newFiles =
    step.op === 'many' && step.how === 'buffered'
      ? { sizeBytes: step.length, openWriters: 0 }
      : emptyOpenFile;
  return { files, newFiles, growsToBytes, writesToBytes };
}

function compare(
  scenario: Scenario,
  profile: KernelProfile,
  before: string,
  after: string,
  seen: Seen,
): Compared {
  const source = openFileSource(before);
  try {
    const volume = openVolume(source);
    const machine: Machine = {
      possibleCpus: possibleCpus(),
      rotational: seen.rotational,
      threadId: 0,
      pageSizeBytes: 4096,
    };
    const { superblock, geometry } = volume;
    const options = mountOptions(superblock, geometry, machine.pageSizeBytes, scenario.mountOptions);
    const replay = new Replay(geometry, seen.steps, (trace) => {
      const allocator = createAllocator({
        geometry,
        groups: volumeGroups(volume),
        options,
        machine,
        profile,
        trace,
      });
      if (scenario.warm) allocator.initialiseAllBuddies();
      return allocator;
    });
    const difference = replay.run(seen.recorded);
    const groupDifferences =
      difference === null
        ? [
            ...differentCounters(replay.allocator, seen.mbGroups),
            ...differentBitmaps(replay.allocator, geometry.groupCount, after),
          ]
        : [];
    return { difference, groupDifferences, requests: replay.requests, events: seen.recorded.length };
  } finally {
    source.close();
  }
}

function possibleCpus(): number {
  const text = readFileSync('/sys/devices/system/cpu/possible', 'latin1').trim();
  return text.split(',').reduce((sum, range) => {
    const [first, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
}

/** Lines of mb_groups that the mirror would print differently. */
function differentCounters(allocator: MultiblockAllocator, text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^#\d/.test(line))
    .flatMap((line) => {
      const [group, free, fragments, first, ...buddies] = (line.match(/\d+/g) ?? []).map(Number);
      const ours = allocator.groupCounters(group);
      const own = [ours.freeClusters, ours.fragments, ours.firstFree, ...ours.freeBuddies];
      const theirs = [free, fragments, first, ...buddies.slice(0, ours.freeBuddies.length)];
      return own.join() === theirs.join()
        ? []
        : [`group ${String(group)}: ${theirs.join()} against ${own.join()}`];
    });
}

/** Groups whose bitmap on the unmounted image is not the mirror's. */
function differentBitmaps(allocator: MultiblockAllocator, groupCount: number, image: string): string[] {
  const source = openFileSource(image);
  try {
    const volume = openVolume(source);
    const different: string[] = [];
    for (let group = 0; group < groupCount; group++) {
      const theirs = Buffer.from(volume.blockBitmap(group));
      const ours = Buffer.from(allocator.diskBitmap(group));
      if (!theirs.subarray(0, ours.length).equals(ours)) different.push(`bitmap of group ${String(group)}`);
      const free = volume.descriptor(group).freeClusters;
      if (free !== allocator.freeClustersOfGroup(group))
        different.push(`free count of group ${String(group)}`);
    }
    return different;
  } finally {
    source.close();
  }
}
