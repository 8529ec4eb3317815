/** The main job: predict, do it for real, compare. */
export { resultOf } from './result.ts';
export { privilege, type Privilege } from './privilege.ts';
export { reportOf, runPlan, type DecisionPair, type RunReport, type TraceReport } from './run.ts';
