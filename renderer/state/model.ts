import type { LayoutThen } from '../../core/experiment/replay/index.ts';
import type {
  Prediction,
  Replay,
  RunResult,
  Traced,
  Volume,
  WireLayout,
  WireOutcome,
} from '../../core/rpc/index.ts';
import {
  absent,
  columnsFromFlat,
  doubtFromFlat,
  pairExtents,
  type ExtentColumns,
  type LaneSide,
  type Pairing,
} from '../../core/view/index.ts';

/** What an extent map shows: files on a volume, from one side or from both. */
export interface LayoutModel {
  readonly volume: Volume;
  /** False where the filesystem's shape is not known and `volume` is only wide enough for the extents. */
  readonly volumeKnown: boolean;
  readonly sides: readonly LaneSide[];
  readonly files: readonly FileModel[];
}

/** What there is to see of one call: a prediction alone, or a prediction and what the kernel did. */
export interface ResultModel extends LayoutModel {
  readonly kind: 'prediction' | 'run';
  readonly predicted: WireOutcome;
  readonly actual: WireOutcome | null;
  readonly run: RunResult | null;
  /** How the predicted layouts came about; null where that is not known. */
  readonly replay: Replay | null;
  /** The allocator's decisions on both sides; null where they were not recorded. */
  readonly traced: Traced | null;
}

export interface FileModel {
  readonly name: string;
  readonly pairing: Pairing;
  /** Null for a side that is not there or says nothing of the layout. */
  readonly predicted: SideModel | null;
  readonly actual: SideModel | null;
  readonly differences: number;
  /** What is wrong with what was written to it, ascending; a row of the pairing lies within one fault or none. */
  readonly faults: readonly Fault[];
}

/** Logical blocks of a file whose content is wrong, and what is wrong with it in a word. */
export interface Fault {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
  readonly word: string;
}

/** The fault that a row of the pairing lies in; an empty text where there is none. */
export function faultAt({ pairing, faults }: FileModel, row: number): string {
  if (!pairing.torn[row]) return '';
  const logical = pairing.logical[row] ?? 0;
  return faults.find(({ end }) => end > logical)?.word ?? '';
}

interface SideModel {
  /** Null where the layout is not predicted (XFS) or could not be read. */
  readonly extents: ExtentColumns | null;
  /** What there is instead of extents, or an empty text. */
  readonly note: string;
}

/** What a fresh result carries beside what is kept of it. */
interface Beside {
  readonly replay?: Replay | null;
  readonly traced?: Traced | null;
}

export function modelOfPrediction(prediction: Prediction & Beside): ResultModel {
  const { volume, predicted, replay = null } = prediction;
  return { ...makeModel('prediction', volume, predicted, null, null), replay };
}

export function modelOfRun(run: RunResult & Beside): ResultModel {
  const { replay = null, traced = null } = run;
  return { ...makeModel('run', run.volume, run.predicted, run.actual, run), replay, traced };
}

/**
 * A result as it was at a moment: the predicted layouts of then, and on the kernel's side those that a `layout` step had
 * read by then. `stepFiles` are the files of the plan's steps. Files keep their places, and those that are gone in the
 * end come last.
 */
export function modelAt(
  result: ResultModel,
  predicted: readonly LayoutThen[],
  moment: number,
  stepFiles: readonly string[],
): ResultModel {
  const actual = new Map<string, WireLayout>();
  result.actual?.steps.slice(0, moment).forEach(({ extents }, index) => {
    const file = stepFiles[index];
    if (extents && file !== undefined) actual.set(file, wireLayout(file, extents));
  });
  const mine = new Map(predicted.map(({ file, extents }) => [file, wireLayout(file, extents)]));
  const names = new Set([...result.files.map(({ name }) => name), ...mine.keys(), ...actual.keys()]);
  const files = [...names].map((name) => fileModel(name, mine.get(name), actual.get(name), []));
  return { ...result, files };
}

function wireLayout(file: string, extents: readonly number[]): WireLayout {
  return { file, extents, inline: false, errno: null, uncertain: [] };
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
    sides: actual ? ['predicted', 'actual'] : ['predicted'],
    predicted,
    actual,
    run,
    files,
    replay: null,
    traced: null,
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
  return { name, pairing, predicted: left, actual: right, differences, faults: [] };
}

function sideModel(layout: WireLayout | undefined): SideModel | null {
  if (!layout) return null;
  if (layout.errno !== null) return { extents: null, note: layout.errno };
  if (layout.inline) return { extents: columnsFromFlat([]), note: 'inline data' };
  if (!layout.extents) return { extents: null, note: 'not predicted' };
  return { extents: columnsFromFlat(layout.extents), note: layout.extents.length === 0 ? 'no extents' : '' };
}

/** Wide enough for every extent, with the usual block size. */
export function guessVolume(files: readonly FileModel[]): Volume {
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
