import type { ProbeLayer } from '../../core/rpc/index.ts';
import { predictPlan } from '../predict/index.ts';
import { probePath, type Passport, type PassportLayer } from '../probe/index.ts';
import { privilege, runPlan } from '../run/index.ts';
import type { Laboratory } from './laboratory.ts';

/** This machine's own mirror, kernel and devices. Relative paths of a plan begin at the folder of the process. */
export const laboratoryHere: Laboratory = {
  predict: (plan, work) => predictPlan(plan, work),
  run: (plan, work) => runPlan(plan, work),
  probe: async (path) => passportToWire(await probePath(path)),
  privilege,
};

function passportToWire({ path, verdict, possible, remedy, layers, image, missing, withRoot }: Passport) {
  const inWords = { true: 'yes', false: 'no', unknown: 'unknown' } as const;
  return {
    path,
    verdict,
    possible: inWords[`${possible}`],
    remedy: remedy ?? '',
    layers: [...layers, ...(image ? [image] : [])].map(layerToWire),
    missing: [...missing, ...withRoot.map((text) => `root would add: ${text}`)],
  };
}

function layerToWire({ layer, window, why, remedy, facts, claims }: PassportLayer): ProbeLayer {
  const claimed =
    claims?.facts.map(({ name, value }) => ({ name: `${name} (the drive's own claim)`, value })) ?? [];
  return {
    layer,
    state: window === null ? 'closed' : window === 'unknown' ? 'unknown' : 'open',
    window: window === 'unknown' ? null : window,
    why,
    remedy: remedy ?? '',
    facts: [...facts.map(({ name, value }) => ({ name, value })), ...claimed],
  };
}
