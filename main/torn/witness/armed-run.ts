import type { ArmedEnd, ArmRequest, StormSettings } from '../../../core/torn/index.ts';
import { targetTitle } from '../target-title.ts';
import { armTarget, type ArmOptions } from './arm.ts';
import { forgetArmed, noteArmed } from './armed-notes.ts';
import { witnessAddress } from './client.ts';
import { readKey } from './key.ts';

/**
 * Arms a target by a request, with a note on disk from which the run can be verified after the power was cut: it is gone
 * again where the run ends by itself. Throws Failure.
 */
export async function armByRequest(
  { path, sizeBytes, destroy, witness, key, ...options }: ArmRequest,
  watch: Pick<ArmOptions, 'onEvent' | 'onLine' | 'signal'>,
): Promise<ArmedEnd> {
  const place = { ...witnessAddress(witness), key: await readKey(key) };
  const target = {
    path,
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(destroy === undefined ? {} : { destroy }),
  };
  const armed: string[] = [];
  const onArmed = async (run: string, settings: StormSettings): Promise<void> => {
    await noteArmed({ run, title: targetTitle(settings.target), witness, key, settings });
    armed.push(run);
  };
  try {
    return await armTarget(target, place, { ...options, ...watch, onArmed });
  } finally {
    for (const run of armed) await forgetArmed(run);
  }
}
