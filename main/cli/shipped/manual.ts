import type { Command } from 'commander';
import { argumentsOf, leavesOf, shownOptions, type Leaf } from './commands.ts';

/** untorn(1) in the form of man(7), made from the command line itself. `date` is `2026-11-23`. */
export function manualPage(program: Command, version: string, date: string): string {
  const leaves = leavesOf(program);
  return [
    `.TH UNTORN 1 ${date} ${quoted(`untorn ${version}`)} ${quoted('User Commands')}`,
    '.SH NAME',
    `untorn \\- ${lowered(escaped(program.description()))}`,
    '.SH SYNOPSIS',
    ...leaves.flatMap((leaf) => [
      '.br',
      `\\fBuntorn ${leaf.words.map(escaped).join(' ')}\\fR ${usage(leaf)}`,
    ]),
    '.SH COMMANDS',
    ...leaves.flatMap(section),
    '.SH EXIT STATUS',
    ...exits.flatMap(([code, meaning]) => ['.TP', String(code), escaped(meaning)]),
    '.SH FILES',
    ...files.flatMap(([path, what]) => ['.TP', `\\fI${escaped(path)}\\fR`, escaped(what)]),
    '.SH SEE ALSO',
    '\\fBmkfs.ext4\\fR(8), \\fBmkfs.xfs\\fR(8), \\fBpwritev2\\fR(2), \\fBstatx\\fR(2)',
    '',
  ].join('\n');
}

const exits: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done; for run: prediction and kernel agree on every step and every extent'],
  [1, 'done, and they differ or the run was disturbed, or a check found a torn write'],
  [2, 'the input is wrong (plan, path, flag): one line says what and where'],
  [3, 'this machine cannot do it, or the mirror does not model it: one line names what is missing'],
];

const files: readonly (readonly [path: string, what: string])[] = [
  ['~/.local/share/untorn/runs', 'the history of runs ($XDG_DATA_HOME)'],
  ['~/.local/state/untorn', 'recent files, the window, armed machines ($XDG_STATE_HOME)'],
  ['~/.cache/untorn', 'kernels and programs of sandboxes ($XDG_CACHE_HOME)'],
];

function section(leaf: Leaf): string[] {
  const { words, command } = leaf;
  const given = command.registeredArguments.filter(({ description }) => description !== '');
  return [
    `.SS ${quoted(`untorn ${words.join(' ')}`)}`,
    escaped(command.description()),
    ...given.flatMap((one) => ['.TP', `\\fI${escaped(one.name())}\\fR`, escaped(one.description)]),
    ...shownOptions(command).flatMap(({ flags, description, argChoices, defaultValue }) => {
      const choices = argChoices ? `: ${argChoices.join(', ')}` : '';
      const usual = defaultValue === undefined ? '' : ` (${String(defaultValue)})`;
      return ['.TP', `\\fB${escaped(flags)}\\fR`, escaped(`${description}${choices}${usual}`)];
    }),
  ];
}

function usage({ command }: Leaf): string {
  const named = argumentsOf(command).map((name) => `\\fI${escaped(name)}\\fR`);
  const must = shownOptions(command).flatMap(({ mandatory, flags }) => (mandatory ? [escaped(flags)] : []));
  const may = shownOptions(command).length > must.length ? ['[options]'] : [];
  return [...must, ...may, ...named].join(' ');
}

function lowered(text: string): string {
  return text.replace(/^A /, '').replace(/^./, (first) => first.toLowerCase());
}

/** A text of the page; groff would take a dash for a hyphen, a backslash for its own, and a dot at the start for a request. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(
      /\P{ASCII}/gu,
      (one) => `\\[u${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^[.']/, '\\&$&');
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}
