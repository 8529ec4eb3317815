import { blockRules } from './rules/block.ts';
import { callRules } from './rules/call.ts';
import { deviceRules } from './rules/device.ts';
import { filesystemRules } from './rules/filesystem.ts';
import type { Rule } from './rules/types.ts';

/**
 * All rules. The kernel asks them in the order in which judge.ts does: what a write gets is the errno of the first that
 * it breaks; a file that may not be written atomically at all is refused before the length is looked at.
 */
export const rules = { ...callRules, ...filesystemRules, ...blockRules, ...deviceRules } as const;

export type RuleId = keyof typeof rules;

/** A rule at work in one very case, with its figures. */
export interface Reason {
  readonly rule: RuleId;
  /** One sentence with the figures in it. */
  readonly because: string;
}

/** A rule that stands in the way, and what would help. */
export interface Obstacle extends Reason {
  /** A command or a call that would help, as text: never run by Untorn. Null where nothing helps. */
  readonly remedy: string | null;
}

/** The rule behind a reason: its layer, its text, since when, and its source. */
export function ruleOf({ rule }: Pick<Reason, 'rule'>): Rule {
  return rules[rule];
}
