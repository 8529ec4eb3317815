import {
  columnsFromFlat,
  columnsFromRanges,
  pairExtents,
  type ExtentColumns,
} from '../../core/view/index.ts';
import type { FaultRun, StampedLayout, StormResult } from '../../core/torn/index.ts';
import { guessVolume, type Fault, type FileModel, type LayoutModel } from '../state/model.ts';
import { verdictNames } from './verdicts.ts';

/** Where a storm's file lies, and which of its blocks are wrong; null where that is not known. */
export function modelOfStorm({ settings, layout, verification }: StormResult): LayoutModel | null {
  if (!layout || layout.extents.length === 0) return null;
  return modelOfLayout(settings.target, layout, verification?.faults ?? []);
}

/** A file by its layout, cut where a fault begins and ends. */
export function modelOfLayout(
  target: string,
  { blockBytes, extents: flat }: StampedLayout,
  runs: readonly FaultRun[],
): LayoutModel {
  const extents = columnsFromFlat(flat);
  const faults = faultsInBlocks(runs, blockBytes);
  const ranges = columnsFromRanges(faults.flatMap(({ first, end }) => [first, end - first]));
  const file = fileOf(target, extents, ranges, faults);
  const volume = { ...guessVolume([file]), blockBytes, clusterBytes: blockBytes };
  return { volume, volumeKnown: false, sides: ['actual'], files: [file] };
}

function fileOf(
  target: string,
  extents: ExtentColumns,
  ranges: ExtentColumns,
  faults: readonly Fault[],
): FileModel {
  const pairing = pairExtents(null, extents, null, ranges);
  const name = target.slice(target.lastIndexOf('/') + 1);
  return { name, pairing, predicted: null, actual: { extents, note: '' }, differences: 0, faults };
}

/** In whole blocks; where a block has parts of several faults, it counts to the first. */
function faultsInBlocks(runs: readonly FaultRun[], blockBytes: number): Fault[] {
  const faults: Fault[] = [];
  for (const { address, bytes, verdict } of runs) {
    const first = Math.max(faults.at(-1)?.end ?? 0, Math.floor(address / blockBytes));
    const end = Math.ceil((address + bytes) / blockBytes);
    if (end > first) faults.push({ first, end, word: verdictNames[verdict] });
  }
  return faults;
}
