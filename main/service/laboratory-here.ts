import { predictPlan } from '../predict/index.ts';
import { probePath } from '../probe/index.ts';
import { privilege, runPlan, type Privilege } from '../run/index.ts';
import { findKernels } from '../sandbox/index.ts';
import type { Laboratory } from './laboratory.ts';
import { passportToWire } from './passport.ts';

/** This machine's own mirror, kernel and devices. Relative paths of a plan begin at the folder of the process. */
export const laboratoryHere: Laboratory = {
  predict: (plan, work) => predictPlan(plan, work),
  run: (plan, work) => runPlan(plan, work),
  probe: async (path) => passportToWire(await probePath(path)),
  privilege: whatRuns,
};

/** An ordinary user runs plans in a sandbox; one on a loop device then says that it takes root. */
function whatRuns(): Privilege {
  const here = privilege();
  return here.possible || findKernels().length === 0 ? here : { possible: true, why: '', remedy: '' };
}
