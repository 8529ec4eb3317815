import { Refused } from '../../../core/errno.ts';
import { openVolume, type ExtentNode, type Geometry, type Volume } from '../../../core/ext4/index.ts';
import { linux618 } from '../../../core/mballoc/index.ts';
import type { Filesystem, Namespace } from '../../../core/vfs/filesystem.ts';
import {
  fallocate,
  readLayout,
  syncFile,
  truncateFile,
  writeFile,
  type Inode,
} from '../../../core/vfs/index.ts';
import { createJournal } from '../../../core/vfs/journal.ts';
import { InodeMapping } from '../../../core/vfs/mapping/mapping.ts';
import type { TreeNode } from '../../../core/vfs/mapping/tree/node.ts';
import { mountOptions } from '../../../core/vfs/options.ts';
import { openFileSource } from '../../../main/bytes/index.ts';
import type { ExecutorStep } from '../../../main/native/index.ts';
import { fakeInode } from '../../support/mapping/fakes.ts';
import type { Seen } from './on-kernel.ts';
import { Diverged, RecordedAllocator } from './recorded-allocator.ts';
import type { Scenario } from './scenarios.ts';

const pageSizeBytes = 4096;

export interface Compared {
  /** What was different first; null for nothing. */
  readonly difference: string | null;
  readonly requests: number;
  /** Levels of the tree in the end, as it is on disk; 0 for one that fits the inode. */
  readonly depth: number;
}

/** Takes the scenario's steps in the mirror, with the kernel's blocks, and compares all that can be seen. */
export function replay(scenario: Scenario, seen: Seen): Compared {
  const before = openFileSource(seen.before);
  const after = openFileSource(seen.after);
  try {
    const bench = new Bench(scenario, openVolume(before), seen.ino);
    const difference = bench.difference(scenario, seen, openVolume(after));
    return { difference, requests: bench.allocator.requests, depth: bench.depth };
  } finally {
    before.close();
    after.close();
  }
}

class Bench {
  readonly allocator: RecordedAllocator;
  readonly #fs: Filesystem;
  readonly #mapping: InodeMapping;
  readonly #inode: Inode;

  constructor(scenario: Scenario, volume: Volume, ino: number) {
    const { geometry, source } = volume;
    this.allocator = new RecordedAllocator(geometry, ino);
    this.#inode = newInode(geometry, ino);
    const options = mountOptions(volume.superblock, geometry, pageSizeBytes, scenario.mountOptions);
    const machine = { possibleCpus: 2, rotational: false, threadId: 0, pageSizeBytes };
    const mount = { geometry, options, machine, allocator: this.allocator };
    const nothingOnDisk = (): never => {
      throw new Error('the file is new');
    };
    const loader = { extentTree: nothingOnDisk, indirectMap: nothingOnDisk };
    this.#mapping = new InodeMapping(mount, loader, linux618.mapping);
    // No scenario journals data, so how large a transaction may grow does not matter.
    const journal = createJournal(geometry.features.hasJournal ? Infinity : null, this.allocator);
    this.#fs = {
      ...mount,
      source,
      journal,
      mapping: this.#mapping,
      namespace: onlyFile(this.#inode),
      directWrites: linux618.directWrites,
      behaviour: linux618.data,
      warn: () => undefined,
    };
    this.#mapping.createEmpty(this.#inode);
  }

  get depth(): number {
    return this.#inode.usesExtents ? this.#mapping.treeOf(this.#inode).depth : 0;
  }

  difference(scenario: Scenario, seen: Seen, after: Volume): string | null {
    for (const [index, step] of scenario.steps.entries()) {
      try {
        this.#compareStep(step, seen.steps[index]);
      } catch (error) {
        if (!(error instanceof Diverged)) throw error;
        return `step ${String(index)} ${JSON.stringify(step)}: ${error.message}`;
      }
    }
    return this.#compareDisk(after);
  }

  #compareStep(step: ExecutorStep, seen: Seen['steps'][number]): void {
    this.allocator.begin(seen.events);
    const result = this.#take(step);
    same('result', result, seen.error ?? (seen.layout === null ? seen.value : seen.layout));
    this.allocator.end();
  }

  #take(step: ExecutorStep): unknown {
    try {
      return this.#call(step);
    } catch (error) {
      if (error instanceof Refused) return error.errno;
      throw error;
    }
  }

  #call(step: ExecutorStep): unknown {
    const inode = this.#inode;
    switch (step.op) {
      case 'create':
        return 0;
      case 'write':
        return writeFile(this.#fs, inode, step, null);
      case 'fallocate':
        fallocate(this.#fs, inode, step.offset, step.length, {
          keepSize: step.mode.includes('keep-size') || step.mode.includes('punch-hole'),
          punchHole: step.mode.includes('punch-hole'),
          zeroRange: step.mode.includes('zero-range'),
          collapseRange: step.mode.includes('collapse-range'),
          insertRange: step.mode.includes('insert-range'),
        });
        return 0;
      case 'truncate':
        truncateFile(this.#fs, inode, step.size);
        return 0;
      case 'fsync':
        syncFile(this.#fs, inode, false);
        return 0;
      case 'layout':
        return readLayout(this.#fs, inode).extents;
      default:
        throw new Error(`no scenario has the step ${step.op}`);
    }
  }

  /** The tree, node by node, or the block map, as the unmounted filesystem has it. */
  #compareDisk(after: Volume): string | null {
    try {
      const record = after.inode(this.#inode.ino);
      same('reserved clusters', this.allocator.reserved, 0);
      if (record.usesExtents) {
        same('tree', ownNode(this.#mapping.treeOf(this.#inode)), diskNode(after.extentTree(record)));
      } else {
        same('extents', this.#mapping.extents(this.#inode).map(asRun), after.extents(record).map(asRun));
      }
      return null;
    } catch (error) {
      if (error instanceof Diverged) return error.message;
      throw error;
    }
  }
}

function asRun({
  logical,
  physical,
  length,
}: {
  logical: number;
  physical: number;
  length: number;
}): number[] {
  return [logical, physical, length];
}

function same(what: string, mirror: unknown, kernel: unknown): void {
  const [ours, theirs] = [JSON.stringify(mirror), JSON.stringify(kernel)];
  if (ours === theirs) return;
  let at = 0;
  while (ours[at] === theirs[at]) at += 1;
  const part = (text: string): string => text.slice(Math.max(0, at - 100), at + 200);
  throw new Diverged(`${what}: mirror …${part(ours)}…, kernel …${part(theirs)}…`);
}

function ownNode(node: TreeNode): unknown {
  const { depth, physical, capacity } = node;
  const extents = node.extents.map((extent) => [
    extent.logical,
    extent.physical,
    extent.length,
    extent.unwritten,
  ]);
  const children = node.children.map(({ logical, child }) => [logical, ownNode(child)]);
  return { depth, physical, capacity, entries: depth === 0 ? extents : children };
}

function diskNode(node: ExtentNode): unknown {
  const { depth, physicalBlock: physical, capacity } = node;
  if (node.kind === 'index') {
    return {
      depth,
      physical,
      capacity,
      entries: node.entries.map((entry) => [entry.logical, diskNode(entry.child)]),
    };
  }
  const entries = node.entries.map((extent) => [
    extent.logical,
    extent.physical,
    extent.length,
    extent.unwritten,
  ]);
  return { depth, physical, capacity, entries };
}

function newInode(geometry: Geometry, ino: number): Inode {
  const group = Math.floor((ino - 1) / geometry.inodesPerGroup);
  return { ...fakeInode(geometry.features.extents), ino, group };
}

/** A namespace that knows one open file and is asked for nothing else. */
function onlyFile(inode: Inode): Namespace {
  const refuse = (): never => {
    throw new Error('the steps name no files');
  };
  return {
    create: refuse,
    makeDirectory: refuse,
    lookup: refuse,
    unlink: refuse,
    freeInode: refuse,
    inode: refuse,
    loaded: () => [inode],
    maxInlineBytes: () => 0,
  };
}
