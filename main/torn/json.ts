/** The value of a text that may be no JSON, as it may be where it was cut off or comes from elsewhere; null then. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
