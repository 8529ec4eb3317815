import type { Prediction, RunResult, Volume, WireLayout, WireOutcome } from '../../core/rpc/index.ts';
import {
  absent,
  columnsFromFlat,
  doubtFromFlat,
  pairExtents,
  type ExtentColumns,
  type Pairing,
} from '../../core/view/index.ts';

/** What there is to see of one call: a prediction alone, or a prediction and what the kernel did. */
export interface ResultModel {
  readonly kind: 'prediction' | 'run';
  readonly volume: Volume;
  /** False where the filesystem's shape is not known and `volume` is only wide enough for the extents. */
  readonly volumeKnown: boolean;
  readonly predicted: WireOutcome;
  readonly actual: WireOutcome | null;
  readonly run: RunResult | null;
  readonly files: readonly FileModel[];
}

export interface FileModel {
  readonly name: string;
  readonly pairing: Pairing;
  /** Null for a side that is not there or says nothing of the layout. */
  readonly predicted: SideModel | null;
  readonly actual: SideModel | null;
  readonly differences: number;
}

interface SideModel {
  /** Null where the layout is not predicted (XFS) or could not be read. */
  readonly extents: ExtentColumns | null;
  /** What there is instead of extents, or an empty text. */
  readonly note: string;
}

export function modelOfPrediction({ volume, predicted }: Prediction): ResultModel {
  return makeModel('prediction', volume, predicted, null, null);
}

export function modelOfRun(run: RunResult): ResultModel {
  return makeModel('run', run.volume, run.predicted, run.actual, run);
}

function makeModel(
  kind: ResultModel['kind'],
  volume: Volume | null,
  predicted: WireOutcome,
  actual: WireOutcome | null,
  run: RunResult | null,
): ResultModel {
  const names = new Set([...predicted.files, ...(actual?.files ?? [])].map(({ file }) => file));
  const files = [...names].map((name) => {
    const find = (outcome: WireOutcome | null) => outcome?.files.find(({ file }) => file === name);
    return fileModel(name, find(predicted), find(actual), predicted.uncertain?.within ?? []);
  });
  return {
    kind,
    volume: volume ?? guessVolume(files),
    volumeKnown: volume !== null,
    predicted,
    actual,
    run,
    files,
  };
}

function fileModel(
  name: string,
  predicted: WireLayout | undefined,
  actual: WireLayout | undefined,
  possible: readonly number[],
): FileModel {
  const left = sideModel(predicted);
  const right = sideModel(actual);
  const pairing = pairExtents(
    left?.extents ?? null,
    right?.extents ?? null,
    doubtFromFlat(predicted?.uncertain ?? [], possible),
  );
  const differences = pairing.differs.reduce((sum, differs) => sum + differs, 0);
  return { name, pairing, predicted: left, actual: right, differences };
}

function sideModel(layout: WireLayout | undefined): SideModel | null {
  if (!layout) return null;
  if (layout.errno !== null) return { extents: null, note: layout.errno };
  if (layout.inline) return { extents: columnsFromFlat([]), note: 'inline data' };
  if (!layout.extents) return { extents: null, note: 'not predicted' };
  return { extents: columnsFromFlat(layout.extents), note: layout.extents.length === 0 ? 'no extents' : '' };
}

/** Wide enough for every extent, with the usual block size. */
function guessVolume(files: readonly FileModel[]): Volume {
  let end = 1;
  for (const { pairing } of files) {
    for (let row = 0; row < pairing.count; row++) {
      const last = Math.max(pairing.predicted[row] ?? absent, pairing.actual[row] ?? absent);
      end = Math.max(end, last + (pairing.length[row] ?? 0));
    }
  }
  return {
    fs: 'ext4',
    blockBytes: 4096,
    clusterBytes: 4096,
    blockCount: end,
    firstBlock: 0,
    blocksPerGroup: 32768,
  };
}

/** Extents of all files on one side. */
export function extentCount(model: ResultModel, side: 'predicted' | 'actual'): number {
  return model.files.reduce((sum, file) => sum + (file[side]?.extents?.count ?? 0), 0);
}
