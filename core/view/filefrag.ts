import type { LaneSide } from './lane.ts';
import { absent, type Pairing } from './pair.ts';

/** Rows of a pairing, `end` not among them. */
interface Rows {
  readonly first: number;
  readonly end: number;
}

/**
 * Rows of a file as `filefrag -v` of e2fsprogs writes extents, in blocks: to be laid beside a real one, or mailed. Both
 * sides, one below the other, where they differ in these rows; else the one that there is, the kernel's first.
 */
export function filefragText(name: string, pairing: Pairing, rows: Rows, blockBytes: number): string {
  const sides = (['predicted', 'actual'] as const).filter((side) => has(pairing, side, rows));
  const differs = pairing.differs.subarray(rows.first, rows.end).includes(1);
  const told = differs ? sides : sides.slice(-1);
  const tables = told.map((side) => sideText(name, pairing, side, rows, blockBytes));
  return tables.join('\n');
}

function has(pairing: Pairing, side: LaneSide, { first, end }: Rows): boolean {
  return pairing[side].subarray(first, end).some((block) => block !== absent);
}

function sideText(
  name: string,
  pairing: Pairing,
  side: LaneSide,
  { first, end }: Rows,
  blockBytes: number,
): string {
  const lines = [
    `${name}, ${side} (blocks of ${blockBytes} bytes)`,
    ' ext:     logical_offset:        physical_offset: length:   expected: flags:',
  ];
  const unwritten = side === 'predicted' ? pairing.predictedUnwritten : pairing.actualUnwritten;
  /** Where the row would begin that continues the one before. */
  let expected: number | null = null;
  for (let row = first; row < end; row++) {
    const physical = pairing[side][row] ?? absent;
    if (physical === absent) continue;
    const logical = pairing.logical[row] ?? 0;
    const length = pairing.length[row] ?? 0;
    const isApart = expected !== null && expected !== physical;
    const flags = [
      ...(row === pairing.count - 1 ? ['last'] : []),
      ...(unwritten[row] ? ['unwritten'] : []),
      ...(side === 'predicted' && pairing.uncertain[row] ? ['uncertain'] : []),
    ];
    const cells = [
      `${right(row, 4)}:`,
      ` ${right(logical, 8)}..${right(logical + length - 1, 8)}:`,
      ` ${right(physical, 10)}..${right(physical + length - 1, 10)}:`,
      ` ${right(length, 6)}:`,
      isApart ? ` ${right(expected ?? 0, 10)}:` : ' '.repeat(12),
      flags.length > 0 ? ` ${flags.join(',')}` : '',
    ];
    lines.push(cells.join('').trimEnd());
    expected = physical + length;
  }
  return `${lines.join('\n')}\n`;
}

function right(value: number, width: number): string {
  return String(value).padStart(width);
}
