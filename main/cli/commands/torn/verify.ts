import {
  readKey,
  readWitnessLog,
  verifyRecord,
  verifyWithWitness,
  verifyWitnessed,
  witnessAddress,
} from '../../../torn/index.ts';
import { InputError } from '../../../failure.ts';
import type { PowerCutResult } from '../../../../core/torn/index.ts';
import type { Console } from '../../console.ts';
import type { ExitCode } from '../../exit.ts';
import { writeJunit } from '../../report/torn-file.ts';
import { printPowerCut, printRecordVerification, showTornEvent, tornExitCode } from '../../report/torn.ts';

interface VerifyFlags {
  readonly record?: string;
  readonly witness?: string;
  readonly witnessFile?: string;
  readonly key?: string;
  readonly run?: string;
  readonly junit?: string;
  readonly json?: boolean;
}

/** `untorn torn verify [TARGET] --record DIR`, `--witness HOST:PORT --key FILE --run RUN` or `--witness-file FILE`. */
export async function verifyCommand(
  target: string | undefined,
  flags: VerifyFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const watch = { target, onEvent: showTornEvent(console), signal };
  const given = [flags.record, flags.witness, flags.witnessFile].filter((flag) => flag !== undefined);
  if (given.length !== 1)
    throw new InputError('one of --record, --witness and --witness-file says what was promised', '--record');
  if (flags.record !== undefined) {
    const result = await verifyRecord(flags.record, watch);
    console.endProgress();
    await writeJunit(flags.junit, 'verify', result);
    if (flags.json) console.printJson(result);
    else printRecordVerification(result, console);
    return tornExitCode(result.verdict);
  }
  const result = await witnessed(flags, watch);
  console.endProgress();
  await writeJunit(flags.junit, 'power cut', result);
  if (flags.json) console.printJson(result);
  else printPowerCut(result, console);
  return tornExitCode(result.verdict);
}

async function witnessed(
  { witness, witnessFile, key, run }: VerifyFlags,
  watch: Parameters<typeof verifyWithWitness>[2] & object,
): Promise<PowerCutResult> {
  if (witnessFile !== undefined) {
    const known = await readWitnessLog(witnessFile);
    return verifyWitnessed(known, known.run, witnessFile, watch);
  }
  if (key === undefined) throw new InputError('--witness goes with --key', '--key');
  if (run === undefined || !/^[0-9a-f]{16}$/.test(run))
    throw new InputError('--witness goes with --run: the 16 digits that arm printed', '--run');
  const place = { ...witnessAddress(witness ?? ''), key: await readKey(key) };
  return verifyWithWitness(place, run, watch);
}
