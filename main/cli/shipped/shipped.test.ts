import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../program.ts';
import { leavesOf } from './commands.ts';
import { bashCompletion } from './completion.ts';
import { manualPage } from './manual.ts';

const program = buildProgram('1.2.3', () => undefined);
const page = manualPage(program, '1.2.3', '2026-11-23');
const script = bashCompletion(program);

const whyNo = (command: string, debian: string) =>
  spawnSync(command, ['--version']).error ? `no ${command} (apt-get install ${debian})` : null;
const noGroff = whyNo('groff', 'groff-base');
const noBash = whyNo('bash', 'bash');

describe('the manual page', () => {
  it('has every command, every option and every exit code', () => {
    const plain = page.replaceAll('\\-', '-');
    for (const { words, command } of leavesOf(program)) {
      expect(plain).toContain(`.SS "untorn ${words.join(' ')}"`);
      for (const { flags } of command.options) expect(plain).toContain(`\\fB${flags}\\fR`);
    }
    expect(page).toMatch(
      /^\.TH UNTORN 1 2026-11-23 "untorn 1\.2\.3" "User Commands"\n\.SH NAME\nuntorn \\- \S/,
    );
  });

  it.skipIf(noGroff)(`is set without a warning${noGroff ? ` (skipped: ${noGroff})` : ''}`, () => {
    const { stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-rLL=100n', '-P-cbou'], {
      input: page,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('untorn predict [options] <plan...>');
    expect(stdout).toContain('rfc-2023-11 …');
  });
});

describe.skipIf(noBash)(`the completion of bash${noBash ? ` (skipped: ${noBash})` : ''}`, () => {
  const complete = (...words: string[]) =>
    execFileSync(
      'bash',
      [
        '-uc',
        `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _untorn; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        'untorn',
        ...words,
      ],
      { encoding: 'utf8' },
    )
      .trim()
      .split('\n');

  it('knows the commands, those below them, and their options', () => {
    expect(complete('pr')).toEqual(expect.arrayContaining(['predict', 'probe', 'profiles']));
    expect(complete('runs', '')).toEqual(['list', 'export', 'import', 'compare', 'remove']);
    expect(complete('run', 'plan.json', '--tr')).toEqual(['--trace']);
    expect(complete('runs', 'list', '--j')).toEqual(['--json']);
    expect(complete('predict', '--json', 'plan')).toEqual(['']);
  });

  it('knows the choices of an option', () => {
    expect(complete('write', '--sync', '')).toEqual(['none', 'dsync', 'sync']);
    expect(complete('runs', 'export', 'x', '--format', 'j')).toEqual(['json', 'junit']);
  });
});
