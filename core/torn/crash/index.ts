/** Crash states of a recorded disk: what a drive may hold after the power failed (docs/crash-states.md). */
export { chooseStates, type ChosenStates } from './choose.ts';
export type { BlockDetail, StateDetail, StateLine, UnitDetail } from './details.ts';
export { Exploration } from './explore.ts';
export {
  crashOutcomeOf,
  crashOutcomes,
  gridOf,
  type CrashOutcome,
  type GridColumn,
  type PointCounts,
} from './outcomes.ts';
export { fateLines, fatesOf, oddness, simpler, type WriteFate } from './explain.ts';
export { isDmLog, readDmLog } from './dm-log.ts';
export { cutsOf, mayTear, plainDrive, type DriveModel } from './drive.ts';
export { enumerateStates, type EnumerationBounds } from './enumerate.ts';
export {
  BadLog,
  sectorBytes,
  type DiskLog,
  type LogMark,
  type LoggedFlush,
  type LoggedWrite,
} from './log.ts';
export {
  Judge,
  stampBlockBytes,
  unitFiles,
  type StateVerdict,
  type UnitFault,
  type UnitFile,
} from './judge.ts';
export {
  dataPieces,
  ext4Layouts,
  readThrough,
  recoveredExtents,
  type ByteExtent,
  type FileLayout,
  type StateLayouts,
} from './layouts.ts';
export { NotedReads, ReadMemo } from './memo.ts';
export {
  crashPlanInput,
  parseCrashPlan,
  parseCrashPlanText,
  type CrashPlan,
  type CrashPlanInput,
} from './plan.ts';
export { crashPoints, type CrashPoint } from './points.ts';
export { survivingParts, type Parts } from './power-cut.ts';
export { encodeMark, Promises, type UnitMark } from './promises.ts';
export { isRecorderLog, readRecorderLog } from './recorder-log.ts';
export {
  crashReportSchema,
  crashSensitivitySchema,
  type CrashFinding,
  type CrashReport,
  type CrashSensitivity,
} from './report.ts';
export { SectorTable } from './sectors.ts';
export { hasCut, stateName, stateOfName, type CrashState, type Piece } from './state.ts';
export { StateView, type Segment } from './state-view.ts';
