import { tmpdir } from 'node:os';
import { parsePlanText } from '../../core/experiment/plan.ts';
import type { CrashPlan } from '../../core/torn/crash/index.ts';
import type {
  ShutdownRequest,
  ShutdownResult,
  StormOptions,
  StormRequest,
  StormResult,
} from '../../core/torn/index.ts';
import type { TornInfo } from '../../core/rpc/index.ts';
import { whyNoRing } from '../native/index.ts';
import { doesEverything } from '../privilege/index.ts';
import { projectPath } from '../project.ts';
import { privilege } from '../run/index.ts';
import { chooseKernel, inSandbox } from '../sandbox/index.ts';
import {
  exploreCrash,
  exploreRecording,
  findProgram,
  whyNoFuseMount,
  planOfRecording,
  type CrashOptions,
  type Examined,
} from '../torn/crash/index.ts';
import { runShutdowns, runStorm, runStormInSandbox } from '../torn/index.ts';
import type { TornRunOptions } from '../torn/storm.ts';
import { listExamples } from './examples.ts';
import { powerCutsHere, type PowerCutLaboratory } from './power-cut-laboratory.ts';

export type Watching = Pick<TornRunOptions, 'onEvent' | 'signal'>;

/** What the service needs of the torn laboratory; tests put a stand-in here. */
export interface TornLaboratory {
  /** Throws Failure, Cancelled; so do the others. */
  storm(request: StormRequest, watch: Watching): Promise<StormResult>;
  shutdowns(request: ShutdownRequest, watch: Watching): Promise<ShutdownResult>;
  crash(plan: CrashPlan, options: CrashOptions): Promise<Examined>;
  /** Checks a recording that was kept in a folder. */
  recording(plan: CrashPlan, folder: string, options: Omit<CrashOptions, 'keep'>): Promise<Examined>;
  /** The crash plan of a recording that was kept, as text. */
  planOf(folder: string): Promise<string>;
  readonly powerCuts: PowerCutLaboratory;
  info(): Promise<Omit<TornInfo, 'destructive'>>;
}

/** This machine's own. */
export const tornLaboratoryHere: TornLaboratory = {
  storm({ path, sizeBytes, destroy, sandbox, ...options }, watch) {
    if (sandbox) return stormInSandbox(path, sizeBytes, sandbox, { ...options, ...watch });
    const target = {
      path,
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(destroy === undefined ? {} : { destroy }),
    };
    return runStorm(target, { ...options, ...watch });
  },
  shutdowns: (request, watch) => runShutdowns({ ...request, ...watch }),
  crash: exploreCrash,
  recording: (plan, folder, options) =>
    exploreRecording(plan, folder, { ...options, ...(process.geteuid?.() === 0 ? {} : { crossChecks: 0 }) }),
  planOf: planOfRecording,
  powerCuts: powerCutsHere,
  async info() {
    const examples = await listExamples(projectPath('examples'));
    return {
      laboratory: laboratoryAbility(),
      recorder: recorderAbility(),
      ring: abilityWhere(whyNoRing(), 'install liburing-dev and build again (npm run build:native)'),
      crashPlans: await listExamples(projectPath('examples', 'torn')),
      sandboxPlans: examples.filter(({ text }) => isFormattedSandbox(text)),
      folder: tmpdir(),
    };
  },
};

function stormInSandbox(
  name: string,
  sizeBytes: number | undefined,
  { plan: text, kernel }: NonNullable<StormRequest['sandbox']>,
  options: StormOptions & Omit<TornRunOptions, 'record'>,
): Promise<StormResult> {
  const written = parsePlanText(text);
  const plan = kernel === undefined ? written : inSandbox(written);
  const chosen =
    kernel === undefined || plan.target.kind !== 'sandbox'
      ? {}
      : { kernel: chooseKernel({ ...plan.target, kernel }) };
  return runStormInSandbox(
    { plan, name, ...chosen, ...(sizeBytes === undefined ? {} : { sizeBytes }) },
    options,
  );
}

/** Whether a plan has a sandbox with a filesystem, on which a file can lie. */
function isFormattedSandbox(text: string): boolean {
  const { target } = parsePlanText(text);
  return target.kind === 'sandbox' && target.mkfs !== undefined;
}

type Ability = TornInfo['ring'];

const able: Ability = { possible: true, why: '', remedy: '' };

function abilityWhere(why: string | null, remedy: string): Ability {
  return why === null ? able : { possible: false, why, remedy };
}

function abilityOf(attempt: () => void, remedy: string): Ability {
  try {
    attempt();
    return able;
  } catch (error) {
    return { possible: false, why: error instanceof Error ? error.message : String(error), remedy };
  }
}

/** Filesystems of the laboratory's own are mounted by root or the helper: shutting one down is more than UDisks2 does. */
function laboratoryAbility(): Ability {
  const { possible, why, remedy } = privilege(doesEverything);
  return { possible, why, remedy };
}

/** The recorder shows its disk through FUSE, which an ordinary user mounts by a program of FUSE's own. */
function recorderAbility(): Ability {
  const built = abilityOf(
    () => void findProgram(),
    'install libfuse3-dev and build again (npm run build:native)',
  );
  return built.possible ? abilityWhere(whyNoFuseMount(), 'apt-get install fuse3') : built;
}
