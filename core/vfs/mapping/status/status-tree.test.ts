import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunState } from './runs.ts';
import { StatusTree } from './status-tree.ts';

const states: readonly RunState[] = ['written', 'unwritten', 'delayed', 'hole'];
const blocks = 600;

interface Change {
  readonly kind: 'add' | 'cache' | 'remove';
  readonly at: number;
  readonly length: number;
  readonly state: RunState;
  readonly shift: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('add' as const, 'cache' as const, 'remove' as const),
  at: fc.nat(blocks),
  length: fc.integer({ min: 1, max: 20 }),
  state: fc.constantFrom(...states),
  // Few different distances between file and disk, so that neighbours often continue each other.
  shift: fc.constantFrom(1000, 2000),
});

type Known = { state: RunState; physical: number } | undefined;

/** One entry for each block: what the tree should know. */
class NaiveStatus {
  readonly known: Known[] = new Array<Known>(2 * blocks).fill(undefined);

  apply({ kind, at, length, state, shift }: Change): void {
    const range = Array.from({ length }, (_, offset) => at + offset);
    if (kind === 'cache' && range.some((block) => this.known[block] !== undefined)) return;
    const placeless = state === 'hole' || state === 'delayed';
    for (const block of range) {
      this.known[block] = kind === 'remove' ? undefined : { state, physical: placeless ? 0 : block + shift };
    }
  }

  runs(): { logical: number; length: number; state: RunState; physical: number }[] {
    const runs: ReturnType<NaiveStatus['runs']> = [];
    for (const [block, entry] of this.known.entries()) {
      if (entry === undefined) continue;
      const last = runs.at(-1);
      const placeless = entry.state === 'hole' || entry.state === 'delayed';
      const continues =
        last?.state === entry.state &&
        last.logical + last.length === block &&
        (placeless || last.physical + last.length === entry.physical);
      if (continues) last.length += 1;
      else runs.push({ logical: block, length: 1, ...entry });
    }
    return runs;
  }
}

function apply(tree: StatusTree, { kind, at, length, state, shift }: Change): void {
  if (kind === 'cache') {
    tree.cache(at, length, at + shift, state);
    return;
  }
  tree.remove(at, at + length - 1);
  if (kind === 'add') tree.add(at, length, at + shift, state);
}

function runsOf(tree: StatusTree): ReturnType<NaiveStatus['runs']> {
  return [...tree.runs()].map(({ logical, length, state, physical }) => {
    const placeless = state === 'hole' || state === 'delayed';
    return { logical, length, state, physical: placeless ? 0 : physical };
  });
}

describe('StatusTree', () => {
  it('knows what an array of single blocks knows, in the longest runs', () => {
    const property = fc.property(fc.array(change, { maxLength: 300, size: 'max' }), (changes) => {
      const tree = new StatusTree();
      const naive = new NaiveStatus();
      for (const one of changes) {
        apply(tree, one);
        naive.apply(one);
      }
      expect(runsOf(tree)).toEqual(naive.runs());
      for (let block = 0; block < blocks; block += 7) {
        expect(tree.lookup(block)?.state).toBe(naive.known[block]?.state);
        const delayed = naive.known.slice(block, block + 10).some((entry) => entry?.state === 'delayed');
        expect(tree.any(block, block + 9, (state) => state === 'delayed')).toBe(delayed);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('tells what it removes, piece by piece', () => {
    const tree = new StatusTree();
    tree.add(0, 10, 100, 'written');
    tree.add(10, 10, 0, 'delayed');
    tree.add(20, 10, 0, 'hole');
    const pieces: string[] = [];
    tree.remove(5, 22, ({ logical, length }, run) =>
      pieces.push(`${run.state} ${String(logical)}+${String(length)}`),
    );
    expect(pieces).toEqual(['written 5+5', 'delayed 10+10', 'hole 20+3']);
    expect(runsOf(tree)).toEqual([
      { logical: 0, length: 5, state: 'written', physical: 100 },
      { logical: 23, length: 7, state: 'hole', physical: 0 },
    ]);
  });

  it('keeps the places on disk when it cuts a run in the middle', () => {
    const tree = new StatusTree();
    tree.add(100, 50, 1000, 'unwritten');
    tree.remove(110, 119);
    expect(tree.lookup(109)).toMatchObject({ logical: 100, length: 10, physical: 1000 });
    expect(tree.lookup(110)).toBeNull();
    expect(tree.lookup(149)).toMatchObject({ logical: 120, length: 30, physical: 1020 });
  });

  it('stays in order over many chunks', () => {
    const tree = new StatusTree();
    for (let block = 0; block < 20_000; block += 2) tree.add(block, 1, block + 5, 'written');
    for (let block = 19_999; block > 0; block -= 2) tree.add(block, 1, 0, 'hole');
    const runs = runsOf(tree);
    expect(runs).toHaveLength(20_000);
    expect(runs.every((run, index) => run.logical === index)).toBe(true);
    tree.remove(1, 19_998);
    expect(runsOf(tree).map((run) => run.logical)).toEqual([0, 19_999]);
  });
});
