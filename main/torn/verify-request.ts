import type { PowerCutResult, RecordVerification, VerifyRequest } from '../../core/torn/index.ts';
import { targetTitle } from './target-title.ts';
import { verifyRecord } from './verify-record.ts';
import type { Watch } from './verify.ts';
import { verifyWithWitness, verifyWitnessed } from './witness/arm.ts';
import { forgetArmed } from './witness/armed-notes.ts';
import { witnessAddress } from './witness/client.ts';
import { readKey } from './witness/key.ts';
import { readWitnessLog } from './witness/log.ts';

/** Judges a target by what was promised of it, wherever that stands. Only reads. Throws InputError, Unable. */
export async function verifyByRequest(
  request: VerifyRequest,
  watch: Watch,
): Promise<PowerCutResult | RecordVerification> {
  const { target } = request;
  const options = { ...watch, ...(target === undefined ? {} : { target }) };
  switch (request.from) {
    case 'record':
      return verifyRecord(request.folder, options);
    case 'witness-file': {
      const known = await readWitnessLog(request.file);
      return verifyWitnessed(known, known.run, request.file, options);
    }
    case 'witness': {
      const place = { ...witnessAddress(request.witness), key: await readKey(request.key) };
      return verifyWithWitness(place, request.run, options);
    }
  }
}

/** Once what came of an armed run is kept, its note is of no use any more; one that proved nothing is asked for again. */
export async function forgetVerified({
  kind,
  run,
  verdict,
}: PowerCutResult | RecordVerification): Promise<void> {
  if (kind === 'power-cut' && (verdict === 'untorn' || verdict === 'faults')) await forgetArmed(run);
}

/** What such a result is called in the history. */
export function verificationTitle({ kind, settings }: PowerCutResult | RecordVerification): string {
  const target = targetTitle(settings.target);
  return kind === 'power-cut' ? `Power cut: ${target}` : `Units of ${target}, by their record`;
}
