import type { ProbeEnvironment } from './environment.ts';

/** What a file's flags say; they need the right to read the file, and no more. */
export interface InodeFlags {
  readonly extents: boolean;
  readonly inline: boolean;
  readonly journalled: boolean;
  readonly realtime: boolean;
  readonly inheritsRealtime: boolean;
}

/** EXT4_*_FL (fs/ext4/ext4.h), as FS_IOC_GETFLAGS gives them. */
const flag = { extents: 0x80000, inline: 0x10000000, journalled: 0x4000 };
/** FS_XFLAG_* of linux/fs.h. */
const extended = { realtime: 0x1, inheritsRealtime: 0x100 };

/** The flags of a file or directory; unknown where they could not be asked. */
export async function inodeFlags(
  path: string,
  { fileFlags }: ProbeEnvironment,
): Promise<InodeFlags | 'unknown'> {
  if (!fileFlags) return 'unknown';
  try {
    const { flags, extendedFlags } = await fileFlags(path);
    return {
      extents: (flags & flag.extents) !== 0,
      inline: (flags & flag.inline) !== 0,
      journalled: (flags & flag.journalled) !== 0,
      realtime: (extendedFlags & extended.realtime) !== 0,
      inheritsRealtime: (extendedFlags & extended.inheritsRealtime) !== 0,
    };
  } catch {
    return 'unknown';
  }
}
