import type { AtomicFacts, AtomicWriteRequest } from './facts.ts';
import { judgeAtomicWrite, atomicOpening, type AtomicVerdict } from './judge.ts';
import { largestPowerOfTwoFactor } from './powers.ts';

/** "16 KiB at offset 8 KiB on this file?", before anything is written. */
export interface AtomicAnswer {
  readonly verdict: AtomicVerdict;
  /** Lengths that would be kept whole at this very offset, smallest first; null where that is not known. */
  readonly lengthsHereBytes: readonly number[] | null;
  /** The nearest offset below and above at which this very length would be; null where none is, or none is known. */
  readonly offsetsBytes: { readonly below: number; readonly above: number } | null;
}

/** Answers for one write with one buffer and O_DIRECT, unless `request` says otherwise. */
export function answerAtomicQuestion(
  facts: AtomicFacts,
  request: Pick<AtomicWriteRequest, 'offsetBytes' | 'lengthBytes'> & Partial<AtomicWriteRequest>,
): AtomicAnswer {
  const asked: AtomicWriteRequest = { vectors: 1, direct: true, ...request };
  return {
    verdict: judgeAtomicWrite(facts, asked),
    lengthsHereBytes: lengthsAt(facts, asked),
    offsetsBytes: offsetsFor(facts, asked),
  };
}

/** A verdict that promises something. */
function keeps(verdict: AtomicVerdict): boolean {
  return verdict.kind === 'allowed' && verdict.way !== 'not atomic';
}

function lengthsAt(facts: AtomicFacts, asked: AtomicWriteRequest): number[] | null {
  const opening = atomicOpening(facts);
  if (opening.kind === 'unknown') return null;
  if (opening.kind === 'closed') return [];
  const { minBytes, maxBytes } = opening.window;
  const aligned = asked.offsetBytes === 0 ? maxBytes : largestPowerOfTwoFactor(asked.offsetBytes);
  const lengths: number[] = [];
  for (let length = minBytes; length <= Math.min(maxBytes, aligned); length *= 2) {
    if (keeps(judgeAtomicWrite(facts, { ...asked, lengthBytes: length }))) lengths.push(length);
  }
  return lengths;
}

function offsetsFor(facts: AtomicFacts, asked: AtomicWriteRequest): AtomicAnswer['offsetsBytes'] {
  const { offsetBytes, lengthBytes } = asked;
  if (lengthBytes === 0) return null;
  const below = offsetBytes - (offsetBytes % lengthBytes);
  if (!keeps(judgeAtomicWrite(facts, { ...asked, offsetBytes: below }))) return null;
  return { below, above: below === offsetBytes ? below : below + lengthBytes };
}
