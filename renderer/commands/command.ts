import { menuCommands, type MenuCommandId } from '../../core/commands/index.ts';

/**
 * Where a command's keys count: everywhere (`global`), or only while the focus is inside an element that says
 * `data-context="map"`. An inner context comes before an outer one, and `global` is the last.
 */
export type CommandContext =
  | 'global'
  | 'plan'
  | 'map'
  | 'table'
  | 'volume'
  | 'steps'
  | 'torn'
  | 'grid'
  | 'units'
  | 'sectors'
  | 'states'
  | 'findings'
  | 'runs';

/** One thing that can be done, however it is asked for: by key, from the palette, from the menu. */
export interface Command {
  /** `area.verb`, unique among what is registered. */
  readonly id: string;
  readonly title: string;
  /** The heading above it in the overlay of keys, and beside it in the palette. */
  readonly group: string;
  /** In the notation of core/commands/keys.ts; empty where there is none. */
  readonly keys: readonly string[];
  /** `global` where it is left out. */
  readonly context?: CommandContext;
  /** False for what makes no sense without the focus being there, such as arrow keys. */
  readonly inPalette?: boolean;
  /**
   * Null where it can be done now; else why not, in plain words. An empty text where nobody need be told: then its key is
   * left to others.
   */
  readonly whyNot?: () => string | null;
  readonly run: () => void;
}

/** A command that the menu knows, too: name, title and keys are the menu's. */
export function menuCommand(
  id: MenuCommandId,
  group: string,
  rest: Pick<Command, 'run' | 'whyNot' | 'context'>,
): Command {
  return { ...menuCommands[id], group, ...rest };
}
