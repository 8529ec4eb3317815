import {
  atomicOpening,
  sizeInWords,
  windowInWords,
  type AtomicFacts,
  type FileOpening,
  type Known,
  type Window,
} from '../../core/atomic/index.ts';
import { seen } from './layers.ts';
import type { Passport, PassportLayer, StatxFacts } from './passport.ts';

type Judgement = Pick<Passport, 'possible' | 'window' | 'hardwareMaxBytes' | 'verdict' | 'remedy'> & {
  readonly fileLayer: PassportLayer;
};

/**
 * What can be done with a file. Where statx(2) answered, its window is the truth and the rules say why; where it did
 * not, the rules say what they can. `layer` is what the passport calls the file.
 */
export function judgeFile(facts: AtomicFacts, statx: StatxFacts | null, layer: string): Judgement {
  const opening = atomicOpening(facts);
  const byRules = seen(opening);
  const reported = reportedWindow(statx);
  const window = reported === 'not reported' ? byRules.window : reported;
  const contradicts =
    reported !== 'not reported' && opening.kind !== 'unknown' && !sameWindow(window, byRules.window);
  const why = contradicts ? contradiction(window, byRules) : whyInWords(opening, window, byRules.why);
  const fileLayer: PassportLayer = {
    layer,
    kind: 'file',
    window,
    rule: window === null ? byRules.rule : null,
    why,
    remedy: byRules.remedy,
    facts: statxFacts(statx),
  };
  return {
    possible: window === 'unknown' ? window : window !== null,
    window,
    hardwareMaxBytes: hardwareMax(window, opening, statx),
    verdict: verdictLine(window, why, opening, facts),
    remedy: byRules.remedy,
    fileLayer,
  };
}

/** The window that the kernel itself reports: null where it takes nothing. */
function reportedWindow(statx: StatxFacts | null): Window | null | 'not reported' {
  if (!statx?.atomic) return 'not reported';
  const { unitMinBytes, unitMaxBytes } = statx.atomic;
  return unitMinBytes === 0 ? null : { minBytes: unitMinBytes, maxBytes: unitMaxBytes };
}

/** The kernel's answer stands even where the rules could not be followed to the end. */
function whyInWords(opening: FileOpening, window: Known<Window> | null, why: string): string {
  if (opening.kind !== 'unknown' || window === 'unknown') return why;
  return `so the kernel reports; the reason is not known, since ${why}`;
}

function sameWindow(left: Known<Window> | null, right: Known<Window> | null): boolean {
  if (left === null || right === null || left === 'unknown' || right === 'unknown') return left === right;
  return left.minBytes === right.minBytes && left.maxBytes === right.maxBytes;
}

function contradiction(window: Known<Window> | null, rules: Pick<PassportLayer, 'why' | 'window'>): string {
  return `the kernel reports ${inWords(window)}, where the rules known here give ${inWords(rules.window)} (${rules.why})`;
}

function inWords(window: Known<Window> | null): string {
  if (window === null) return 'nothing';
  return window === 'unknown' ? 'unknown' : windowInWords(window);
}

function hardwareMax(
  window: Known<Window> | null,
  opening: FileOpening,
  statx: StatxFacts | null,
): number | null {
  if (window === null || window === 'unknown') return null;
  if (opening.kind === 'open') return opening.hardwareMaxBytes;
  const reported = statx?.atomic?.unitMaxOptBytes ?? 0;
  return reported > 0 ? reported : null;
}

function verdictLine(
  window: Known<Window> | null,
  why: string,
  opening: FileOpening,
  facts: AtomicFacts,
): string {
  if (window === 'unknown') return `whether anything can be written untorn is unknown: ${why}`;
  if (window === null) return `nothing can be written untorn: ${why}`;
  const way = wayInWords(opening, facts);
  return `${windowInWords(window)} can be written untorn, with O_DIRECT, at multiples of the length${way}`;
}

/** Who keeps the writes whole, where that is known. */
function wayInWords(opening: FileOpening, { file, device }: AtomicFacts): string {
  if (opening.kind === 'open') {
    if (!opening.software) return '; by the drive';
    if (opening.hardwareMaxBytes === 0) return '; in software, by remapping';
    return `; up to ${sizeInWords(opening.hardwareMaxBytes)} by the drive, beyond that in software`;
  }
  const driveCannot =
    device !== null &&
    device !== 'unknown' &&
    device.atomic !== 'unknown' &&
    device.atomic.unitMinBytes === 0;
  return driveCannot && file.kind === 'regular' ? '; in software, since the device advertises nothing' : '';
}

function statxFacts(statx: StatxFacts | null): PassportLayer['facts'] {
  const atomic = statx?.atomic;
  const direct = statx?.direct;
  return [
    ...(atomic
      ? [
          { name: 'stx_atomic_write_unit_min', value: String(atomic.unitMinBytes) },
          { name: 'stx_atomic_write_unit_max', value: String(atomic.unitMaxBytes) },
          { name: 'stx_atomic_write_unit_max_opt', value: String(atomic.unitMaxOptBytes) },
          { name: 'stx_atomic_write_segments_max', value: String(atomic.segmentsMax) },
        ]
      : [{ name: 'STATX_WRITE_ATOMIC', value: 'not answered' }]),
    ...(direct
      ? [
          { name: 'stx_dio_mem_align', value: String(direct.memoryAlignBytes) },
          { name: 'stx_dio_offset_align', value: String(direct.offsetAlignBytes) },
        ]
      : [{ name: 'STATX_DIOALIGN', value: 'not answered' }]),
  ];
}
