import type { Command, Option } from 'commander';

/** A command that does something, with the words that lead to it. */
export interface Leaf {
  /** Behind the program's name: `runs`, `list`. */
  readonly words: readonly string[];
  readonly command: Command;
}

/** Every command of the program that takes arguments or options of its own, in the program's order. */
export function leavesOf(command: Command, words: readonly string[] = []): Leaf[] {
  if (command.commands.length === 0) return [{ words, command }];
  return command.commands.flatMap((one) => leavesOf(one, [...words, one.name()]));
}

export function shownOptions({ options }: Command): readonly Option[] {
  return options.filter(({ hidden }) => !hidden);
}

/** `<plan...>`, `[words...]`, as the usage writes them. */
export function argumentsOf({ registeredArguments }: Command): string[] {
  return registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? '...' : ''}`;
    return one.required ? `<${name}>` : `[${name}]`;
  });
}
