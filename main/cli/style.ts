import { styleText } from 'node:util';

/** Meanings that colour underlines; the text says the same without it. */
export type Tone = 'good' | 'bad' | 'quiet' | 'strong';

const formats = { good: 'green', bad: 'red', quiet: 'dim', strong: 'bold' } as const;

export type Paint = (tone: Tone, text: string) => string;

/** Colour for a terminal that wants it; plain text everywhere else, and where NO_COLOR is set (no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }, environment = process.env): Paint {
  const wanted = stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  return wanted ? (tone, text) => styleText(formats[tone], text) : (_, text) => text;
}
