/** Meanings that colour underlines; the text says the same without it. */
type Tone = 'good' | 'bad' | 'quiet' | 'strong';

/** SGR codes that begin and end a tone (ECMA-48, 8.3.117): green, red, faint, bold. */
const codes: Readonly<Record<Tone, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  quiet: [2, 22],
  strong: [1, 22],
};

export type Paint = (tone: Tone, text: string) => string;

/** Colour for a terminal that wants it; plain text everywhere else, and where NO_COLOR is set (no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }, environment = process.env): Paint {
  const wanted = stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  if (!wanted) return (_, text) => text;
  return (tone, text) => {
    const [begin, end] = codes[tone];
    return `\u001b[${begin}m${text}\u001b[${end}m`;
  };
}
