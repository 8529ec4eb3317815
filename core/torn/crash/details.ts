import type { PlainOrigin } from '../explain.ts';
import { runDigits } from '../stamp.ts';
import type { Verdict } from '../unit.ts';
import type { WriteFate } from './explain.ts';
import type { CrashOutcome } from './outcomes.ts';

/** What is told of a state and of its units, in a form that can be sent. */

export interface StateLine {
  readonly name: string;
  readonly point: number;
  readonly outcome: CrashOutcome;
  /** Of the free writes: there whole, there in part, missing. */
  readonly whole: number;
  readonly parts: number;
  readonly missing: number;
}

export interface StateDetail extends StateLine {
  readonly position: number;
  /** What became of the writes that were free, as far as it matters, in words. */
  readonly explanation: readonly string[];
  readonly fates: readonly WriteFate[];
  /** The plainest state that ends in the same way and that this check has looked at; this one, where there is none. */
  readonly simplest: string;
  readonly unusable: readonly string[];
  readonly faults: readonly {
    readonly file: string;
    readonly unit: number;
    readonly verdict: Verdict;
    readonly text: string;
  }[];
}

/** A block of a unit as it lies on the disk of a state. */
export interface BlockDetail {
  readonly index: number;
  /** Byte of the disk; null where the file has none there. */
  readonly disk: number | null;
  readonly colour: Verdict;
  readonly origin: PlainOrigin;
  readonly remark: string;
  /** Whether stamp and fill are whole, the fill is not, or there is no stamp. */
  readonly state: 'intact' | 'damaged' | 'unstamped' | 'unreadable';
  readonly stamp: {
    readonly run: string;
    readonly writer: number;
    readonly generation: number;
    readonly address: number;
    readonly bytes: number;
    readonly blockIndex: number;
  } | null;
  /** All of its bytes, two digits each. */
  readonly hex: string;
}

export interface UnitDetail {
  readonly file: string;
  readonly unit: number;
  readonly address: number;
  readonly unitBytes: number;
  readonly blockBytes: number;
  readonly verdict: Verdict;
  readonly text: string;
  /** What may be there: the writes that matter, the last begun first. */
  readonly writes: readonly {
    readonly writer: number;
    readonly generation: number;
    readonly promised: boolean;
    readonly ended: boolean;
  }[];
  readonly blockCount: number;
  /** The blocks that were asked for. */
  readonly blocks: readonly BlockDetail[];
}

/** A stamp without numbers that JSON cannot hold. */
export function plainStamp(stamp: {
  readonly run: bigint;
  readonly writer: number;
  readonly generation: number;
  readonly address: number;
  readonly bytes: number;
  readonly blockIndex: number;
}): BlockDetail['stamp'] {
  const { run, writer, generation, address, bytes, blockIndex } = stamp;
  return { run: runDigits(run), writer, generation, address, bytes, blockIndex };
}

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Two digits for each byte. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += digits[byte];
  return text;
}
