import { Refused } from '../errno.ts';
import { inodeFlags } from '../ext4/index.ts';
import {
  atomicLimits,
  openForWriting,
  releaseWriter,
  type AtomicLimits,
  type Inode,
  type MountedFilesystem,
} from '../vfs/index.ts';

/** An open descriptor that may write. */
export interface Descriptor {
  readonly inode: Inode;
  readonly direct: boolean;
  readonly atomicLimits: AtomicLimits | null;
}

interface OpenPair {
  direct: Descriptor | null;
  buffered: Descriptor | null;
}

/**
 * The plan's descriptors, at most one direct and one buffered for a name, and the order in which files came into
 * being. Names are those of the plan; `prefix` leads to the directory that the plan works in.
 */
export class PlanFiles {
  readonly #fs: MountedFilesystem;
  readonly #prefix: string;
  readonly #open = new Map<string, OpenPair>();
  readonly #created = new Map<string, Inode>();
  readonly #touched = new Set<string>();

  constructor(fs: MountedFilesystem, prefix: string) {
    this.#fs = fs;
    this.#prefix = prefix;
  }

  path(name: string): string {
    return this.#prefix + name;
  }

  /** Files by their latest creation or first opening, oldest first. */
  get inOrder(): Iterable<[string, Inode]> {
    return this.#created;
  }

  /** The file came into being, or was opened for the first time. */
  note(name: string, inode: Inode): void {
    if (inode.isRegular && !this.#created.has(name)) this.#created.set(name, inode);
  }

  /** The inode of a file that a step has named; null where none has. */
  known(name: string): Inode | null {
    return this.#created.get(name) ?? null;
  }

  forget(name: string): void {
    this.#created.delete(name);
    this.#touched.delete(name);
  }

  /** A step may have left delayed data in the file. */
  touch(name: string): void {
    this.#touched.add(name);
  }

  /** Whether {@link touch} was called since the last time this was asked. */
  takeTouched(name: string): boolean {
    return this.#touched.delete(name);
  }

  /** open(2) with O_CREAT, and O_EXCL where `exclusive`: a descriptor that is not kept. */
  createDescriptor(name: string, direct: boolean, exclusive: boolean): Descriptor {
    const inode = this.#createInode(name, exclusive);
    this.note(name, inode);
    return this.#describe(inode, direct);
  }

  #createInode(name: string, exclusive: boolean): Inode {
    try {
      return this.#fs.namespace.create(this.path(name));
    } catch (error) {
      if (exclusive || !(error instanceof Refused) || error.errno !== 'EEXIST') throw error;
      return this.#existing(name);
    }
  }

  /** open(2) with O_RDWR on a file that is there: a descriptor that is not kept. */
  openDescriptor(name: string, direct: boolean): Descriptor {
    const inode = this.#existing(name);
    this.note(name, inode);
    return this.#describe(inode, direct);
  }

  #existing(name: string): Inode {
    const inode = this.#fs.namespace.lookup(this.path(name));
    if (inode.kind === 'directory') throw new Refused('EISDIR', `${name} is a directory`);
    if (inode.flags & (inodeFlags.immutable | inodeFlags.append)) {
      throw new Refused('EPERM', `${name} is immutable or append-only`);
    }
    return inode;
  }

  #describe(inode: Inode, direct: boolean): Descriptor {
    openForWriting(this.#fs, inode);
    return { inode, direct, atomicLimits: atomicLimits(this.#fs, inode) };
  }

  release(descriptor: Descriptor): void {
    releaseWriter(this.#fs, descriptor.inode);
  }

  /** `create` of a plan: the descriptor stays open. */
  create(name: string, direct: boolean): void {
    this.#keep(name, this.createDescriptor(name, direct, true));
  }

  /** The descriptor that a step needs, opened if it is not open yet. */
  opened(name: string, direct: boolean): Descriptor {
    const pair = this.#open.get(name);
    return (direct ? pair?.direct : pair?.buffered) ?? this.#keep(name, this.openDescriptor(name, direct));
  }

  /** The descriptor that a step would use which does not care: the direct one, else the buffered one, else none. */
  open(name: string): Descriptor | null {
    const pair = this.#open.get(name);
    return pair?.direct ?? pair?.buffered ?? null;
  }

  /** The inode of a file as open(2) for reading finds it. */
  regular(name: string): Inode {
    const inode = this.#fs.namespace.lookup(this.path(name));
    this.note(name, inode);
    return inode;
  }

  /** Any descriptor: the direct one if open, else the buffered one, else a new direct one. */
  anyOpened(name: string): Descriptor {
    const pair = this.#open.get(name);
    return pair?.direct ?? pair?.buffered ?? this.opened(name, true);
  }

  #keep(name: string, descriptor: Descriptor): Descriptor {
    const pair = this.#open.get(name) ?? { direct: null, buffered: null };
    if (descriptor.direct) pair.direct = descriptor;
    else pair.buffered = descriptor;
    this.#open.set(name, pair);
    return descriptor;
  }

  /** close(2) of every descriptor on the name, the direct one first. */
  close(name: string): void {
    const pair = this.#open.get(name);
    this.#open.delete(name);
    if (pair?.direct) this.release(pair.direct);
    if (pair?.buffered) this.release(pair.buffered);
  }

  /** In the order of the files, since a last close gives preallocations back. */
  closeAll(): void {
    for (const name of [...this.#created.keys(), ...this.#open.keys()]) this.close(name);
  }
}
