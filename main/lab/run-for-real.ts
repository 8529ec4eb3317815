import type { Plan } from '../../core/experiment/plan.ts';
import { prepareTarget } from './prepare.ts';
import type { PrepareOptions, RealRun } from './types.ts';

/** Prepares, runs and disposes: for callers that predict nothing. */
export async function runForReal(plan: Plan, options: PrepareOptions = {}): Promise<RealRun> {
  const lab = await prepareTarget(plan, options);
  try {
    return await lab.execute(options);
  } finally {
    await lab.dispose();
  }
}
