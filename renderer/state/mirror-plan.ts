/** A plan that the mirror is asked about once more: its text, and the sandbox's kernel that it was moved to. */
export interface MirrorPlan {
  readonly text: string;
  readonly kernel?: string;
}

/** The same plan for the allocator that a run was predicted with: `auto` may mean another one here and today. */
export function withAllocator(text: string, allocator: string): string {
  const plan: unknown = JSON.parse(text);
  return JSON.stringify({ ...(plan as Record<string, unknown>), allocator });
}
