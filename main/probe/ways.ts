import {
  sizeInWords,
  type AtomicFacts,
  type FileOpening,
  type Known,
  type Window,
} from '../../core/atomic/index.ts';
import type { StatxFacts, Ways } from './passport.ts';

/**
 * Who keeps the writes of a file whole. statx's max_opt alone does not tell: it is 0 both where the drive is never asked
 * and where the largest unit is a single block that the drive writes.
 */
export function waysOf(
  window: Known<Window> | null,
  opening: FileOpening,
  { file, device }: AtomicFacts,
  statx: StatxFacts | null,
): Ways | null {
  if (window === null || file.kind === 'block') return null;
  const fast = statx?.atomic?.unitMaxOptBytes ?? 0;
  const told = statx?.atomic ? `stx_atomic_write_unit_max_opt is ${fast}` : 'statx did not answer';
  if (opening.kind !== 'open' || window === 'unknown') return withoutRules(window, device, fast, told);
  const hardwareMax = Math.min(opening.hardwareMaxBytes, window.maxBytes);
  const hardware =
    hardwareMax >= window.minBytes ? { minBytes: window.minBytes, maxBytes: hardwareMax } : null;
  const software = opening.software ? window : null;
  return { hardware, software, why: `${told}: ${meaning(hardware, software, fast)}` };
}

function meaning(hardware: Window | null, software: Window | null, fast: number): string {
  if (hardware && software)
    return `the drive is asked up to ${sizeInWords(hardware.maxBytes)}, beyond that XFS remaps`;
  if (software) return 'the drive advertises nothing that covers a block, so XFS remaps every length';
  return fast === 0
    ? 'the kernel reports no separate fast path here, and every accepted length goes to the drive'
    : 'every accepted length goes to the drive';
}

/** The window is the kernel's; the reason could not be followed. */
function withoutRules(
  window: Known<Window>,
  device: AtomicFacts['device'],
  fast: number,
  told: string,
): Ways {
  if (window === 'unknown') return { hardware: 'unknown', software: 'unknown', why: told };
  const incapable =
    device !== null &&
    device !== 'unknown' &&
    device.atomic !== 'unknown' &&
    device.atomic.unitMinBytes === 0;
  if (incapable)
    return {
      hardware: null,
      software: window,
      why: `${told}, and the device advertises nothing: in software`,
    };
  if (fast > 0)
    return {
      hardware: { minBytes: window.minBytes, maxBytes: Math.min(fast, window.maxBytes) },
      software: fast < window.maxBytes ? window : 'unknown',
      why: told,
    };
  return { hardware: 'unknown', software: 'unknown', why: `${told}, which proves neither way` };
}
