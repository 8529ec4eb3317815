import { execFile } from 'node:child_process';
import { open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Unable } from '../../failure.ts';
import { toolPath } from '../format.ts';

const run = promisify(execFile);

const superblockOffset = 1024;
const magicOffset = 0x38;
const ext4Magic = 0xef53;
const incompatibleFeaturesOffset = 0x60;
const needsRecoveryFeature = 0x4;
const mountOptionsOffset = 0x200;
const mountOptionsBytes = 64;
const rootInode = 2;

/** What an image that the user brings tells before it is copied. */
export interface FoundImage {
  readonly fs: 'ext4' | 'xfs';
  /** Options that the superblock names. */
  readonly storedOptions: string;
  /** Why UDisks2's way is closed to it, or null. */
  readonly obstacle: string | null;
}

/**
 * Looks at an image of the user's. Files in it are as a rule somebody else's (root's), and stay so: a plan that names one is not
 * for this way.
 */
export async function lookAtImage(image: string, names: readonly string[], uid: number): Promise<FoundImage> {
  const superblock = await readSuperblock(image);
  if (superblock.readUInt16LE(magicOffset) !== ext4Magic)
    return {
      fs: 'xfs',
      storedOptions: '',
      obstacle: 'it cannot make the root directory of a ready XFS yours',
    };
  const needsRecovery = (superblock.readUInt32LE(incompatibleFeaturesOffset) & needsRecoveryFeature) !== 0;
  const obstacle = needsRecovery
    ? 'the image’s journal is unclean, and would undo what has to be written into the image for it'
    : await foreignFile(image, names, uid);
  return { fs: 'ext4', storedOptions: storedOptionsIn(superblock), obstacle };
}

/** The options that the superblock of an ext4 image names. */
export async function readStoredOptions(image: string): Promise<string> {
  return storedOptionsIn(await readSuperblock(image));
}

/** Writes options into the superblock of an ext4 image, and makes its root directory the user's; places nothing. Throws Unable. */
export async function adoptExt4(image: string, stored: string, uid: number): Promise<void> {
  const requests = `${image}.debugfs`;
  const lines = [`set_super_value mount_opts ${stored}`, `set_inode_field <${rootInode}> uid ${uid}`, ''];
  await writeFile(requests, lines.join('\n'), { mode: 0o600 });
  try {
    await tool('debugfs', 'e2fsprogs', '-w', '-f', requests, image);
  } finally {
    await rm(requests, { force: true });
  }
  // debugfs(8) ends well whatever its requests came to.
  if ((await readStoredOptions(image)) !== stored)
    throw new Unable(`debugfs did not write "${stored}" into the superblock of ${image}`);
}

/** Makes the root directory of an XFS image the user's. Throws Unable. */
export async function adoptXfs(image: string, uid: number): Promise<void> {
  const requests = ['sb 0', 'addr rootino', `write core.uid ${uid}`].flatMap((request) => ['-c', request]);
  await tool('xfs_db', 'xfsprogs', '-x', ...requests, image);
}

async function readSuperblock(image: string): Promise<Buffer> {
  const file = await open(image, 'r');
  try {
    const bytes = Buffer.alloc(superblockOffset);
    await file.read(bytes, 0, bytes.length, superblockOffset);
    return bytes;
  } finally {
    await file.close();
  }
}

function storedOptionsIn(superblock: Buffer): string {
  const text = superblock.toString('latin1', mountOptionsOffset, mountOptionsOffset + mountOptionsBytes);
  return text.split('\0', 1)[0] ?? '';
}

/** Why one of the names cannot be used as root would; `names` end in `*` where they are only the beginning of names. */
async function foreignFile(image: string, names: readonly string[], uid: number): Promise<string | null> {
  const listed = await tool('debugfs', 'e2fsprogs', '-R', 'ls -p /', image);
  // `/INODE/MODE/UID/GID/NAME/SIZE/`; a name has no slash.
  for (const [, owner, name = ''] of listed.matchAll(/^\/\d+\/\d+\/(\d+)\/\d+\/([^/]+)\//gm)) {
    if (Number(owner) === uid || name === '.' || name === '..') continue;
    const isNamed = names.some((wanted) =>
      wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : firstPart(wanted) === name,
    );
    if (isNamed)
      return `${name} in the image belongs to user ${owner}, and only the root directory is made yours`;
  }
  return null;
}

function firstPart(name: string): string {
  return name.split('/', 1)[0] ?? '';
}

async function tool(command: string, from: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(command, args, {
      env: { PATH: toolPath, LC_ALL: 'C' },
      maxBuffer: 256 * 2 ** 20,
    });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Unable(`${command} is missing (Debian: apt-get install ${from})`, command);
    throw new Unable(`${command} fails on ${path.basename(args.at(-1) ?? '')}: ${String(error)}`, command, {
      cause: error,
    });
  }
}
