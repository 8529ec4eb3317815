import type { ExecutorStep } from '../../../main/native/index.ts';

/** A small generator of pseudo-random numbers (mulberry32), so that a seed names a workload. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }
}

export interface WorkloadShape {
  readonly steps: number;
  readonly blockBytes: number;
  /** The longest single write or fallocate. */
  readonly maxBlocks: number;
  readonly files: number;
  /** Buffered writes too. */
  readonly buffered: boolean;
  /** Where files have no extents there is no fallocate. */
  readonly fallocate: boolean;
}

/** Random writes, fallocates, holes, truncations, closes, unlinks and syncs on a few files. */
export function randomSteps(seed: number, shape: WorkloadShape): ExecutorStep[] {
  const dice = new Dice(seed);
  const steps: ExecutorStep[] = [];
  const live = new Set<string>();
  while (steps.length < shape.steps) {
    const file = `f${String(dice.below(shape.files))}`;
    if (!live.has(file)) {
      steps.push({ op: 'create', file, direct: true });
      live.add(file);
      continue;
    }
    const step = randomStep(dice, file, shape);
    if (step === null) continue;
    if (step.op === 'unlink') live.delete(file);
    steps.push(step);
  }
  return steps;
}

function randomStep(dice: Dice, file: string, shape: WorkloadShape): ExecutorStep | null {
  const { blockBytes } = shape;
  const length = randomLength(dice, shape) * blockBytes;
  const offset = dice.below(dice.pick([1, 4, 32, 256, 2048, 20000])) * blockBytes;
  const roll = dice.below(100);
  if (roll < 45) return write(file, offset, length, true);
  if (roll < 52) return shape.buffered ? write(file, offset, length, false) : null;
  if (roll < 66) return shape.fallocate ? { op: 'fallocate', file, offset, length, mode: [] } : null;
  if (roll < 72)
    return shape.fallocate ? { op: 'fallocate', file, offset, length, mode: ['keep-size'] } : null;
  if (roll < 78) return { op: 'fallocate', file, offset, length, mode: ['punch-hole'] };
  if (roll < 82) return { op: 'truncate', file, size: dice.below(512) * blockBytes };
  if (roll < 90) return { op: 'close', file };
  if (roll < 94) return { op: 'unlink', file };
  if (roll < 97) return { op: 'fsync', file };
  return { op: 'sync' };
}

function randomLength(dice: Dice, shape: WorkloadShape): number {
  const most = dice.pick([1, 1, 2, 4, 8, 16, 17, 64, 300, shape.maxBlocks]);
  return 1 + dice.below(Math.min(most, shape.maxBlocks));
}

function write(file: string, offset: number, length: number, direct: boolean): ExecutorStep {
  return { op: 'write', file, offset, length, atomic: false, direct, sync: 'none', vectors: 1 };
}
