import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Example } from '../../core/rpc/index.ts';

const namedSchema = v.object({ name: v.string() });

const suffix = '.json';

/** The plans of the examples folder, in the order of their names. A file that is not a plan is shown as it is. */
export async function listExamples(folder: string): Promise<Example[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix));
  const ids = names.map((name) => name.slice(0, -suffix.length)).sort();
  return Promise.all(
    ids.map(async (id) => {
      const text = await readFile(join(folder, `${id}${suffix}`), 'utf8');
      return { id, title: titleOf(text) ?? id, text };
    }),
  );
}

function titleOf(text: string): string | null {
  try {
    const named = v.safeParse(namedSchema, JSON.parse(text));
    return named.success && named.output.name !== '' ? named.output.name : null;
  } catch {
    return null;
  }
}
