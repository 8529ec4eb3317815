import path from 'node:path';
import { promisesOf, verdictOf, type RecordVerification } from '../../core/torn/index.ts';
import { InputError } from '../failure.ts';
import { explained } from '../lab/index.ts';
import { bootId, verifyRun } from './passes.ts';
import { runText } from './random.ts';
import { readRecord } from './record.ts';
import { checkSensitivity } from './sensitivity.ts';
import { stormRequest } from './settings.ts';
import { reopenTarget } from './target.ts';
import type { Watch } from './verify.ts';

/**
 * Judges a target by the record of a run that did not come to its end (killed, or cut off with its machine). `target`
 * names it anew where it is found elsewhere now. Only reads. Throws InputError, Unable.
 */
export async function verifyRecord(
  folder: string,
  { target, ...watch }: Watch & { readonly target?: string | undefined } = {},
): Promise<RecordVerification> {
  const { run, settings, bootId: bootOfRun, journal } = await readRecord(folder);
  const { path: name } = await reopenTarget(target ?? settings.target);
  const { area } = stormRequest({ ...settings, target: name }, run, journal);
  const { blockBytes, unitBytes, seed } = settings;
  const copy = { folder: path.resolve(folder), run, seed, blockBytes, unitBytes };
  const sensitivity = await checkSensitivity(copy, watch.onEvent);
  const rebooted = bootOfRun !== bootId();
  const promised = !rebooted || settings.sync !== 'none';
  try {
    const verification = await verifyRun(area, journal, { promised, mayLackLast: rebooted }, watch);
    if (verification.journal.records === 0 && verification.units === 0)
      throw new InputError(`${name} has none of the units of this run`, name);
    return {
      format: 1,
      kind: 'verify',
      run: runText(run),
      settings,
      sensitivity,
      rebooted,
      promises: promisesOf({ ...settings, readers: 0 }, rebooted),
      verdict: verdictOf(sensitivity, verification, area.slots),
      verification,
    };
  } catch (error) {
    throw explained(error, `verifying ${name}`);
  }
}
