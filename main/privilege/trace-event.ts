/** A tracepoint that a private trace shows, of one device and, where there are clauses, only where one of them holds. */
export interface TraceEvent {
  /** `ext4_request_blocks`. */
  readonly name: string;
  /** Kernels differ in which tracepoints they have: one that is not required may be missing. */
  readonly isRequired: boolean;
  /** Any of which must hold in full; none: all events of the device. */
  readonly clauses: readonly (readonly Comparison[])[];
}

/** One field of an event, compared with a number (Documentation/trace/events.rst, event filtering). */
export interface Comparison {
  readonly field: 'common_pid' | 'pages_written';
  readonly relation: '==' | '!=' | '>';
  readonly value: number;
}

/** The filter as the kernel reads it; `device` is its dev_t in memory. */
export function filterText(device: number, clauses: TraceEvent['clauses']): string {
  const all = clauses.map((clause) =>
    clause.map(({ field, relation, value }) => `${field} ${relation} ${value}`).join(' && '),
  );
  const own = `dev == ${device}`;
  return all.length === 0 ? own : `${own} && (${all.map((text) => `(${text})`).join(' || ')})`;
}
