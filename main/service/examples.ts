import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Example } from '../../core/rpc/index.ts';

const namedSchema = v.object({ name: v.string() });

/** The plans of the examples folder, in the order of their file names. A file that is not a plan is shown as it is. */
export async function listExamples(folder: string): Promise<Example[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      const id = name.slice(0, -'.json'.length);
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
