import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parsePlanText, type Plan } from '../../core/experiment/plan.ts';
import { InputError } from '../failure.ts';

/** A plan and the folder that its relative paths begin at. */
export interface PlanFile {
  readonly plan: Plan;
  readonly folder: string;
  /** The file as it is. */
  readonly text: string;
}

const complaints: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a directory, not a plan',
  EACCES: 'permission denied',
  ENOTDIR: 'leads through something that is no directory',
};

/** Reads a plan file. Throws InputError where it cannot be read, PlanError where it breaks the format. */
export async function readPlanFile(file: string): Promise<PlanFile> {
  const text = await readTextFile(file);
  return { plan: parsePlanText(text), folder: path.dirname(path.resolve(file)), text };
}

/** Reads a file of the user's. Throws InputError where it cannot be read. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new InputError(`${file}: ${complaints[code] ?? code}`, file, { cause: error });
  }
}
