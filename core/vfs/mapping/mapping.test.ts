import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linux618 } from '../../mballoc/index.ts';
import { Refused } from '../../errno.ts';
import { getBlocks } from '../filesystem.ts';
import type { MappingBehaviour } from './behaviour.ts';
import type { MappedFile } from './file.ts';
import { InodeMapping } from './mapping.ts';
import { BlockModel } from '../../../test/support/mapping/block-model.ts';
import { checkTree } from '../../../test/support/mapping/check-tree.ts';
import { FakeAllocator, fakeGeometry, fakeInode, fakeMount } from '../../../test/support/mapping/fakes.ts';

const kinds = [
  'fallocate',
  'extend',
  'direct',
  'writeback',
  'zero',
  'punch',
  'truncate',
  'collapse',
  'insert',
  'delay',
  'forget',
  'remount',
] as const;

interface Step {
  readonly kind: (typeof kinds)[number];
  readonly at: number;
  readonly length: number;
}

interface Setting {
  readonly blockSizeBytes: number;
  readonly clusterRatio: number;
  readonly clusters: number;
  readonly usesExtents: boolean;
  /** What is not as in 6.18. */
  readonly behaviour?: Partial<MappingBehaviour>;
}

/** The mapping, the naive model beside it, and the steps that both take. */
class Bench {
  readonly #ratio: number;
  readonly #splitsFirst: boolean;
  readonly allocator: FakeAllocator;
  readonly mapping: InodeMapping;
  readonly inode;
  readonly model = new BlockModel();

  constructor(setting: Setting, choose: () => number) {
    const { clusterRatio, clusters } = setting;
    this.#ratio = clusterRatio;
    const geometry = fakeGeometry(setting.blockSizeBytes, clusterRatio, clusters * clusterRatio * 4);
    this.allocator = new FakeAllocator(clusterRatio, clusters, choose);
    const nothingOnDisk = (): never => {
      throw new Error('every inode here is new');
    };
    const loader = { extentTree: nothingOnDisk, indirectMap: nothingOnDisk };
    this.mapping = new InodeMapping(fakeMount(geometry, this.allocator.asAllocator()), loader, {
      ...linux618.mapping,
      ...setting.behaviour,
    });
    this.#splitsFirst = setting.behaviour?.splitting !== 'cut-then-convert';
    this.inode = fakeInode(setting.usesExtents);
    this.mapping.createEmpty(this.inode);
  }

  /** True unless the filesystem was full. */
  take(step: Step): boolean {
    try {
      this.#run(step);
      return true;
    } catch (error) {
      if (error instanceof Refused && (error.errno === 'ENOSPC' || error.errno === 'EINVAL')) return false;
      throw error;
    }
  }

  #run({ kind, at, length }: Step): void {
    const { mapping, inode, model } = this;
    const extents = inode.usesExtents;
    const cluster = Math.floor(at / this.#ratio) * this.#ratio;
    const whole = Math.ceil(length / this.#ratio) * this.#ratio;
    switch (kind) {
      case 'fallocate':
        if (extents) this.#map(at, length, getBlocks.createUnwritten | getBlocks.noNormalize);
        return;
      case 'extend':
        this.#map(at, length, getBlocks.create);
        inode.sizeBytes = Math.max(inode.sizeBytes, (at + length) * 1024);
        inode.diskSizeBytes = inode.sizeBytes;
        return;
      case 'direct':
        if (!extents) return;
        this.#map(at, length, this.#splitsFirst ? getBlocks.ioCreate : getBlocks.createUnwritten);
        mapping.convertUnwritten(inode, at, length);
        model.write(at, length);
        return;
      case 'writeback':
        this.#map(at, length, getBlocks.create | getBlocks.metadataNoFail);
        return;
      case 'zero':
        if (extents) this.#map(at, length, getBlocks.createUnwritten | getBlocks.convertUnwritten);
        return;
      case 'punch':
        mapping.removeRange(inode, at, at + length);
        model.remove(at, at + length);
        return;
      case 'truncate':
        mapping.truncate(inode, at);
        model.remove(at, Infinity);
        return;
      case 'collapse':
        if (!extents) return;
        this.#writeDelayed();
        mapping.removeRange(inode, cluster, cluster + whole);
        model.remove(cluster, cluster + whole);
        mapping.shift(inode, cluster + whole, whole, 'left');
        model.shift(cluster + whole, -whole);
        return;
      case 'insert':
        if (!extents) return;
        this.#writeDelayed();
        mapping.splitAt(inode, cluster);
        mapping.shift(inode, cluster, whole, 'right');
        model.shift(cluster, whole);
        return;
      case 'delay':
        for (let block = at; block < at + length; block++) mapping.mapDelayed(inode, block, 1);
        return;
      case 'forget':
        this.#writeDelayed();
        return;
      case 'remount':
        this.#writeDelayed();
        mapping.remounted(inode);
        return;
    }
  }

  #map(at: number, length: number, flags: number): void {
    const unwrites = (flags & getBlocks.convertUnwritten) !== 0;
    for (let done = 0; done < length;) {
      const answer = this.mapping.map(this.inode, at + done, length - done, flags);
      this.model.accept(at + done, answer, unwrites);
      done += answer.length;
    }
  }

  /** What writeback does to every delayed run. Delayed data that finds no room is given up, as the kernel does. */
  #writeDelayed(): void {
    const { status } = this.inode.mapping as MappedFile;
    const delayed = [...status.runs()].filter((run) => run.state === 'delayed').map((run) => ({ ...run }));
    const flags = getBlocks.create | getBlocks.metadataNoFail | getBlocks.ioSubmit | getBlocks.noCache;
    for (const { logical, length } of delayed) {
      try {
        this.#map(logical, length, flags);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.mapping.forgetDelayed(this.inode, logical, length);
      }
    }
  }

  /** A cluster is reserved while blocks in it are delayed and none has a place on disk. */
  #checkReservations(): void {
    const { status } = this.inode.mapping as MappedFile;
    const waiting = new Set<number>();
    for (const { state, logical, length } of status.runs()) {
      if (state !== 'delayed') continue;
      for (let block = logical; block < logical + length; block++)
        waiting.add(Math.floor(block / this.#ratio));
    }
    for (const cluster of waiting) {
      const blocks = Array.from({ length: this.#ratio }, (_, offset) => cluster * this.#ratio + offset);
      if (blocks.some((block) => this.model.at(block) !== undefined)) waiting.delete(cluster);
    }
    expect(this.mapping.reservedClusters(this.inode)).toBe(waiting.size);
    expect(this.allocator.reserved).toBe(waiting.size);
  }

  /** Looks at everything; what is delayed is written first when `quiesce` asks for it. */
  check(quiesce: boolean): void {
    this.#checkReservations();
    if (!quiesce) return;
    this.#writeDelayed();
    this.model.check(this.mapping.extents(this.inode));
    expect(this.mapping.reservedClusters(this.inode)).toBe(0);
    expect(this.allocator.reserved).toBe(0);
    if (!this.inode.usesExtents) return;
    const { nodeBlocks } = checkTree(this.mapping.treeOf(this.inode));
    const clusters = new Set(nodeBlocks.map((block) => block / this.#ratio));
    for (const { physical, length } of this.mapping.extents(this.inode)) {
      for (let block = physical; block < physical + length; block++)
        clusters.add(Math.floor(block / this.#ratio));
    }
    expect(this.allocator.used).toEqual(clusters);
  }
}

const step = fc.record({
  kind: fc.constantFrom(...kinds),
  at: fc.integer({ min: 0, max: 3000 }),
  length: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 90 })),
});

const since70: MappingBehaviour = {
  splitting: 'cut-then-convert',
  caching: 'agrees',
  quietLookups: true,
  indirectHoles: 'cached',
  punchedHoles: 'cached',
};

const settings: readonly (readonly [string, Setting])[] = [
  ['1 KiB blocks', { blockSizeBytes: 1024, clusterRatio: 1, clusters: 9000, usesExtents: true }],
  [
    '1 KiB blocks, hardly any space',
    { blockSizeBytes: 1024, clusterRatio: 1, clusters: 300, usesExtents: true },
  ],
  ['4 KiB blocks', { blockSizeBytes: 4096, clusterRatio: 1, clusters: 9000, usesExtents: true }],
  ['16 KiB clusters', { blockSizeBytes: 1024, clusterRatio: 16, clusters: 4000, usesExtents: true }],
  ['a few 4 KiB clusters', { blockSizeBytes: 1024, clusterRatio: 4, clusters: 120, usesExtents: true }],
  ['indirect blocks', { blockSizeBytes: 1024, clusterRatio: 1, clusters: 9000, usesExtents: false }],
  [
    'as in 6.12',
    {
      blockSizeBytes: 1024,
      clusterRatio: 1,
      clusters: 9000,
      usesExtents: true,
      behaviour: { splitting: 'zero-all', quietLookups: false },
    },
  ],
  [
    'as in 7.0',
    { blockSizeBytes: 1024, clusterRatio: 1, clusters: 9000, usesExtents: true, behaviour: since70 },
  ],
  [
    'as in 7.0, 16 KiB clusters',
    { blockSizeBytes: 1024, clusterRatio: 16, clusters: 4000, usesExtents: true, behaviour: since70 },
  ],
  [
    'as in 7.0, hardly any space',
    { blockSizeBytes: 1024, clusterRatio: 1, clusters: 300, usesExtents: true, behaviour: since70 },
  ],
  [
    'as in 7.3, indirect blocks',
    { blockSizeBytes: 1024, clusterRatio: 1, clusters: 9000, usesExtents: false, behaviour: since70 },
  ],
];

describe('the mapping beside a model of single blocks', () => {
  it.each(settings)('agrees after any steps: %s', (_name, setting) => {
    const property = fc.property(
      fc.array(step, { minLength: 1, maxLength: 120, size: 'max' }),
      fc.infiniteStream(fc.nat(100_000)),
      (steps, choices) => {
        const bench = new Bench(setting, () => choices.next().value ?? 0);
        for (const one of steps) {
          bench.take(one);
          bench.check(one.at % 3 === 0);
        }
        bench.take({ kind: 'truncate', at: 0, length: 1 });
        bench.check(true);
        expect(bench.allocator.used.size).toBe(0);
      },
    );
    fc.assert(property, { numRuns: 25 });
  });

  it('keeps a tree of many levels in order while it grows and shrinks', () => {
    let seed = 1;
    const choose = (): number => (seed = (seed * 48271) % 0x7fffffff);
    const bench = new Bench(
      { blockSizeBytes: 1024, clusterRatio: 1, clusters: 200_000, usesExtents: true },
      choose,
    );
    for (let count = 0; count < 40_000; count++) bench.take({ kind: 'fallocate', at: count * 2, length: 1 });
    expect(checkTree(bench.mapping.treeOf(bench.inode)).depth).toBe(3);
    for (let count = 0; count < 200; count++)
      bench.take({ kind: 'punch', at: choose() % 80_000, length: 100 });
    bench.check(true);
    bench.take({ kind: 'truncate', at: 6, length: 1 });
    bench.check(true);
    bench.take({ kind: 'truncate', at: 0, length: 1 });
    expect(bench.allocator.used.size).toBe(0);
    expect(checkTree(bench.mapping.treeOf(bench.inode)).depth).toBe(0);
  });
});
