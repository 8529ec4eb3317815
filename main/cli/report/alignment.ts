import { sizeInWords } from '../../../core/atomic/index.ts';
import { countUnits } from '../../../core/view/index.ts';

/** Beyond this, alignment says nothing that a write could use: the largest atomic unit is far smaller. */
const mostBytes = 2 ** 30;

/** The largest power of two that a byte address is a multiple of, as text; block 0 is aligned to everything. */
export function alignmentInWords(physicalBlock: number, blockBytes: number): string {
  let alignment = blockBytes;
  let block = physicalBlock;
  while (block % 2 === 0 && alignment < mostBytes) {
    block /= 2;
    alignment *= 2;
  }
  return sizeInWords(alignment);
}

/**
 * The largest unit in which all of an extent can be written naturally aligned, and how many there are: `4 x 16 KiB`.
 * Quantities in blocks.
 */
export function unitsInWords(logical: number, physical: number, length: number, blockBytes: number): string {
  let unit = 1;
  while (unit * 2 <= length && unit * 2 * blockBytes <= mostBytes) {
    const { touched, aligned } = countUnits(logical, physical, length, unit * 2);
    if (aligned !== touched) break;
    unit *= 2;
  }
  return `${length / unit} x ${sizeInWords(unit * blockBytes)}`;
}
