import { writeFile } from 'node:fs/promises';
import {
  crashToJunit,
  rehearsalToJunit,
  tornToJunit,
  type RehearsalResult,
} from '../../../core/torn/index.ts';
import type { CrashReport } from '../../../core/torn/crash/index.ts';
import { Unable } from '../../failure.ts';

/** Writes the report of `--junit`, where it was asked for. */
export async function writeJunit(
  file: string | undefined,
  title: string,
  result: Parameters<typeof tornToJunit>[1],
): Promise<void> {
  if (file !== undefined) await write(file, tornToJunit(title, result));
}

/** As {@link writeJunit}, of a crash check. */
export async function writeCrashJunit(file: string | undefined, report: CrashReport): Promise<void> {
  if (file !== undefined) await write(file, crashToJunit('crash', report));
}

/** As {@link writeJunit}, of a rehearsal. */
export async function writeRehearsalJunit(file: string | undefined, result: RehearsalResult): Promise<void> {
  if (file !== undefined) await write(file, rehearsalToJunit('rehearsal', result));
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    throw new Unable(`--junit ${file}: cannot be written: ${error.code ?? ''}`, '--junit', { cause: error });
  });
}
