import { writeFile } from 'node:fs/promises';
import { tornToJunit } from '../../../core/torn/index.ts';
import { Unable } from '../../failure.ts';

/** Writes the report of `--junit`, where it was asked for. */
export async function writeJunit(
  file: string | undefined,
  title: string,
  result: Parameters<typeof tornToJunit>[1],
): Promise<void> {
  if (file === undefined) return;
  await writeFile(file, tornToJunit(title, result)).catch((error: NodeJS.ErrnoException) => {
    throw new Unable(`--junit ${file}: cannot be written: ${error.code ?? ''}`, '--junit', { cause: error });
  });
}
