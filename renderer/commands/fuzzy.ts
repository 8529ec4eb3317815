/** How well a text answers what somebody typed, and which of its characters did. */
export interface FuzzyMatch {
  /** Higher is better; only good for ordering. */
  readonly score: number;
  /** Indices into the text, ascending. */
  readonly at: readonly number[];
}

const startOfWord = 8;
const inARow = 9;
const anywhere = 1;

/**
 * Finds the characters of `typed` in `text`, in this order, with anything between them; case and spaces do not count.
 * Beginnings of words and characters in a row count most. Null where they are not all there.
 */
export function fuzzyMatch(typed: string, text: string): FuzzyMatch | null {
  const wanted = [...typed.toLowerCase().replace(/\s+/g, '')];
  if (wanted.length === 0) return { score: 0, at: [] };
  let best: FuzzyMatch | null = null;
  const lower = text.toLowerCase();
  // The first character decides much: each place of it is tried.
  for (
    let from = lower.indexOf(wanted[0] ?? '');
    from >= 0;
    from = lower.indexOf(wanted[0] ?? '', from + 1)
  ) {
    const found = matchFrom(wanted, lower, from);
    if (found && (!best || found.score > best.score)) best = found;
  }
  return best;
}

function matchFrom(wanted: readonly string[], text: string, from: number): FuzzyMatch | null {
  const at: number[] = [];
  let score = -text.length / 1000 - from / 100;
  let next = from;
  for (const character of wanted) {
    const index = nextPlace(text, character, next);
    if (index < 0) return null;
    score += index === next && at.length > 0 ? inARow : isStart(text, index) ? startOfWord : anywhere;
    at.push(index);
    next = index + character.length;
  }
  return { score, at };
}

/** Right here, else at the start of a word, else anywhere. */
function nextPlace(text: string, character: string, from: number): number {
  if (text.startsWith(character, from)) return from;
  for (let index = text.indexOf(character, from); index >= 0; index = text.indexOf(character, index + 1)) {
    if (isStart(text, index)) return index;
  }
  return text.indexOf(character, from);
}

function isStart(text: string, index: number): boolean {
  return index === 0 || /[^\p{L}\p{N}]/u.test(text[index - 1] ?? '');
}
