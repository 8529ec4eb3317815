import { describe, expect, it } from 'vitest';
import { parseTrace } from './trace.ts';

const header = '# tracer: nop\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n';
const written = (cpu: string, inode: number): string =>
  `    kworker/u8:5-20578   [${cpu}] .....  2873.75: ext4_writepages_result: dev 7,4 ino ${inode} ret 0 pages_written 5\n`;
const freed = (cpu: string): string =>
  `    kworker/u8:5-20578   [${cpu}] .....  2873.75: ext4_mballoc_free: dev 7,4 inode 13 extent 1/254/1 \n`;

describe('parseTrace', () => {
  it('finds nothing in an empty trace', () => {
    expect(parseTrace(header)).toEqual({ writtenInodes: new Set(), countedElsewhere: false });
  });

  it('names each inode that was written once', () => {
    const text = header + written('000', 13) + written('001', 13) + written('001', 14);
    expect(parseTrace(text)).toEqual({ writtenInodes: new Set([13, 14]), countedElsewhere: false });
  });

  it.each([
    ['000', false],
    ['001', true],
    ['010', true],
    ['128', true],
  ])('tells where blocks were counted: CPU %s', (cpu, elsewhere) => {
    expect(parseTrace(header + freed(cpu)).countedElsewhere).toBe(elsewhere);
  });
});
