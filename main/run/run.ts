import { statSync } from 'node:fs';
import {
  matchingState,
  type Decision,
  type DecisionTrace,
  type Divergence,
  type TracesByState,
} from '../../core/experiment/decisions/index.ts';
import { compareOutcomes, type Difference } from '../../core/experiment/compare.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import type { Replay } from '../../core/experiment/replay/index.ts';
import type { Volume } from '../../core/rpc/index.ts';
import { stepFile } from '../../core/view/index.ts';
import type { OnProgress } from '../failure.ts';
import { prepareTarget, type Lab } from '../lab/index.ts';
import { runningKernel } from '../machine/index.ts';
import {
  chooseProfile,
  deviceSource,
  imageSource,
  predictFrom,
  predictPlan,
  predictSandbox,
  type Prediction,
  type Source,
} from '../predict/index.ts';
import {
  isSandboxLab,
  isSandboxPlan,
  prepareSandbox,
  type Guest,
  type SandboxKernel,
  type SandboxPlan,
} from '../sandbox/index.ts';

export interface RunOptions {
  /** Folder that relative paths of the plan begin at; the current one where it is left out. */
  readonly planFolder?: string;
  /** Serial number, WWN or path of a device that the caller agrees to lose. */
  readonly destroy?: string;
  /** Whether the kernel's own decisions are recorded and laid beside the mirror's. */
  readonly trace?: boolean;
  /** Whether it is wanted how the predicted layouts come about. */
  readonly replay?: boolean;
  /** For a plan in a sandbox: a guest that is up already, and stays so. */
  readonly guest?: Guest;
  /** For a plan in a sandbox: its kernel, in place of the one that the plan names. */
  readonly kernel?: SandboxKernel;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** A prediction beside what the kernel did. */
export interface RunReport {
  readonly predicted: Outcome;
  readonly actual: Outcome;
  /** What the plan's allocator would have done, where no kernel runs it (rfc-2023-11); `predicted` is the kernel's own then. */
  readonly versus?: Outcome;
  /** Every step and every extent agrees, and nothing disturbed the run. */
  readonly match: boolean;
  readonly differences: readonly Difference[];
  /** Why the run does not count, one sentence each; empty where nothing disturbed it. */
  readonly disturbed: readonly string[];
  /** What would explain a difference, had there been one: counted as a disturbance only where there is. */
  readonly doubts: readonly string[];
  /**
   * What could have disturbed the run and would not have been seen, one sentence each; left out where everything is watched. Says
   * nothing against a match: where both sides agree on every extent, nothing made a difference.
   */
  readonly unwatched?: readonly string[];
  /** The allocator's decisions on both sides, where they were asked for. */
  readonly trace?: TraceReport;
}

/** What came of a run, and of what filesystem and kernel. */
export interface RunAnswer {
  readonly report: RunReport;
  readonly volume: Volume | null;
  /** The release of a sandbox's kernel; null where it was this machine's. */
  readonly kernel: string | null;
  /** How the predicted layouts came about, where it was asked for and is known. */
  readonly replay?: Replay;
}

/** The decisions of mirror and kernel side by side. */
export interface TraceReport {
  /** Every decision agrees in every field, and the kernel lost no event. */
  readonly agree: boolean;
  /** Events that the kernel had no room to record. */
  readonly lost: number;
  readonly firstDivergence: Divergence | null;
  /**
   * For how many states of the memory decisions were predicted; what is laid beside the kernel's is the one that agrees
   * with them, or agrees longest. More than one only on a filesystem that was mounted already.
   */
  readonly states: number;
  readonly mount: DecisionPair;
  /** One for each step of the plan. */
  readonly steps: readonly DecisionPair[];
  readonly layouts: DecisionPair;
}

export interface DecisionPair {
  readonly predicted: readonly Decision[];
  readonly actual: readonly Decision[];
}

/**
 * The main job: prepares the target, predicts from that very image, does it for real, compares. Whatever happens,
 * everything that was made is removed again. Throws Failure,
 * Cancelled.
 */
export async function runPlan(asked: Plan, options: RunOptions = {}): Promise<RunAnswer> {
  const noKernelsOwn = asked.allocator === 'rfc-2023-11';
  const plan: Plan = noKernelsOwn ? { ...asked, allocator: 'auto' } : asked;
  const lab = await prepareRun(plan, options);
  try {
    const beside = noKernelsOwn ? await predictPrepared(asked, lab, { ...options, trace: false }) : null;
    const prediction = await predictPrepared(plan, lab, options);
    const { outcome: actual, disturbed, doubts, unwatched, trace } = await lab.execute(options);
    const report: RunReport = {
      ...reportOf(plan, prediction.outcome, actual, disturbed, doubts, unwatched),
      ...(beside ? { versus: beside.outcome } : {}),
    };
    const { volume, decisions, replay } = prediction;
    const kernel = isSandboxLab(lab) ? lab.guest.release : null;
    const answer = { volume, kernel, ...(replay ? { replay } : {}) };
    if (!trace || !decisions) return { ...answer, report };
    return { ...answer, report: { ...report, trace: traceReport(decisions, trace.decisions, trace.lost) } };
  } finally {
    await lab.dispose();
  }
}

async function prepareRun(plan: Plan, options: RunOptions): Promise<Lab> {
  if (isSandboxPlan(plan)) return prepareSandbox(plan, options);
  // A profile that there is not is told before anything is touched.
  chooseProfile(plan.allocator, runningKernel());
  return prepareTarget(plan, options);
}

/**
 * From the very bytes that the run starts from. A bare device and a mounted filesystem are predicted as without a run:
 * the one has no bytes that matter, the other lives in the kernel's memory too.
 */
async function predictPrepared(plan: Plan, lab: Lab, options: RunOptions): Promise<Prediction> {
  const { target } = plan;
  const { machine, image } = lab;
  const work = { ...options, explain: options.trace ?? false };
  if (isSandboxLab(lab)) return predictSandbox(plan as SandboxPlan, lab, work);
  if (image === null) {
    const observation = await lab.observe();
    return predictPlan(plan, observation ? { ...work, observation } : work);
  }
  if (target.kind === 'block' && !target.mkfs) return predictPlan(plan, work);
  const settled = { ...target, cpus: machine.possibleCpus, rotational: machine.rotational };
  const read = lab.read ?? null;
  const source = target.kind === 'block' ? { ...deviceSource(image), read } : imageOfRun(image, machine);
  return predictFrom({ ...plan, target: settled }, source, work);
}

function imageOfRun(image: string, { logicalBlockBytes }: Lab['machine']): Source {
  const source = imageSource(image, 'the image of the run', statSync(image).size);
  return { ...source, device: { ...source.device, logicalBlockBytes } };
}

/** Puts both sides together; what disturbed a run keeps it from ever being a match, doubts only where it is none anyway. */
export function reportOf(
  plan: Plan,
  predicted: Outcome,
  actual: Outcome,
  disturbed: readonly string[],
  doubts: readonly string[] = [],
  unwatched: readonly string[] = [],
): RunReport {
  const differences = compareOutcomes(predicted, actual, plan.steps.map(stepFile));
  const reasons = differences.length === 0 ? disturbed : [...disturbed, ...doubts];
  const match = differences.length === 0 && reasons.length === 0;
  const executed = { ...actual, allocator: predicted.allocator };
  const report = { predicted, actual: executed, match, differences, disturbed: reasons, doubts };
  return unwatched.length === 0 ? report : { ...report, unwatched };
}

function traceReport(states: TracesByState, actual: DecisionTrace, lost: number): TraceReport {
  const { state, divergence: firstDivergence } = matchingState(states, actual);
  const predicted = states[state] ?? states[0];
  return {
    agree: firstDivergence === null && lost === 0,
    lost,
    firstDivergence,
    states: states.length,
    mount: { predicted: predicted.mount, actual: actual.mount },
    steps: actual.steps.map((step, index) => ({ predicted: predicted.steps[index] ?? [], actual: step })),
    layouts: { predicted: predicted.layouts, actual: actual.layouts },
  };
}
