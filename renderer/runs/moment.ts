const moments = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A moment of a record (ISO 8601) in the user's own time zone. */
export function formatMoment(began: string): string {
  return moments.format(new Date(began));
}
