import type { ShutdownRequest } from '../../../../core/torn/index.ts';
import { runShutdowns } from '../../../torn/index.ts';
import type { Console } from '../../console.ts';
import type { ExitCode } from '../../exit.ts';
import { keepWhereAsked } from '../../report/keep-torn.ts';
import { writeJunit } from '../../report/torn-file.ts';
import { printShutdowns, tornExitCode } from '../../report/torn.ts';
import { eventTeller, given, stormOptions, type StormFlags } from './storm.ts';

interface ShutdownFlags extends StormFlags {
  readonly fs: 'ext4' | 'xfs';
  readonly rounds?: number;
  readonly size?: number;
  readonly start?: Exclude<ShutdownRequest['beginning'], undefined>;
}

/** `untorn torn shutdown --fs ext4|xfs …` */
export async function shutdownCommand(
  flags: ShutdownFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { fs: filesystem, rounds, size: fileBytes, start: beginning } = flags;
  const asked = { filesystem, ...stormOptions(flags), ...given({ rounds, fileBytes, beginning }) };
  const began = Date.now();
  const result = await runShutdowns({ ...asked, onEvent: eventTeller(flags, console), signal });
  console.endProgress();
  await keepWhereAsked(flags.save, `Shutdowns of ${filesystem}`, asked, began, result, console);
  await writeJunit(flags.junit, `shutdown of ${filesystem}`, result);
  if (flags.json) console.printJson(result);
  else printShutdowns(result, console);
  return tornExitCode(result.verdict);
}
