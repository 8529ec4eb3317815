import { CommanderError } from 'commander';
import { assertExists } from '../../core/assert.ts';
import { InputError } from '../failure.ts';
import { buildProgram, type Understood } from './program.ts';

/**
 * Understands the arguments behind the program's name. Null where help or the version was asked for and has been
 * printed. Throws InputError for anything that is no command line of ours.
 */
export function understand(args: readonly string[], version: string): Understood | null {
  let chosen: Understood | null = null;
  const program = buildProgram(version, (understood) => {
    chosen = understood;
  });
  if (args.length === 0) throw new InputError('no command is given; untorn --help lists them');
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    throw new InputError(error.message.replace(/^error: /, ''), null, { cause: error });
  }
  return assertExists<Understood>(chosen, 'the act of a command line');
}
