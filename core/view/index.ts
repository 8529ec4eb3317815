/** Geometry of the extent map and the words of the tables: pure, so that drawing is all that a view has to do. */
export { alignmentOf, countUnits, unitsFor, type Alignment } from './alignment.ts';
export { Cells } from './cells.ts';
export { differenceLane } from './difference.ts';
export { courseLines, courseOf, formatMicroseconds, type Course, type CourseLine } from './course.ts';
export { doubtFromFlat } from './doubt.ts';
export { filefragText } from './filefrag.ts';
export { columnsFromFlat, columnsFromRanges, type ExtentColumns } from './extents.ts';
export {
  foldAxis,
  straightAxis,
  toBlock,
  toPosition,
  type Axis,
  type AxisGap,
  type BlockRange,
} from './fold.ts';
export {
  addressForms,
  formatAddress,
  formatBytes,
  formatCount,
  formatSpan,
  plural,
  type AddressForm,
} from './format.ts';
export { parseGoTo, type GoTo } from './goto.ts';
export { groupSpan, type GroupSpan } from './groups.ts';
export { buildLane, usedRanges, type Dimension, type Lane, type LaneSide } from './lane.ts';
export { overviewOf, present } from './overview.ts';
export { absent, pairExtents, type Pairing } from './pair.ts';
export { hitTest, mark, visitRange } from './pyramid.ts';
export { stepDetail, stepFile } from './steps.ts';
export { axisTicks, gridLines } from './ticks.ts';
export { around, between, clamp, pan, reveal, wholeOf, zoom, type Viewport } from './viewport.ts';
