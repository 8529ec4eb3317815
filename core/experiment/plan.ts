/** The plan format (docs/plan-format.md): what may stand in a plan file, and how it is read. */
export {
  parsePlan,
  parsePlanText,
  PlanError,
  type Plan,
  type PlanInput,
  type PlanIssue,
} from './plan/parse.ts';
export { type FallocateMode, type Step, type StepInput, type StepOf } from './plan/steps.ts';
export {
  type BuddyState,
  type Drive,
  type Mkfs,
  type Target,
  type TargetKind,
  type TargetOf,
} from './plan/target.ts';
export { sizeFromText } from './plan/size.ts';
