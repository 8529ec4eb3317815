/**
 * Invariants that stay on. A failed assertion is a defect of Untorn, never of the user's input:
 * input is judged at the edges and answered with one clear error instead.
 */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

/** Throws {@link AssertionFailed} unless `condition` holds; `what` names the invariant. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new AssertionFailed(what);
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
