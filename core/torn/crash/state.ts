/** A crash state in a few numbers: when the power failed, and what of the writes that were free then is there. */

/** Sectors `from` to `to` (not included) of a write, counted from its start. */
export interface Piece {
  /** The write's place in the log. */
  readonly write: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What a drive may hold after a crash. Pieces are put onto what was fixed in this order, except that a write that was
 * answered before another began never lies above it. A write may have several pieces; one that has none is missing.
 */
export interface CrashState {
  /** Index of the crash point. */
  readonly point: number;
  readonly pieces: readonly Piece[];
}

/** A name by which a state of a given log can be asked for again: `12:40,41.0-7,43`. */
export function stateName(state: CrashState, sectorsOf: (write: number) => number): string {
  const parts = state.pieces.map(({ write, from, to }) =>
    from === 0 && to === sectorsOf(write) ? String(write) : `${write}.${from}-${to}`,
  );
  return `${state.point}:${parts.join(',')}`;
}

/** The state of a name; null where it is none. Whether the log has such writes is not judged here. */
export function stateOfName(name: string, sectorsOf: (write: number) => number | null): CrashState | null {
  const whole = /^(\d+):((?:\d+(?:\.\d+-\d+)?(?:,\d+(?:\.\d+-\d+)?)*)?)$/.exec(name);
  if (!whole) return null;
  const pieces: Piece[] = [];
  for (const part of (whole[2] ?? '').split(',')) {
    if (part === '') continue;
    const [write, range] = part.split('.');
    const [from, to] = (range ?? '').split('-');
    const sectors = sectorsOf(Number(write));
    if (sectors === null) return null;
    const piece =
      range === undefined
        ? { write: Number(write), from: 0, to: sectors }
        : { write: Number(write), from: Number(from), to: Number(to) };
    if (piece.from >= piece.to || piece.to > sectors) return null;
    pieces.push(piece);
  }
  return { point: Number(whole[1]), pieces };
}

/** Whether any write is there in part only. */
export function hasCut({ pieces }: CrashState, sectorsOf: (write: number) => number): boolean {
  return pieces.some(({ write, from, to }) => to - from < sectorsOf(write));
}
