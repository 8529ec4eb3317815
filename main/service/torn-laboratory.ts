import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import type { CrashPlan } from '../../core/torn/crash/index.ts';
import type { ShutdownRequest, ShutdownResult, StormRequest, StormResult } from '../../core/torn/index.ts';
import type { TornInfo } from '../../core/rpc/index.ts';
import { whyNoRing } from '../native/index.ts';
import { projectPath } from '../project.ts';
import { exploreCrash, findProgram, type CrashOptions, type Examined } from '../torn/crash/index.ts';
import { runShutdowns, runStorm } from '../torn/index.ts';
import type { TornRunOptions } from '../torn/storm.ts';
import { listExamples } from './examples.ts';

type Watching = Pick<TornRunOptions, 'onEvent' | 'signal'>;

/** What the service needs of the torn laboratory; tests put a stand-in here. */
export interface TornLaboratory {
  /** Throws Failure, Cancelled; so do the others. */
  storm(request: StormRequest, watch: Watching): Promise<StormResult>;
  shutdowns(request: ShutdownRequest, watch: Watching): Promise<ShutdownResult>;
  crash(plan: CrashPlan, options: CrashOptions): Promise<Examined>;
  info(): Promise<Omit<TornInfo, 'destructive'>>;
}

/** This machine's own. */
export const tornLaboratoryHere: TornLaboratory = {
  storm({ path, sizeBytes, destroy, ...options }, watch) {
    const target = {
      path,
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(destroy === undefined ? {} : { destroy }),
    };
    return runStorm(target, { ...options, ...watch });
  },
  shutdowns: (request, watch) => runShutdowns({ ...request, ...watch }),
  crash: exploreCrash,
  async info() {
    return {
      laboratory: laboratoryAbility(),
      recorder: abilityOf(
        () => void findProgram(),
        'install libfuse3-dev and build again (npm run build:native)',
      ),
      ring: abilityWhere(whyNoRing(), 'install liburing-dev and build again (npm run build:native)'),
      crashPlans: await listExamples(projectPath('examples', 'torn')),
      folder: tmpdir(),
    };
  },
};

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

/** Filesystems of the laboratory's own are mounted by root alone: a user's helper is not asked for them. */
function laboratoryAbility(): Ability {
  if (process.geteuid?.() !== 0)
    return {
      possible: false,
      why: 'it makes filesystems of its own and mounts them, which takes root, and this service runs as an ordinary user',
      remedy: 'sudo untorn serve',
    };
  return abilityOf(
    () => accessSync('/dev/loop-control', constants.R_OK | constants.W_OK),
    'modprobe loop, or leave the container',
  );
}
