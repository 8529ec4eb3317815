import { runShutdowns, type Beginning } from '../../../torn/index.ts';
import type { Console } from '../../console.ts';
import type { ExitCode } from '../../exit.ts';
import { writeJunit } from '../../report/torn-file.ts';
import { printShutdowns, showTornEvent, tornExitCode } from '../../report/torn.ts';
import { given, stormOptions, type StormFlags } from './storm.ts';

interface ShutdownFlags extends StormFlags {
  readonly fs: 'ext4' | 'xfs';
  readonly rounds?: number;
  readonly size?: number;
  readonly start?: Beginning;
}

/** `untorn torn shutdown --fs ext4|xfs …` */
export async function shutdownCommand(
  flags: ShutdownFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { fs: filesystem, rounds, size: fileBytes, start: beginning } = flags;
  const result = await runShutdowns({
    filesystem,
    ...stormOptions(flags),
    ...given({ rounds, fileBytes, beginning }),
    onEvent: showTornEvent(console),
    signal,
  });
  console.endProgress();
  await writeJunit(flags.junit, `shutdown of ${filesystem}`, result);
  if (flags.json) console.printJson(result);
  else printShutdowns(result, console);
  return tornExitCode(result.verdict);
}
