import { predictPlan, predictVersus } from '../predict/index.ts';
import { probePath } from '../probe/index.ts';
import { runPlan } from '../run/index.ts';
import { installSandbox } from '../sandbox/index.ts';
import { devicesHere } from './devices.ts';
import type { Laboratory } from './laboratory.ts';
import { passportToWire } from './passport.ts';
import { privilegeWithSandboxes, sandboxesHere } from './sandboxes.ts';

/** This machine's own mirror, kernel and devices. Relative paths of a plan begin at the folder of the process. */
export const laboratoryHere: Laboratory = {
  predict: (plan, work) => predictPlan(plan, work),
  run: (plan, work) => runPlan(plan, work),
  versus: predictVersus,
  probe: async (path) => passportToWire(await probePath(path)),
  devices: devicesHere,
  privilege: privilegeWithSandboxes,
  sandboxes: sandboxesHere,
  installSandbox: async (what, version, work) => void (await installSandbox(what, version, work)),
};
