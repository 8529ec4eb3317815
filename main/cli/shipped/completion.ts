import type { Command, Option } from 'commander';
import { shownOptions } from './commands.ts';

/**
 * What bash completes behind `untorn`, made from the command line itself: words of commands, options, and the choices of an
 * option; names of files everywhere else.
 */
export function bashCompletion(program: Command): string {
  const levels = levelsOf(program);
  const choices = levels.flatMap(({ path, command }) =>
    shownOptions(command).flatMap((option) => choicesOf(path, option)),
  );
  return [
    '# bash completion for untorn',
    '_untorn() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path="" word words="" options=""',
    '  COMPREPLY=()',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$path/$word" in',
    `      ${levels.flatMap(({ path }) => (path === '' ? [] : [path])).join(' | ')}) path=$path/$word ;;`,
    '    esac',
    '  done',
    '  case "$path $before" in',
    ...choices.map(([pattern, words]) => `    ${pattern}) words='${words}' ;;`),
    '    *)',
    '      case "$path" in',
    ...levels.map(({ path, command }) => `        ${level(path, command)} ;;`),
    '      esac',
    '      ;;',
    '  esac',
    '  if [[ $current == -* ]]; then words=$options; fi',
    '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")',
    '}',
    'complete -o bashdefault -o default -F _untorn untorn',
    '',
  ].join('\n');
}

interface Level {
  /** Words that lead there, each behind a slash: empty, `/runs`, `/runs/list`. */
  readonly path: string;
  readonly command: Command;
}

function levelsOf(command: Command, path = ''): Level[] {
  const below = command.commands.flatMap((one) => levelsOf(one, `${path}/${one.name()}`));
  return [{ path, command }, ...below];
}

function level(path: string, command: Command): string {
  const words = command.commands.map((one) => one.name()).join(' ');
  const options = ['--help', ...shownOptions(command).flatMap(({ long }) => long ?? [])].join(' ');
  return `'${path}') words='${words}' options='${options}'`;
}

function choicesOf(path: string, { long, short, argChoices }: Option): (readonly [string, string])[] {
  if (!argChoices) return [];
  const names = [long, short].flatMap((name) => name ?? []);
  return [[names.map((name) => `'${path} ${name}'`).join(' | '), argChoices.join(' ')] as const];
}
