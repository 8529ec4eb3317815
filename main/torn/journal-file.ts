import { open } from 'node:fs/promises';
import {
  journalHeaderBytes,
  journalRecordBytes,
  readJournal,
  runOfJournal,
  type JournalRecord,
  type Verification,
} from '../../core/torn/index.ts';
import { InputError } from '../failure.ts';

const pieceRecords = 65536;

/**
 * Gives every record of a journal to `take`, in order. A journal whose writer was killed ends in gaps. Throws InputError
 * where the file is no journal, or one of another run.
 */
export async function readJournalFile(
  name: string,
  run: bigint,
  take: (record: JournalRecord) => void,
): Promise<Verification['journal']> {
  const file = await open(name, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${name}: the journal cannot be read: ${error.code ?? ''}`, name, { cause: error });
  });
  try {
    const head = Buffer.alloc(journalHeaderBytes);
    await file.read(head, 0, head.length, 0);
    const found = runOfJournal(head);
    if (found === null) throw new InputError(`${name} is no journal of a storm`, name);
    if (found !== run) throw new InputError(`${name} is the journal of another run`, name);
    const sums = { records: 0, gaps: 0, damaged: 0 };
    const piece = Buffer.alloc(pieceRecords * journalRecordBytes);
    const counted = (record: JournalRecord): void => {
      sums.records++;
      take(record);
    };
    for (let offset = journalHeaderBytes; ; offset += piece.length) {
      const { bytesRead } = await file.read(piece, 0, piece.length, offset);
      // What was being appended when the writer was killed may not be a whole record.
      const whole = bytesRead - (bytesRead % journalRecordBytes);
      const { gaps, damaged } = readJournal(piece.subarray(0, whole), counted);
      sums.gaps += gaps;
      sums.damaged += damaged;
      if (bytesRead < piece.length) return sums;
    }
  } finally {
    await file.close();
  }
}
