import { readFileSync } from 'node:fs';
import type { Companion } from './steps.ts';

/** Fifth of the numbers in a block device's `stat`: write requests ended (Documentation/block/stat.rst). */
const writesField = 4;

/** A companion that also counts, for each step, the write requests that `device` has ended meanwhile. */
export function countingWrites(
  companion: Companion,
  device: string,
): Companion & { readonly writes: number[] } {
  const writes: number[] = [];
  let before = 0;
  return {
    writes,
    begin: () => companion.begin(),
    beforeStep: async (step, index) => {
      await companion.beforeStep(step, index);
      before = writesOf(device);
    },
    afterStep: (step, index, record) => {
      writes[index] = writesOf(device) - before;
      return companion.afterStep(step, index, record);
    },
    afterSteps: () => companion.afterSteps(),
    end: () => companion.end(),
  };
}

function writesOf(device: string): number {
  const fields = readFileSync(`/sys/class/block/${device}/stat`, 'utf8').trim().split(/\s+/);
  return Number(fields[writesField]);
}
