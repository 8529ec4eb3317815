/**
 * Failures that are no defect of Untorn: wrong input, or a machine or a mirror that cannot do what was asked. The
 * message is the one clear line that a user reads; `place` names the field, path or flag at fault and the message
 * already contains it. Exit codes are those of docs/plan-format.md.
 */
export class Failure extends Error {
  readonly exitCode: 2 | 3;
  /** Field of the plan, path or flag at fault; null where there is none. */
  readonly place: string | null;

  constructor(exitCode: 2 | 3, message: string, place: string | null, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.place = place;
  }
}

/** The input is wrong: plan, path or flag (exit code 2). */
export class InputError extends Failure {
  override readonly name = 'InputError';
  constructor(message: string, place: string | null = null, options?: ErrorOptions) {
    super(2, message, place, options);
  }
}

/** This machine cannot do it, or the mirror does not model it (exit code 3). */
export class Unable extends Failure {
  override readonly name = 'Unable';
  constructor(message: string, place: string | null = null, options?: ErrorOptions) {
    super(3, message, place, options);
  }
}

/** The caller's AbortSignal ended the work; everything made so far has been removed. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Throws {@link Cancelled} once `signal` has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Cancelled('cancelled');
}

/** What long work tells about itself: a phase in words, and how much of it is done where that is known. */
export interface Progress {
  readonly phase: string;
  readonly done?: number;
  readonly total?: number;
}

export type OnProgress = (progress: Progress) => void;
