import {
  atomicOpening,
  sizeInWords,
  windowInWords,
  type AtomicFacts,
  type FileOpening,
  type Known,
  type RuleId,
  type Window,
} from '../../core/atomic/index.ts';
import { seen } from './layers.ts';
import type { Finding, Passport, PassportLayer, StatxFacts, Ways } from './passport.ts';
import { waysOf } from './ways.ts';

type Judgement = Pick<
  Passport,
  'possible' | 'window' | 'hardwareMaxBytes' | 'verdict' | 'remedy' | 'ways'
> & {
  readonly fileLayer: PassportLayer;
  /** What narrows the file, beyond the first that its layer names. */
  readonly findings: readonly Finding[];
};

/** Rules that statx(2) does not know of: what it shows is that of another file, or of one that cannot be written. */
const besideStatx: readonly RuleId[] = ['overlay.none', 'call.writable', 'ext4.verity'];

/**
 * What can be done with a file. Where statx(2) answered, its window is the truth and the rules say why; where it did
 * not, or speaks of something else, the rules say what they can. `layer` is what the passport calls the file.
 */
export function judgeFile(facts: AtomicFacts, statx: StatxFacts | null, layer: string): Judgement {
  const opening = atomicOpening(facts);
  const byRules = seen(opening);
  const reported = reportedWindow(statx);
  const silent = opening.kind === 'open' && opening.notAtomic !== null;
  const beside = silent || (byRules.rule !== null && besideStatx.includes(byRules.rule));
  const window = reported === 'not reported' || beside ? byRules.window : reported;
  const contradicts = !beside && opening.kind !== 'unknown' && !sameWindow(window, byRules.window);
  const why = contradicts
    ? contradiction(window, byRules)
    : whyInWords(opening, window, byRules.why) + (beside ? besideText(reported) : '');
  const ways = waysOf(window, opening, facts, statx);
  const fileLayer: PassportLayer = {
    layer,
    kind: 'file',
    window,
    rule: contradicts ? null : byRules.rule,
    why,
    remedy: byRules.remedy,
    facts: statxFacts(statx),
    claims: null,
  };
  return {
    possible: window === 'unknown' ? window : window !== null,
    window,
    hardwareMaxBytes:
      ways && ways.hardware !== null && ways.hardware !== 'unknown'
        ? ways.hardware.maxBytes
        : hardwareOf(facts, window),
    verdict: verdictLine(window, why, ways, facts),
    remedy: byRules.remedy,
    ways,
    fileLayer,
    findings: contradicts ? [] : findingsOf(opening, layer),
  };
}

function hardwareOf({ file }: AtomicFacts, window: Known<Window> | null): number | null {
  return file.kind === 'block' && window !== null && window !== 'unknown' ? window.maxBytes : null;
}

function findingsOf(opening: FileOpening, layer: string): Finding[] {
  if (opening.kind === 'closed') return [{ layer, ...opening.obstacle }];
  if (opening.kind === 'unknown') return [];
  const silent = opening.notAtomic ? [{ layer, ...opening.notAtomic, remedy: null }] : [];
  return [...silent, ...opening.narrowings.map((narrowing) => ({ layer, ...narrowing }))];
}

/** The window that the kernel itself reports: null where it takes nothing. */
function reportedWindow(statx: StatxFacts | null): Window | null | 'not reported' {
  if (!statx?.atomic) return 'not reported';
  const { unitMinBytes, unitMaxBytes } = statx.atomic;
  return unitMinBytes === 0 ? null : { minBytes: unitMinBytes, maxBytes: unitMaxBytes };
}

function besideText(reported: Window | null | 'not reported'): string {
  if (reported === 'not reported' || reported === null) return '';
  return `; statx shows ${windowInWords(reported)} all the same`;
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

function verdictLine(
  window: Known<Window> | null,
  why: string,
  ways: Ways | null,
  { file }: AtomicFacts,
): string {
  if (window === 'unknown') return `whether anything can be written untorn is unknown: ${why}`;
  if (window === null) return `nothing can be written untorn: ${why}`;
  const way = ways ? wayInWords(ways) : file.kind === 'block' ? '; by the drive' : '';
  return `${windowInWords(window)} can be written untorn, with O_DIRECT, at multiples of the length${way}`;
}

/** Who keeps the writes whole, where that is known. */
function wayInWords({ hardware, software }: Ways): string {
  if (hardware === 'unknown' || software === 'unknown') return '';
  if (hardware && software)
    return `; up to ${sizeInWords(hardware.maxBytes)} by the drive, beyond that in software`;
  if (software) return '; in software, by remapping, since the device advertises nothing';
  return hardware ? '; by the drive' : '';
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
