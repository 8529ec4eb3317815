import {
  BadLog,
  sectorBytes,
  type DiskLog,
  type LoggedFlush,
  type LoggedWrite,
  type LogMark,
} from './log.ts';

/** WRITE_LOG_MAGIC of drivers/md/dm-log-writes.c: the first eight bytes, little-endian. */
const magicLow = 0x77736872;
const magicHigh = 0x006a7366;
const knownVersion = 1;
const entryHeaderBytes = 32;
/** LOG_*_FLAG. */
const flag = { flush: 1, fua: 2, discard: 4, mark: 8 } as const;

/** Whether `bytes` begin as a log of dm-log-writes. */
export function isDmLog(bytes: Uint8Array): boolean {
  if (bytes.length < sectorBytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return view.getUint32(0, true) === magicLow && view.getUint32(4, true) === magicHigh;
}

/**
 * Reads a log of dm-log-writes, or of QEMU's blklogwrites, which writes the same format (struct log_write_super and
 * log_write_entry of drivers/md/dm-log-writes.c; block/blklogwrites.c). Such a log has one entry for each request, put
 * there when it was answered and, unless it was a FUA, when the flush after it came: so of two requests the earlier is
 * taken to have been answered before the later began. What was never followed by a flush is not in the log of
 * dm-log-writes at all. Throws BadLog.
 */
export function readDmLog(bytes: Uint8Array): DiskLog {
  if (!isDmLog(bytes)) throw new BadLog('not a log of dm-log-writes: its magic number is not there');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = number64(view, 8);
  const sector = view.getUint32(24, true);
  if (version !== knownVersion) throw new BadLog(`a dm-log-writes log of version ${version} is not known`);
  if (sector < sectorBytes || sector > 65536 || sector % sectorBytes !== 0)
    throw new BadLog(`sectors of ${sector} bytes are not known`);
  const writes: LoggedWrite[] = [];
  const flushes: LoggedFlush[] = [];
  const marks: LogMark[] = [];
  const entries = number64(view, 16);
  let position = 0;
  let at = sector;
  for (let entry = 0; entry < entries; entry++) {
    if (at + entryHeaderBytes > bytes.length) break;
    // sector, nr_sectors, flags, data_len: 64 bits each; addresses count in the log's own sectors.
    const [where, count, flags, payload] = [0, 8, 16, 24].map((field) => number64(view, at + field)) as [
      number,
      number,
      number,
      number,
    ];
    const dataAt = at + sector;
    const isMark = (flags & flag.mark) !== 0;
    const isDiscard = (flags & flag.discard) !== 0;
    const lengthBytes = count * sector;
    if (isMark) {
      marks.push({
        position: position++,
        bytes: bytes.subarray(at + entryHeaderBytes, at + entryHeaderBytes + payload),
      });
      at = dataAt;
      continue;
    }
    if ((flags & flag.flush) !== 0) flushes.push({ begin: position++, end: position++ });
    const stored = isDiscard ? 0 : lengthBytes;
    if (dataAt + stored > bytes.length) throw new BadLog(`entry ${entry}: its data runs past the log's end`);
    if (lengthBytes > 0)
      writes.push({
        at: where * sector,
        lengthBytes,
        data: isDiscard ? null : bytes.subarray(dataAt, dataAt + stored),
        dataAt: isDiscard ? null : dataAt,
        begin: position++,
        end: position++,
        durable: (flags & flag.fua) !== 0,
      });
    at = dataAt + stored;
  }
  return { diskBytes: null, writes, flushes, marks, positions: position, cutBytes: 0 };
}

function number64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
