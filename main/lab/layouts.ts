import type { FileLayout } from '../../core/experiment/outcome.ts';
import type { Step } from '../../core/experiment/plan.ts';
import type { Executor } from '../native/index.ts';
import { fileLayout } from './record.ts';

/**
 * Layouts of the files that are left, in the order of their latest creation (docs/plan-format.md): those that a step
 * other than `many` named; what was named but never opened comes last, in the order of naming.
 */
export async function finalLayouts(
  executor: Executor,
  steps: readonly Step[],
): Promise<Record<string, FileLayout>> {
  const named = namedFiles(steps);
  const inOrder = (await executor.names()).filter((name) => named.has(name));
  const files: Record<string, FileLayout> = {};
  for (const name of new Set([...inOrder, ...named])) {
    const answer = await executor.layout(name);
    if (isGone(answer.error) || !answer.isRegular) continue;
    // Not a plain assignment: a file may be called __proto__.
    Object.defineProperty(files, name, {
      value: fileLayout(answer),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return files;
}

/** Files that steps name by themselves, in the order of their first mention. */
function namedFiles(steps: readonly Step[]): Set<string> {
  return new Set(steps.flatMap((step) => ('file' in step ? [step.file] : [])));
}

/** The name leads to no file any more (unlinked, or never made). */
function isGone(error: string | undefined): boolean {
  return error === 'ENOENT' || error === 'ENOTDIR' || error === 'ELOOP' || error === 'ENAMETOOLONG';
}
