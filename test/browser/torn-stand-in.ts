import {
  faultyStorm,
  missedSensitivity,
  sampleCrash,
  sampleShutdown,
  sampleStorm,
} from '../support/sample-torn.ts';
import { powerCutStandIn } from '../support/power-cut-laboratory.ts';
import { Unable } from '../../main/failure.ts';
import type { TornLaboratory } from '../../main/service/index.ts';

const able = { possible: true, why: '', remedy: '' } as const;

/** A torn laboratory that answers at once with what the target's name asks for: what a healthy machine does not show. */
export const tornStandIn: TornLaboratory = {
  storm: async ({ path }, { onEvent }) => {
    if (path.includes('unable')) throw new Unable(`there is no room for 64 MiB at ${path}`, path);
    if (path.includes('void')) {
      onEvent?.({ type: 'sensitivity', sensitivity: missedSensitivity });
      return sampleStorm({
        verdict: 'void',
        sensitivity: missedSensitivity,
        verification: null,
        endedBy: 'error',
        error: 'seeded faults were missed',
      });
    }
    return path.includes('faults') ? faultyStorm() : sampleStorm();
  },
  shutdowns: () => Promise.resolve(sampleShutdown()),
  crash: () => Promise.reject(new Unable('no recorder here')),
  recording: () => Promise.reject(new Unable('no recording here')),
  planOf: () => Promise.reject(new Unable('no recording here')),
  powerCuts: powerCutStandIn(),
  info: () =>
    Promise.resolve({
      laboratory: able,
      recorder: able,
      ring: able,
      crashPlans: [
        { id: 'one', title: 'One', text: JSON.stringify({ version: 1, name: sampleCrash().name }) },
      ],
      sandboxPlans: [],
      folder: '/tmp',
    }),
};

/** The same, where the user may not mount anything. */
export const tornStandInWithoutPrivilege: TornLaboratory = {
  ...tornStandIn,
  info: async () => ({
    ...(await tornStandIn.info()),
    laboratory: {
      possible: false,
      why: 'it mounts filesystems of its own, which takes root',
      remedy: 'sudo untorn serve',
    },
  }),
};
