import type { VerifyRequest } from '../../../../core/torn/index.ts';
import { InputError } from '../../../failure.ts';
import { forgetVerified, verificationTitle, verifyByRequest } from '../../../torn/index.ts';
import type { Console } from '../../console.ts';
import type { ExitCode } from '../../exit.ts';
import { keepWhereAsked } from '../../report/keep-torn.ts';
import { writeJunit } from '../../report/torn-file.ts';
import { printPowerCut, printRecordVerification, showTornEvent, tornExitCode } from '../../report/torn.ts';

interface VerifyFlags {
  readonly record?: string;
  readonly witness?: string;
  readonly witnessFile?: string;
  readonly key?: string;
  readonly run?: string;
  readonly junit?: string;
  readonly save?: boolean;
  readonly json?: boolean;
}

/** `untorn torn verify [TARGET] --record DIR`, `--witness HOST:PORT --key FILE --run RUN` or `--witness-file FILE`. */
export async function verifyCommand(
  target: string | undefined,
  flags: VerifyFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const asked = { ...sourceOf(flags), ...(target === undefined ? {} : { target }) };
  const began = Date.now();
  const result = await verifyByRequest(asked, { onEvent: showTornEvent(console), signal });
  console.endProgress();
  await keepWhereAsked(flags.save, verificationTitle(result), asked, began, result, console);
  if (flags.save) await forgetVerified(result);
  await writeJunit(flags.junit, result.kind === 'power-cut' ? 'power cut' : 'verify', result);
  if (flags.json) console.printJson(result);
  else if (result.kind === 'power-cut') printPowerCut(result, console);
  else printRecordVerification(result, console);
  return tornExitCode(result.verdict);
}

/** Where it stands what was promised. */
function sourceOf({ record, witness, witnessFile, key, run }: VerifyFlags): VerifyRequest {
  const given = [record, witness, witnessFile].filter((flag) => flag !== undefined);
  if (given.length !== 1)
    throw new InputError('one of --record, --witness and --witness-file says what was promised', '--record');
  if (record !== undefined) return { from: 'record', folder: record };
  if (witnessFile !== undefined) return { from: 'witness-file', file: witnessFile };
  if (key === undefined) throw new InputError('--witness goes with --key', '--key');
  if (run === undefined || !/^[0-9a-f]{16}$/.test(run))
    throw new InputError('--witness goes with --run: the 16 digits that arm printed', '--run');
  return { from: 'witness', witness: witness ?? '', key, run };
}
