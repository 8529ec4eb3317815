import { criteriaNames, type KernelEvent } from '../../mballoc/index.ts';
import { freeFlagsFromText, hintsFromText } from './flags.ts';

/** One line of a tracefs pipe. */
export interface TraceLine {
  /** Name and id of the thread that it comes from. */
  readonly command: string;
  readonly thread: number;
  /** What the trace's clock said; with the clock `counter` the place in the order of all events. */
  readonly clock: number;
  readonly said: Said;
}

export type Said =
  | { readonly kind: 'event'; readonly event: KernelEvent }
  /** Text that a program wrote into trace_marker. */
  | { readonly kind: 'marker'; readonly text: string }
  /** A group's bitmap or buddy was read in. */
  | { readonly kind: 'load'; readonly group: number }
  /** Dirty pages of a file were written back. */
  | { readonly kind: 'writeback'; readonly ino: number; readonly pages: number };

/** `  comm-123   [000] d..2.  4711: ext4_free_blocks: dev 7,0 …`; the command may hold blanks and hyphens itself. */
const linePattern = /^\s*(.*)-(\d+)\s+\[\d+\]\s+\S+\s+([\d.]+): (\w+): (.*)$/;

/**
 * Reads one line as the kernel prints it (Documentation/trace/ftrace.rst; include/trace/events/ext4.h). Null for
 * lines that tell nothing here. Throws where a known tracepoint does not have the fields that it should have.
 */
export function parseTraceLine(line: string): TraceLine | null {
  const match = linePattern.exec(line);
  if (match === null) return null;
  const [, command = '', thread = '', clock = '', name = '', rest = ''] = match;
  const said = parseSaid(name, rest);
  return said === null ? null : { command, thread: Number(thread), clock: Number(clock), said };
}

function parseSaid(name: string, rest: string): Said | null {
  if (name === 'tracing_mark_write') return { kind: 'marker', text: rest };
  const fields = new Fields(name, rest);
  if (name === 'ext4_mb_bitmap_load' || name === 'ext4_mb_buddy_bitmap_load') {
    return { kind: 'load', group: fields.number('group') };
  }
  if (name === 'ext4_writepages_result') {
    return { kind: 'writeback', ino: fields.number('ino'), pages: fields.number('pages_written') };
  }
  const event = eventOf(name, fields);
  return event === null ? null : { kind: 'event', event };
}

/** The words of a line: every key is followed by its value, with a colon behind the key in places. */
class Fields {
  readonly #name: string;
  readonly #text: string;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#text = text;
  }

  /** Empty where the kernel prints nothing, as for no flags at all. */
  text(key: string): string {
    const match = new RegExp(`(?:^| )${key}:? (\\S*)`).exec(this.#text);
    if (match === null) throw this.#failure(key);
    return match[1] ?? '';
  }

  number(key: string): number {
    const value = Number(this.text(key) || NaN);
    if (!Number.isSafeInteger(value)) throw this.#failure(key);
    return value;
  }

  /** A number of 64 bits that may be meant as negative: a goal below the first block wraps round in the kernel. */
  signed64(key: string): number {
    const text = this.text(key);
    if (!/^\d+$/.test(text)) throw this.#failure(key);
    return Number(BigInt.asIntN(64, BigInt(text)));
  }

  /** `group/start/length@logical`, the last part missing in places. */
  extent(key: string): { group: number; start: number; length: number; logical: number } {
    const match = /^(\d+)\/(-?\d+)\/(\d+)(?:@(\d+))?$/.exec(this.text(key));
    if (match === null) throw this.#failure(key);
    const [group, start, length, logical] = match.slice(1).map((part) => Number(part ?? 0)) as [
      number,
      number,
      number,
      number,
    ];
    return { group, start, length, logical };
  }

  #failure(key: string): Error {
    return new Error(`the tracepoint ${this.#name} has no readable "${key}": ${this.#text}`);
  }
}

function eventOf(name: string, fields: Fields): KernelEvent | null {
  switch (name) {
    case 'ext4_request_blocks':
      return { event: name, ...requestFields(fields) };
    case 'ext4_allocate_blocks':
      return { event: name, ...requestFields(fields), block: fields.number('block') };
    case 'ext4_mballoc_alloc':
      return searched(fields);
    case 'ext4_mballoc_prealloc':
      return { event: name, ino: fields.number('inode'), ...original(fields), ...result(fields) };
    case 'ext4_mballoc_discard':
    case 'ext4_mballoc_free': {
      const { group, start, length } = fields.extent('extent');
      const range = { result_group: group, result_start: start, result_len: length };
      return { event: name, ino: fields.number('inode'), ...range };
    }
    case 'ext4_mb_new_inode_pa':
    case 'ext4_mb_new_group_pa':
      return {
        event: name,
        ino: fields.number('ino'),
        pa_pstart: fields.number('pstart'),
        pa_lstart: fields.number('lstart'),
        pa_len: fields.number('len'),
      };
    case 'ext4_mb_release_inode_pa': {
      const range = { block: fields.number('block'), count: fields.number('count') };
      return { event: name, ino: fields.number('ino'), ...range };
    }
    case 'ext4_mb_release_group_pa':
      return { event: name, pa_pstart: fields.number('pstart'), pa_len: fields.number('len') };
    case 'ext4_mb_discard_preallocations':
      return { event: name, needed: fields.number('needed') };
    case 'ext4_discard_preallocations':
      return { event: name, ino: fields.number('ino'), len: fields.number('len') };
    case 'ext4_free_blocks':
      return {
        event: name,
        ino: fields.number('ino'),
        block: fields.number('block'),
        count: fields.number('count'),
        flags: freeFlagsFromText(fields.text('flags')),
      };
    default:
      return null;
  }
}

function requestFields(fields: Fields) {
  return {
    ino: fields.number('ino'),
    len: fields.number('len'),
    logical: fields.number('lblk'),
    lleft: fields.number('lleft'),
    lright: fields.number('lright'),
    goal: fields.signed64('goal'),
    pleft: fields.number('pleft'),
    pright: fields.number('pright'),
    flags: hintsFromText(fields.text('flags')),
  };
}

function searched(fields: Fields): KernelEvent {
  const goal = fields.extent('goal');
  const broken = fields.number('broken');
  return {
    event: 'ext4_mballoc_alloc',
    ino: fields.number('inode'),
    ...original(fields),
    goal_logical: goal.logical,
    goal_start: goal.start,
    goal_group: goal.group,
    goal_len: goal.length,
    ...result(fields),
    found: fields.number('blks'),
    groups: fields.number('grps'),
    buddy: broken === 0 ? 0 : Math.log2(broken),
    flags: hintsFromText(fields.text('flags')),
    tail: fields.number('tail'),
    cr: criterionNumber(fields.text('cr')),
  };
}

/** Kernels before 6.5 print a number. */
function criterionNumber(text: string): number {
  const known = (criteriaNames as readonly string[]).indexOf(text);
  return known >= 0 ? known : Number(text);
}

function original(fields: Fields) {
  const { group, start, length, logical } = fields.extent('orig');
  return { orig_logical: logical, orig_start: start, orig_group: group, orig_len: length };
}

function result(fields: Fields) {
  const { group, start, length, logical } = fields.extent('result');
  return { result_logical: logical, result_start: start, result_group: group, result_len: length };
}
