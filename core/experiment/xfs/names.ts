import { Refused } from '../../errno.ts';
import { BackedRanges } from './ranges.ts';

export interface FileNode {
  readonly kind: 'file';
  sizeBytes: number;
  readonly backed: BackedRanges;
}
export interface DirectoryNode {
  readonly kind: 'directory';
  readonly entries: Map<string, Node>;
}
export type Node = FileNode | DirectoryNode;

const longestNameBytes = 255;
const longestPathBytes = 4095;

/** Names below the plan's directory, and what looking them up answers (fs/namei.c; names are compared byte by byte). */
export class Names {
  readonly #root: DirectoryNode = { kind: 'directory', entries: new Map() };

  /** open(2) with O_RDWR: ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG. */
  file(path: string): FileNode {
    const node = this.node(path);
    if (node.kind === 'directory') throw new Refused('EISDIR', `${path} is a directory`);
    return node;
  }

  node(path: string): Node {
    const { parent, name } = this.#parentOf(path);
    const node = parent.entries.get(name);
    if (!node) throw new Refused('ENOENT', `there is no ${path}`);
    return node;
  }

  /** O_CREAT and, with `exclusive`, O_EXCL: EEXIST, ENOENT, ENOTDIR, ENAMETOOLONG, EISDIR. */
  create(path: string, exclusive: boolean): FileNode {
    const { parent, name } = this.#parentOf(path);
    const there = parent.entries.get(name);
    if (there && exclusive) throw new Refused('EEXIST', `${path} exists`);
    if (there?.kind === 'directory') throw new Refused('EISDIR', `${path} is a directory`);
    if (there) return there;
    const made: FileNode = { kind: 'file', sizeBytes: 0, backed: new BackedRanges() };
    parent.entries.set(name, made);
    return made;
  }

  /** mkdir(2). */
  makeDirectory(path: string): void {
    const { parent, name } = this.#parentOf(path);
    if (parent.entries.has(name)) throw new Refused('EEXIST', `${path} exists`);
    parent.entries.set(name, { kind: 'directory', entries: new Map() });
  }

  /** unlink(2). */
  unlink(path: string): FileNode {
    const file = this.file(path);
    const { parent, name } = this.#parentOf(path);
    parent.entries.delete(name);
    return file;
  }

  #parentOf(path: string): { parent: DirectoryNode; name: string } {
    if (utf8Bytes(path) > longestPathBytes) throw new Refused('ENAMETOOLONG', 'the path is too long');
    const parts = path.split('/');
    let parent = this.#root;
    for (const part of parts.slice(0, -1)) {
      const next = parent.entries.get(checkedName(part));
      if (!next) throw new Refused('ENOENT', `there is no ${part}`);
      if (next.kind !== 'directory') throw new Refused('ENOTDIR', `${part} is no directory`);
      parent = next;
    }
    return { parent, name: checkedName(parts.at(-1) ?? '') };
  }
}

function checkedName(name: string): string {
  if (utf8Bytes(name) > longestNameBytes) throw new Refused('ENAMETOOLONG', `${name} is too long a name`);
  return name;
}

/** Length in UTF-8, as the system call gets the name. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
