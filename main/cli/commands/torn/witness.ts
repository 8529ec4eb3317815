import { once } from 'node:events';
import { armByRequest, readKey, startWitness, witnessAddress } from '../../../torn/index.ts';
import type { Console } from '../../console.ts';
import { exitCodes, type ExitCode } from '../../exit.ts';
import { printSensitivity, showTornEvent, tornExitCode } from '../../report/torn.ts';
import { given } from './storm.ts';

interface WitnessFlags {
  readonly listen: string;
  readonly key: string;
  readonly folder: string;
  readonly json?: boolean;
}

/** `untorn torn witness --listen HOST:PORT --key FILE --folder DIR`: until it is interrupted. */
export async function witnessCommand(
  flags: WitnessFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const key = await readKey(flags.key);
  const { host, port } = witnessAddress(flags.listen);
  const onLine = (line: string): void => console.say(line);
  const witness = await startWitness({ host, port, folder: flags.folder, key, onLine });
  try {
    if (flags.json) console.printJson({ listening: { host, port: witness.port } });
    else
      console.print(`listening on ${host}:${witness.port}; runs are kept in ${flags.folder}; Ctrl-C ends it`);
    if (!signal.aborted) await once(signal, 'abort');
    return exitCodes.done;
  } finally {
    await witness.close();
  }
}

interface ArmFlags {
  readonly block?: number;
  readonly unit?: readonly number[];
  readonly writers?: number;
  readonly atomic?: boolean;
  readonly buffered?: boolean;
  readonly sync?: 'dsync' | 'fsync';
  readonly seed?: number;
  readonly json?: boolean;
  readonly witness: string;
  readonly key: string;
  readonly size?: number;
  readonly writes?: number;
  readonly seconds?: number;
  readonly destroy?: string;
}

/** `untorn torn arm TARGET --witness HOST:PORT --key FILE …`: until the power is cut. */
export async function armCommand(
  path: string,
  flags: ArmFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { witness, key, size: sizeBytes, block: blockBytes, unit: unitBytes } = flags;
  const { destroy, writes, seconds, writers, atomic, sync, seed } = flags;
  const direct = flags.buffered ? false : undefined;
  const asked = { sizeBytes, destroy, writes, seconds, blockBytes, unitBytes };
  const request = { path, witness, key, ...given({ ...asked, writers, atomic, direct, sync, seed }) };
  const result = await armByRequest(request, {
    onEvent: showTornEvent(console),
    onLine: (line) => console.say(line),
    signal,
  });
  console.endProgress();
  if (flags.json) console.printJson(result);
  else {
    printSensitivity(result.sensitivity, console);
    const why = result.error === null ? result.endedBy : `${result.endedBy}: ${result.error}`;
    console.print(`${result.acknowledged} writes acknowledged, and the witness has them; ended by ${why}`);
    console.print(
      `untorn torn verify ${path} --witness ${flags.witness} --key ${flags.key} --run ${result.run}`,
    );
  }
  return result.sensitivity.passed ? exitCodes.done : tornExitCode('void');
}
