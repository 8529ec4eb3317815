/**
 * Two allocators side by side on the same plan: what each does step by step, and how the units that the plan writes come to lie.
 */
export {
  addTotals,
  judgeSide,
  unitSum,
  type Side,
  type SideStep,
  type Totals,
  type UnitCounts,
  type Writes,
} from './compare.ts';
export { asksForAtomic, withAtomic, withoutAtomic } from './variants.ts';
export { Watcher, type Observation } from './observe.ts';
export { placeOf, type Unit, type UnitPlace } from './units.ts';
