import { NotModelled } from '../../errno.ts';
import type { XfsGeometry } from '../../atomic/index.ts';

/**
 * Counts what a plan asks of a filesystem, so that a prediction is never made where XFS could run out of space. The
 * bound is deliberately wide: per-group reservations, the reserve pool (at most 8192 blocks) and metadata lie in it.
 */
export class SpaceAccount {
  readonly #limitBlocks: number;
  #usedBlocks = 0;

  constructor(geometry: XfsGeometry) {
    this.#limitBlocks = Math.floor(geometry.freeDataBlocks * 0.85) - 8192;
  }

  /** `blocks` more are in use, and `passingBlocks` beside them for the length of the step. */
  take(blocks: number, passingBlocks = 0): void {
    this.#usedBlocks += blocks;
    if (this.#usedBlocks + passingBlocks > this.#limitBlocks) {
      throw new NotModelled(
        'what XFS does when space runs short is not modelled; give the filesystem more room',
      );
    }
  }

  release(blocks: number): void {
    this.#usedBlocks -= blocks;
  }
}
