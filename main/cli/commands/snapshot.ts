import { exportSnapshot } from '../../snapshot/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';

/** `untorn snapshot export PATH -o FILE [--json]` */
export async function snapshotExportCommand(
  path: string,
  flags: { readonly output: string; readonly json?: boolean },
  console: Console,
): Promise<ExitCode> {
  const facts = await exportSnapshot(path, flags.output);
  if (flags.json) console.printJson({ file: flags.output, ...facts });
  else {
    console.print(
      `${flags.output}: ${facts.bytes} bytes, free space of a filesystem of ${facts.sizeBytes} bytes; no data, and ${facts.names} names as lengths and hashes`,
    );
  }
  return exitCodes.done;
}
