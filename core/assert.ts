/**
 * Invariants that stay on. A failed assertion is a defect of Untorn, never of the user's input:
 * input is judged at the edges and answered with one clear error instead.
 */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

/**
 * Throws {@link AssertionFailed} unless `condition` holds; `what` names the invariant, and `where` a number that says for
 * what it was to hold. A name that is put together for each call would cost more than the condition does.
 */
export function assert(condition: unknown, what: string, where?: number): asserts condition {
  if (!condition) throw new AssertionFailed(where === undefined ? what : `${what} (${String(where)})`);
}

/** Returns `value`, which the caller knows to be there. */
export function assertExists<T>(value: T | null | undefined, what: string): T {
  assert(value !== null && value !== undefined, `${what} must exist`);
  return value;
}

/** Marks a branch that the types say cannot be reached. */
export function assertUnreachable(value: never): never {
  throw new AssertionFailed(`unreachable: ${JSON.stringify(value)}`);
}
