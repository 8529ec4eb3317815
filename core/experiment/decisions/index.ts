/** Why blocks went where they went: the allocator's decisions, the mirror's beside the kernel's. */
export { compareDecisions, type Divergence, type FieldDifference } from './compare.ts';
export type {
  AllocationDecision,
  Decision,
  DecisionTrace,
  DiscardDecision,
  FreeDecision,
} from './decision.ts';
export { kernelDecisions, markers, type ForeignWriteback, type KernelDecisions } from './kernel.ts';
export { MirrorDecisions } from './mirror.ts';
export { matchingState, withUncertainty, type TracesByState } from './states.ts';
export { decisionLines, divergenceLines, tellDecision, type Fact } from './text.ts';
export { parseTraceLine, type TraceLine } from './tracepoint.ts';
