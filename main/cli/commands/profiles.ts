import {
  behavioursOf,
  profiles,
  verificationsOf,
  type KernelProfile,
  type Verification,
} from '../../../core/mballoc/index.ts';
import { InputError } from '../../failure.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { tableLines } from '../table.ts';

interface Flags {
  readonly json?: boolean;
}

/** `untorn profiles [NAME] [--json]`: the kernel lines that are modelled, what they were verified on, what they are made of. */
export function profilesCommand(name: string | undefined, flags: Flags, console: Console): ExitCode {
  const chosen = name === undefined ? profiles : profiles.filter((its) => its.name === name);
  if (chosen.length === 0) {
    const known = profiles.map((its) => its.name).join(', ');
    throw new InputError(`there is no profile "${name ?? ''}"; there are ${known}`, name ?? null);
  }
  if (flags.json) console.printJson({ profiles: chosen.map(asJson) });
  else if (name === undefined) for (const line of listLines()) console.print(line);
  else for (const profile of chosen) for (const line of profileLines(profile)) console.print(line);
  return exitCodes.done;
}

function asJson(profile: KernelProfile): object {
  return {
    name: profile.name,
    since: releaseOf(profile),
    behaviours: Object.fromEntries(behavioursOf(profile).map(({ name, value }) => [name, value])),
    verified: verificationsOf(profile.name).map(({ profile: _its, ...verification }) => verification),
  };
}

function listLines(): string[] {
  const columns = [
    { title: 'profile', align: 'left' },
    { title: 'from release', align: 'left' },
    { title: 'verified on', align: 'left' },
    { title: 'plans', align: 'right' },
    { title: 'exact', align: 'right' },
    { title: 'differing from the one before in', align: 'left' },
  ] as const;
  const rows = profiles.flatMap((profile, index) => {
    const changes = changesSince(profile, profiles.slice(0, index).findLast(isLine) ?? profiles[0]);
    const [first, ...more] = verificationsOf(profile.name);
    const head = [profile.name, releaseOf(profile), ...verificationCells(first), changes];
    return [head, ...more.map((its) => ['', '', ...verificationCells(its), ''])];
  });
  return tableLines(
    columns,
    rows.map((row) => row.map((text) => ({ text }))),
  );
}

function verificationCells(verification: Verification | undefined): string[] {
  if (!verification) return ['not verified', '', ''];
  const { kernel, machine, plans, exact } = verification;
  return [`${kernel} (${machine})`, String(plans), String(exact)];
}

function profileLines(profile: KernelProfile): string[] {
  const verified = verificationsOf(profile.name);
  const rows = behavioursOf(profile).map(({ name, value }) => [{ text: `  ${name}` }, { text: value }]);
  return [
    `${profile.name}, from release ${releaseOf(profile)} on`,
    ...tableLines(
      [
        { title: '  behaviour', align: 'left' },
        { title: 'here', align: 'left' },
      ],
      rows,
    ),
    ...(verified.length === 0 ? ['not verified: read in the sources, never compared with a kernel'] : []),
    ...verified.map(sentenceOf),
  ];
}

function sentenceOf(verification: Verification): string {
  const { kernel, machine, possibleCpus, date, plans, exact, different, undecided } = verification;
  return (
    `verified on ${kernel} (${machine}, ${possibleCpus} CPUs, ${date}): ${exact} of ${plans} plans exact, ` +
    `${different} different, ${undecided} undecided`
  );
}

/** Not the RFC, which stands beside its kernel. */
function isLine({ name }: KernelProfile): boolean {
  return name.startsWith('linux-');
}

function releaseOf({ since }: KernelProfile): string {
  return since.join('.');
}

function changesSince(profile: KernelProfile, before: KernelProfile | undefined): string {
  if (!before || before === profile) return '';
  const old = new Map(behavioursOf(before).map(({ name, value }) => [name, value]));
  const changed = behavioursOf(profile).filter(({ name, value }) => old.get(name) !== value);
  return changed.length === 0 ? 'nothing' : changed.map(({ name }) => name).join(', ');
}
