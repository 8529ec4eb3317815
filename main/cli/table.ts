/** A cell: its text, and how it is painted once it has its width. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Lines of a table: titles, then rows, columns two blanks apart, without blanks at the ends of lines. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[] {
  const widths = columns.map(({ title }, at) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[at]?.text ?? '')), textWidth(title)),
  );
  const line = (cells: readonly Cell[]) =>
    columns
      .map(({ align }, at) =>
        padded(cells[at] ?? { text: '' }, widths[at] ?? 0, align, at === columns.length - 1),
      )
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => ({ text: title }))), ...rows.map(line)];
}

function padded({ text, paint }: Cell, width: number, align: Column['align'], isLast: boolean): string {
  const blanks = ' '.repeat(width - textWidth(text));
  const painted = paint ? paint(text) : text;
  if (align === 'right') return blanks + painted;
  return isLast ? painted : painted + blanks;
}

/** Columns that a text takes, counting code points; marks and wide characters do not come up in tables here. */
function textWidth(text: string): number {
  return [...text].length;
}

/** Control characters, which could steer a terminal, are shown as what they are. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
  });
}
