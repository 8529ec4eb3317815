import { describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../core/experiment/outcome.ts';
import { NotModelled } from '../../core/errno.ts';
import { parsePlan, PlanError } from '../../core/experiment/plan.ts';
import { InputError, Unable } from '../failure.ts';
import { reportOf, type RunReport } from '../run/index.ts';
import { understand } from './command-line.ts';
import { printReport } from './commands/run.ts';
import { processConsole, type Console } from './console.ts';
import { endingOf } from './exit.ts';
import { alignmentInWords, unitsInWords } from './report/alignment.ts';
import { layoutLines } from './report/layout.ts';
import { paintFor } from './style.ts';
import { printable, tableLines } from './table.ts';

const plain = (_: string, text: string) => text;

describe('the end of a command', () => {
  it.each([
    [
      new PlanError([{ path: 'steps[0].op', message: 'is missing' }]),
      2,
      'untorn: plan: steps[0].op: is missing',
    ],
    [new InputError('x: no such file'), 2, 'untorn: x: no such file'],
    [new Unable('needs root'), 3, 'untorn: needs root'],
    [new NotModelled('the feature casefold'), 3, 'untorn: the feature casefold'],
    [new InputError('two\n lines\n'), 2, 'untorn: two lines'],
  ])('is a code and one line', (error, code, line) => {
    expect(endingOf(error)).toEqual({ code, line });
  });

  it('says of a defect that it is one', () => {
    const { code, line } = endingOf(new TypeError('x is not a function'));
    expect(code).toBe(3);
    expect(line).toMatch(/^untorn: a defect of Untorn: x is not a function \(UNTORN_DEBUG=1/);
  });
});

describe('a command line', () => {
  it.each([
    [['predict', 'a.json', '--json', '--image', 'i'], true],
    [['clean'], false],
    [['write', 'f', '-o', '1MiB', '-l', '4096'], true],
  ])('%j is understood', (args, looksForLeftovers) => {
    expect(understand(args, '1.0.0')).toMatchObject({ looksForLeftovers });
  });

  it.each([
    [[], /no command/],
    [['predict'], /missing required argument 'plan'/],
    [['predict', 'a', 'b'], /too many arguments/],
    [['run', 'a', '--image', 'x'], /unknown option '--image'/],
    [['write', 'f', '-o', '01', '-l', '1'], /--offset.*number of bytes/],
    [['write', 'f', '-o', '0', '-l', '9007199254740993'], /--length/],
    [['serve', '--port', '65536'], /--port.*0 to 65535/],
  ])('%j is refused', (args, message) => {
    expect(() => understand(args, '1.0.0')).toThrow(InputError);
    expect(() => understand(args, '1.0.0')).toThrow(message);
  });
});

describe('alignment in words', () => {
  it.each([
    [0, 4096, '1 GiB'],
    [33280, 4096, '2 MiB'],
    [1, 1024, '1 KiB'],
    [2 ** 33 + 2, 4096, '8 KiB'],
  ])('block %i of %i bytes begins at a multiple of %s', (block, blockBytes, expected) => {
    expect(alignmentInWords(block, blockBytes)).toBe(expected);
  });

  it.each([
    [0, 0, 4, '1 x 16 KiB'],
    [4, 8, 8, '2 x 16 KiB'],
    [0, 2, 4, '2 x 8 KiB'],
    [1, 1, 4, '4 x 4 KiB'],
    [0, 0, 5, '5 x 4 KiB'],
    [0, 2 ** 33, 2 ** 20, '4 x 1 GiB'],
  ])('an extent at logical %i, physical %i, of %i blocks holds %s', (logical, physical, length, expected) => {
    expect(unitsInWords(logical, physical, length, 4096)).toBe(expected);
  });
});

describe('a layout', () => {
  const extents = (physical: number, state: 'written' | 'unwritten' = 'written') => ({
    extents: [{ logical: 0, physical, length: 4, state }],
  });

  it('marks what differs in words and signs, not by colour alone', () => {
    const lines = layoutLines(
      { name: 'a', predicted: extents(32), actual: extents(64, 'unwritten') },
      4096,
      plain,
    );
    expect(lines[0]).toBe('a');
    expect(lines[2]).toMatch(
      /^ +0: +0\.\.3 +32\.\.35 {2}!= +64\.\.67 +4 {2}written != unwritten +256 KiB {2}1 x 16 KiB$/,
    );
  });

  it('joins extents that continue each other, and tells what a side has instead of extents', () => {
    const parts = [0, 2].map((logical) => ({
      logical,
      physical: 32 + logical,
      length: 2,
      state: 'written' as const,
    }));
    expect(layoutLines({ name: 'a', predicted: { extents: parts } }, 4096, plain)).toHaveLength(3);
    const lines = layoutLines({ name: 'a', predicted: null, actual: { errno: 'EIO' } }, 4096, plain);
    expect(lines.slice(1)).toEqual(['  predicted: no such file', '  actual: no layout (EIO)']);
  });

  it('shows one side alone where the other is not predicted', () => {
    const lines = layoutLines({ name: 'a', predicted: { extents: null }, actual: extents(32) }, 4096, plain);
    expect(lines[1]).toBe('  predicted: the layout is not predicted on this filesystem');
    expect(lines[2]).toMatch(/physical_offset/);
    expect(lines[2]).not.toMatch(/predicted/);
  });
});

describe('a run', () => {
  const plan = parsePlan({
    version: 1,
    target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4' } },
    steps: [{ op: 'create', file: 'a' }],
  });
  const outcome = (result: number): Outcome => ({
    allocator: 'linux-6.18',
    steps: [{ op: 'create', result, ...(result < 0 ? ({ errno: 'ENOSPC' } as const) : {}) }],
    files: { a: { extents: [] } },
  });

  function lastLine(actual: number, disturbed: string[] = []): string {
    return linesOf(reportOf(plan, outcome(0), outcome(actual), disturbed)).at(-1) ?? '';
  }

  function linesOf(report: RunReport): string[] {
    const lines: string[] = [];
    const console: Console = {
      paint: plain,
      print: (line = '') => void lines.push(line),
      printJson: () => undefined,
      say: () => undefined,
      onProgress: () => undefined,
      endProgress: () => undefined,
      confirm: () => Promise.resolve(false),
    };
    printReport(plan, report, null, console);
    return lines;
  }

  it('ends with one line of verdict', () => {
    expect(lastLine(0)).toBe('match: prediction and kernel agree on 1 step; 0 extents of 1 file');
    expect(lastLine(-1)).toBe('differ: 1 difference between prediction and kernel');
    expect(lastLine(0, ['another process wrote'])).toBe(
      'disturbed, so it does not count: another process wrote',
    );
  });

  it('says what was not watched where there is a difference, and that a match needs none of it', () => {
    const report = (actual: number) => reportOf(plan, outcome(0), outcome(actual), [], [], ['the dark']);
    expect(report(0).match).toBe(true);
    expect(linesOf(report(0)).at(-2)).toBe(
      'not everything was watched on this way (docs/privilege.md); the match stands without',
    );
    expect(report(-1).disturbed).toEqual([]);
    expect(linesOf(report(-1)).slice(-3)).toEqual([
      'not watched, so that it may be why:',
      '  the dark',
      'differ: 1 difference between prediction and kernel',
    ]);
    expect(reportOf(plan, outcome(0), outcome(0), [])).not.toHaveProperty('unwatched');
  });

  it('shows nothing that a terminal obeys, whoever gave it that name', () => {
    const report = reportOf(plan, outcome(0), outcome(-1), ['\u001b[2J (1234) wrote']);
    const difference = { kind: 'file', file: '\u001b]0;x\u0007', predicted: '1', actual: '2' } as const;
    const lines = linesOf({ ...report, differences: [difference] });
    expect(lines.join('\n')).toContain('\\x1b[2J (1234) wrote');
    expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    processConsole().say('untorn: \u001b[2J\nmore');
    expect(said).toHaveBeenCalledWith('untorn: \\x1b[2J\nmore\n');
    said.mockRestore();
  });

  it('that was disturbed is never a match', () => {
    expect(reportOf(plan, outcome(0), outcome(0), ['x']).match).toBe(false);
    expect(reportOf(plan, outcome(0), outcome(0), []).match).toBe(true);
  });
});

describe('a table', () => {
  it('has columns two blanks apart and no blanks at the ends', () => {
    const columns = [
      { title: 'n', align: 'right' },
      { title: 'what', align: 'left' },
    ] as const;
    const paint = (text: string) => `<${text}>`;
    expect(
      tableLines(columns, [
        [{ text: '10' }, { text: 'a', paint }],
        [{ text: '9' }, { text: '' }],
      ]),
    ).toEqual([' n  what', '10  <a>', ' 9']);
  });

  it('shows control characters as what they are', () => {
    expect(printable('a\u001b[31m\nb\u2028é')).toBe('a\\x1b[31m\\x0ab\\x2028é');
  });
});

describe('colour', () => {
  it('is for terminals that want it', () => {
    const painted = (isTTY: boolean, environment: NodeJS.ProcessEnv) =>
      paintFor({ isTTY }, environment)('good', 'x');
    expect(painted(true, {})).toContain('\u001b[');
    expect(painted(false, {})).toBe('x');
    expect(painted(true, { NO_COLOR: '1' })).toBe('x');
    expect(painted(true, { TERM: 'dumb' })).toBe('x');
  });
});
