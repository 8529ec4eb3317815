/** Half-open ranges of whole numbers, ascending and apart from each other. */
export interface Span {
  readonly from: number;
  readonly end: number;
}

/** Sorts spans and joins those that overlap or touch. */
export function unionOf(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((left, right) => left.from - right.from)) {
    const last = joined.at(-1);
    if (last && span.from <= last.end) {
      joined[joined.length - 1] = { from: last.from, end: Math.max(last.end, span.end) };
    } else if (span.end > span.from) {
      joined.push(span);
    }
  }
  return joined;
}

/** What of `spans` is not in `others`; both as {@link unionOf} gives them. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  const left: Span[] = [];
  let at = 0;
  for (const { from, end } of spans) {
    let start = from;
    while (at < others.length && others[at].end <= start) at++;
    for (let i = at; i < others.length && others[i].from < end; i++) {
      if (others[i].from > start) left.push({ from: start, end: others[i].from });
      start = Math.max(start, others[i].end);
    }
    if (start < end) left.push({ from: start, end });
  }
  return left;
}

/** What is in both; both as {@link unionOf} gives them. */
export function intersectionOf(spans: readonly Span[], others: readonly Span[]): Span[] {
  return without(spans, without(spans, others));
}
