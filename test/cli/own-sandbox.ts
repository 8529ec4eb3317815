import { afterEach, beforeEach, expect } from 'vitest';
import { Sandbox } from './untorn.ts';

/**
 * A folder for each test of a file, behind one name; to be called at its top. `leavesNothing` has every test prove that nothing
 * was left behind.
 */
export function ownSandbox({ leavesNothing = false } = {}): Sandbox {
  let current: Sandbox | null = null;
  beforeEach(() => {
    current = new Sandbox();
  });
  afterEach(() => {
    const left = leavesNothing ? current?.leftBehind() : [];
    current?.remove();
    expect(left).toEqual([]);
  });
  return new Proxy({} as Sandbox, {
    get(_none, name) {
      if (!current) throw new Error('a sandbox belongs to a test');
      const part: unknown = Reflect.get(current, name);
      return typeof part === 'function' ? (part.bind(current) as unknown) : part;
    },
  });
}
