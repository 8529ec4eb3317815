import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../main/cli/program.ts';
import { projectPath } from '../../main/project.ts';

/** What the pages for readers say of the repository itself: links, pictures, commands. */

const root = projectPath();
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const pages = tracked
  .filter((path) => /^(docs\/.*|[A-Z]+)\.md$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const linksOf = (text: string) =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => target ?? []);

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** As GitHub names a heading in an address. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading.trim()));

/** Lines of blocks marked as sh, without comments; a line that ends in \ goes on in the next. */
const commandsOf = (text: string) =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split(/&&|\||;/))
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );

describe.each(pages)('$path', ({ path, text }) => {
  const folder = dirname(join(root, path));

  it('links to what is there', () => {
    const dead = linksOf(text).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? join(root, path) : resolve(folder, file);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('names scripts of npm that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('gives commands that the command line understands', () => {
    const wrong = commandsOf(text).flatMap((line) => {
      const words = /(?:^|\s)untorn\s+(.*)$/.exec(line)?.[1];
      if (words === undefined || /^sudo apt|…|\$\(/.test(line)) return [];
      // Of a command in quotes, for ssh, the end.
      const why = misunderstood(
        splitWords(words.split('"').length % 2 === 0 ? words.replace('"', '') : words),
      );
      return why === null ? [] : [`${line}: ${why}`];
    });
    expect(wrong).toEqual([]);
  });
});

/** Enough of a shell for commands as pages have them. */
function splitWords(words: string): string[] {
  return [...words.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, plain]) => double ?? single ?? plain ?? '')
    .filter((word) => !/^[12]?[<>]/.test(word));
}

/** Why the command line refuses the words; null where it understands them. Nothing is done. */
function misunderstood(words: readonly string[]): string | null {
  let isUnderstood = false;
  try {
    buildProgram('0.0.0', () => (isUnderstood = true)).parse([...words], { from: 'user' });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code === 'commander.helpDisplayed' || code === 'commander.version' ? null : message;
  }
  return isUnderstood ? null : 'asks for nothing';
}

it('shows every picture that is kept', () => {
  const shown = new Set(
    pages.flatMap(({ path, text }) =>
      [...text.matchAll(/(?:\]\(|src(?:set)?=")([^)\s"]+\.(?:png|svg))/g)].map(([, target = '']) =>
        relative(root, resolve(dirname(join(root, path)), target)),
      ),
    ),
  );
  const kept = tracked.filter((path) => /^docs\/screenshots\//.test(path));
  expect(kept.filter((path) => !shown.has(path))).toEqual([]);
});
