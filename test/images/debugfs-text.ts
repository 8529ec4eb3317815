import {
  decodeUtf8,
  type ExtentNode,
  type IndirectMap,
  type IndirectNode,
  type InodeRecord,
  type Volume,
} from '../../core/ext4/index.ts';

/** What `stat` of debugfs(8) says about an inode, and we too. Times as it prints them, seconds and extra word. */
export interface InodeFacts {
  readonly type: string;
  readonly permissions: number;
  readonly flags: number;
  readonly generation: number;
  readonly uid: number;
  readonly gid: number;
  readonly projectId: number;
  readonly sizeBytes: number;
  readonly fileAclBlock: number;
  readonly links: number;
  readonly blocks: number;
  readonly times: readonly string[];
  readonly extraIsizeBytes: number;
}

export function parseStat(text: string): InodeFacts {
  const get = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '0';
  return {
    type: get(/Type: (.*?) +Mode:/),
    permissions: Number.parseInt(get(/Mode: +([0-7]+)/), 8),
    flags: Number(get(/Flags: (0x[0-9a-f]+)/)),
    generation: Number(get(/Generation: (\d+)/)),
    uid: Number(get(/User: +(\d+)/)),
    gid: Number(get(/Group: +(\d+)/)),
    projectId: Number(get(/Project: +(\d+)/)),
    sizeBytes: Number(get(/Size: (\d+)$/m)),
    fileAclBlock: Number(get(/File ACL: (\d+)/)),
    links: Number(get(/Links: (\d+)/)),
    blocks: Number(get(/Blockcount: (\d+)/)),
    times: ['ctime', 'atime', 'mtime', 'crtime'].map((name) => {
      const found = new RegExp(`${name}: 0x([0-9a-f]+)(?::([0-9a-f]+))?`).exec(text);
      return found === null ? 'none' : `${found[1]}:${found[2] ?? '00000000'}`;
    }),
    extraIsizeBytes: Number(get(/Size of extra inode fields: (\d+)/)),
  };
}

const typeNames: Record<number, string> = {
  0x1000: 'FIFO',
  0x2000: 'character special',
  0x4000: 'directory',
  0x6000: 'block special',
  0x8000: 'regular',
  0xa000: 'symlink',
  0xc000: 'socket',
};

/** The same facts from our reader. `hasExtra` is false for inodes of 128 bytes. */
export function inodeFactsOf(inode: InodeRecord): InodeFacts {
  const time = (value: InodeRecord['creationTime']): string => {
    if (value === null) return 'none';
    const low = ((value.seconds % 2 ** 32) + 2 ** 32) % 2 ** 32;
    const signed = low >= 2 ** 31 ? low - 2 ** 32 : low;
    const epoch = (value.seconds - signed) / 2 ** 32;
    const hex = (word: number): string => word.toString(16).padStart(8, '0');
    return `${hex(low)}:${hex(value.nanoseconds * 4 + epoch)}`;
  };
  return {
    type: typeNames[inode.mode & 0xf000] ?? 'bad type',
    permissions: inode.mode & 0xfff,
    flags: inode.flags,
    generation: inode.generation,
    uid: inode.uid,
    gid: inode.gid,
    projectId: inode.projectId,
    sizeBytes: inode.sizeBytes,
    fileAclBlock: inode.fileAclBlock,
    links: inode.links,
    blocks: inode.blocks,
    times: [inode.changeTime, inode.accessTime, inode.modificationTime, inode.creationTime].map(time),
    extraIsizeBytes: inode.extraIsizeBytes,
  };
}

/** Rows of `ex`: level/depth entry/entries logical physical[-last] length state; an index row has no length of its own. */
export function parseExtentRows(text: string): string[] {
  const row = /^ *(\d+)\/ *(\d+) +(\d+)\/ *(\d+) +(\d+) - +(\d+) +(\d+)(?: - +(\d+))? +(\d+) ?(Uninit)?/;
  return text.split('\n').flatMap((line) => {
    const found = row.exec(line);
    if (found === null) return [];
    const [, level, depth, entry, entries, logical, , physical, last, length, uninit] = found;
    const place = `${level}/${depth} ${entry}/${entries} ${logical} ${physical}`;
    return [last === undefined ? place : `${place} ${length}${uninit === undefined ? '' : ' unwritten'}`];
  });
}

/** The same rows from our tree. */
export function extentRowsOf(root: ExtentNode): string[] {
  const rows: string[] = [];
  const visit = (node: ExtentNode): void => {
    const level = root.depth - node.depth;
    const place = (at: number): string => `${level}/${root.depth} ${at + 1}/${node.entries.length}`;
    if (node.kind === 'leaf') {
      for (const [at, { logical, physical, length, unwritten }] of node.entries.entries()) {
        rows.push(`${place(at)} ${logical} ${physical} ${length}${unwritten ? ' unwritten' : ''}`);
      }
      return;
    }
    for (const [at, { logical, block, child }] of node.entries.entries()) {
      rows.push(`${place(at)} ${logical} ${block}`);
      visit(child);
    }
  };
  visit(root);
  return rows;
}

/** The `BLOCKS:` of `stat`, one string a block: `(logical):physical`, `(IND):physical` … */
export function parseBlockList(text: string): string[] {
  const list = /^BLOCKS:\n(.*)$/m.exec(text)?.[1] ?? '';
  return list.split(', ').flatMap((part) => {
    const range = /^\((\d+)-(\d+)\):(\d+)-\d+$/.exec(part);
    if (range === null) return part === '' ? [] : [part];
    const [first, last, physical] = range.slice(1).map(Number) as [number, number, number];
    return Array.from({ length: last - first + 1 }, (_, at) => `(${first + at}):${physical + at}`);
  });
}

/** The same list from our map. */
export function blockListOf(map: IndirectMap, pointersPerBlock: number): string[] {
  const names = ['', 'IND', 'DIND', 'TIND'];
  const list = map.direct.flatMap((physical, at) => (physical === 0 ? [] : [`(${at}):${physical}`]));
  const visit = (node: IndirectNode | null, first: number, span: number): void => {
    if (node === null) return;
    list.push(`(${names[node.level]}):${node.physicalBlock}`);
    for (const [at, pointer] of node.pointers.entries()) {
      if (node.level > 1)
        visit(node.children[at] ?? null, first + (at * span) / pointersPerBlock, span / pointersPerBlock);
      else if (pointer !== 0) list.push(`(${first + at}):${pointer}`);
    }
  };
  visit(map.single, 12, pointersPerBlock);
  visit(map.double, 12 + pointersPerBlock, pointersPerBlock ** 2);
  visit(map.triple, 12 + pointersPerBlock + pointersPerBlock ** 2, pointersPerBlock ** 3);
  return list;
}

/** `ino name` of each line of `ls -p`, in its order. Blocks without entries show as inode 0 there. */
export function parseListing(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\/([1-9]\d*)\/[0-7]*\/\d+\/\d+\/(.*)\/\d*\/$/.exec(line);
    return found === null ? [] : [`${found[1]} ${found[2]}`];
  });
}

export function listingOf(volume: Volume, directory: InodeRecord): string[] {
  return volume.list(directory).map((entry) => `${entry.ino} ${decodeUtf8(entry.name)}`);
}

/** The index blocks of `htree_dump`, each as `count limit hash:block …`, and `leaf logical physical` for the others, in its order. */
export function parseHashTree(text: string): string[] {
  const rows: string[] = [];
  let entries: string[] = [];
  const flush = (): void => {
    if (entries.length > 0) rows.push(entries.join(' '));
    entries = [];
  };
  for (const line of text.split('\n')) {
    const count = /^Number of entries \((count|limit)\): (\d+)/.exec(line);
    const entry = /^Entry #(\d+): Hash 0x([0-9a-f]+)(?: \(0x[0-9a-f]+\))?, block (\d+)/.exec(line);
    const leaf = /^Reading directory block (\d+), phys (\d+)/.exec(line);
    if (count !== null) {
      if (count[1] === 'count') flush();
      entries.push(`${count[2]}`);
    } else if (entry !== null && entries.length === 2 + Number(entry[1])) {
      entries.push(`${Number.parseInt(entry[2] ?? '', 16)}:${entry[3]}`);
      if (entries.length === 2 + Number(entries[0])) flush();
    } else if (leaf !== null) {
      rows.push(`leaf ${leaf[1]} ${leaf[2]}`);
    }
  }
  return rows;
}

/** The same rows from our reader, walking down from the root. */
export function hashTreeOf(volume: Volume, directory: InodeRecord): string[] {
  const blocks = new Map(volume.directoryBlocks(directory).map((block) => [block.logical, block]));
  const rows: string[] = [];
  const visit = (logical: number): void => {
    const block = blocks.get(logical);
    if (!block?.index) {
      rows.push(`leaf ${logical} ${String(block?.physical)}`);
      return;
    }
    const { count, limit, entries } = block.index;
    rows.push([`${count}`, `${limit}`, ...entries.map((entry) => `${entry.hash}:${entry.block}`)].join(' '));
    for (const entry of entries) visit(entry.block);
  };
  visit(0);
  return rows;
}
