import type { FileLayout, StepRecord } from '../../core/experiment/outcome.ts';
import { errnoNames, type ErrnoName } from '../../core/errno.ts';
import { Unable } from '../failure.ts';
import { isLayout, type StepAnswer, type StepLayout } from '../native/index.ts';

/** The record of a step from what the executor answered. */
export function stepRecord(op: string, answer: StepAnswer | StepLayout): StepRecord {
  if (answer.error !== undefined) return { op, result: -1, errno: knownErrno(answer.error) };
  if (isLayout(answer)) return { op, result: answer.value, extents: answer.extents };
  return { op, result: answer.value };
}

/** The final layout of a file. */
export function fileLayout(answer: StepLayout): FileLayout {
  if (answer.error !== undefined) return { errno: knownErrno(answer.error) };
  return answer.isInline ? { extents: answer.extents, inline: true } : { extents: answer.extents };
}

/** Names that a plan's result can have. Damage (EUCLEAN in user space) has the name that the kernel gives it. */
export function knownErrno(name: string): ErrnoName {
  const wanted = name === 'EUCLEAN' ? 'EFSCORRUPTED' : name;
  const known = errnoNames.find((candidate) => candidate === wanted);
  if (!known) throw new Unable(`the kernel answered ${name}, an error that results of plans do not know`);
  return known;
}
