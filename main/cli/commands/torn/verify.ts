import { verifyRecord } from '../../../torn/index.ts';
import type { Console } from '../../console.ts';
import type { ExitCode } from '../../exit.ts';
import { printRecordVerification, showTornEvent, tornExitCode } from '../../report/torn.ts';

interface VerifyFlags {
  readonly record: string;
  readonly json?: boolean;
}

/** `untorn torn verify [TARGET] --record DIR` */
export async function verifyCommand(
  target: string | undefined,
  flags: VerifyFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const result = await verifyRecord(flags.record, { target, onEvent: showTornEvent(console), signal });
  console.endProgress();
  if (flags.json) console.printJson(result);
  else printRecordVerification(result, console);
  return tornExitCode(result.verdict);
}
