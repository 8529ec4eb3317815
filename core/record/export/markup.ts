/** Markup that is put together from texts of anybody: every value is escaped unless it is markup already. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | readonly (string | number | Markup)[];

/** A template of markup (HTML, SVG or XML). Texts in it are escaped; lists are joined. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const filled = parts.map(
    (part, index) => part + (index < values.length ? textOf(values[index] ?? '') : ''),
  );
  return { markup: filled.join('') };
}

function textOf(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  if ('markup' in value) return value.markup;
  return value.map(textOf).join('');
}

/** XML has no way to write most control characters, escaped or not; they become a replacement character. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
