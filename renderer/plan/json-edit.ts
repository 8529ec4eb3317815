import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/json';

/**
 * Changes of a JSON text that leave everything else as it is written: spaces, order, comments of layout. Each is a list of
 * replacements whose places are those of the text before, as CodeMirror takes them.
 */
export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** Where a value stands: names of fields and indices of items, from the outside in. */
export type JsonPath = readonly (string | number)[];

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Puts `value` at a field, adding the field behind the others where it is not there. Null where the way to it is not. */
export function setField(text: string, path: JsonPath, value: Json): readonly TextChange[] | null {
  const tree = parser.parse(text);
  const found = nodeAt(text, tree, path);
  if (found)
    return [
      {
        from: found.from,
        to: found.to,
        insert: written(value, indentAt(text, found.from), isTall(text, found)),
      },
    ];
  const name = path.at(-1);
  const holder = nodeAt(text, tree, path.slice(0, -1));
  if (typeof name !== 'string' || holder?.name !== 'Object') return null;
  return [
    addMember(
      text,
      holder,
      childrenOf(holder).length,
      (indent) => `${JSON.stringify(name)}: ${written(value, indent, false)}`,
    ),
  ];
}

/** Takes a field out, with the comma that goes with it. Nothing changes where it is not there. */
export function removeField(text: string, path: JsonPath): readonly TextChange[] {
  const found = nodeAt(text, parser.parse(text), path);
  const property = found?.parent;
  return property?.name === 'Property' ? [removeMember(property)] : [];
}

/** Puts an item into a list, before the one that has this index now. Null where there is no such list. */
export function insertItem(
  text: string,
  path: JsonPath,
  index: number,
  value: Json,
): readonly TextChange[] | null {
  const list = nodeAt(text, parser.parse(text), path);
  if (list?.name !== 'Array') return null;
  return [addMember(text, list, index, (indent) => written(value, indent, false))];
}

export function removeItem(text: string, path: JsonPath, index: number): readonly TextChange[] {
  const item = nodeAt(text, parser.parse(text), [...path, index]);
  return item ? [removeMember(item)] : [];
}

/** Lets two items change places; what is written between them stays. */
export function swapItems(text: string, path: JsonPath, one: number, other: number): readonly TextChange[] {
  const tree = parser.parse(text);
  const [left, right] = [Math.min(one, other), Math.max(one, other)].map((index) =>
    nodeAt(text, tree, [...path, index]),
  );
  if (!left || !right || left.from === right.from) return [];
  const put = (at: SyntaxNode, from: SyntaxNode) => ({
    from: at.from,
    to: at.to,
    insert: text.slice(from.from, from.to),
  });
  return [put(left, right), put(right, left)];
}

/** Makes the changes. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  return changes
    .toSorted((left, right) => right.from - left.from)
    .reduce((all, { from, to, insert }) => all.slice(0, from) + insert + all.slice(to), text);
}

const valueNames = new Set(['True', 'False', 'Null', 'Number', 'String', 'Object', 'Array']);

function nodeAt(text: string, tree: Tree, path: JsonPath): SyntaxNode | null {
  let node = tree.topNode.firstChild;
  for (const part of path) {
    if (!node) return null;
    node = typeof part === 'number' ? (childrenOf(node)[part] ?? null) : fieldOf(text, node, part);
  }
  return node && valueNames.has(node.name) ? node : null;
}

function fieldOf(text: string, object: SyntaxNode, name: string): SyntaxNode | null {
  if (object.name !== 'Object') return null;
  // Of a name that stands there twice, the last one counts, as for JSON.parse.
  const property = object.getChildren('Property').findLast((one) => {
    const key = one.getChild('PropertyName');
    return key && nameIn(text, key) === name;
  });
  return property?.lastChild ?? null;
}

function nameIn(text: string, { from, to }: SyntaxNode): string {
  try {
    return String(JSON.parse(text.slice(from, to)));
  } catch {
    return '';
  }
}

/** The properties of an object, the items of a list. */
function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name === 'Property' || valueNames.has(child.name)) children.push(child);
  }
  return children;
}

/** A new member goes onto a line of its own where the others have one. */
function addMember(
  text: string,
  holder: SyntaxNode,
  index: number,
  write: (indent: string) => string,
): TextChange {
  const members = childrenOf(holder);
  const before = members[Math.min(index, members.length) - 1];
  const outer = indentAt(text, holder.from);
  if (members.length === 0) {
    const isList = holder.name === 'Array';
    const insert = isList ? `\n${outer}${step}${write(outer + step)}\n${outer}` : ` ${write(outer)} `;
    return { from: holder.from + 1, to: holder.to - 1, insert };
  }
  const first = members[0] as SyntaxNode;
  const isTallHolder = text.slice(holder.from, first.from).includes('\n');
  const indent = isTallHolder ? indentAt(text, first.from) : outer;
  const gap = isTallHolder ? `\n${indent}` : ' ';
  if (!before) return { from: first.from, to: first.from, insert: `${write(indent)},${gap}` };
  return { from: before.to, to: before.to, insert: `,${gap}${write(indent)}` };
}

function removeMember(member: SyntaxNode): TextChange {
  const members = member.parent ? childrenOf(member.parent) : [];
  const at = members.findIndex(({ from }) => from === member.from);
  const [before, after] = [members[at - 1], members[at + 1]];
  if (before) return { from: before.to, to: member.to, insert: '' };
  if (after) return { from: member.from, to: after.from, insert: '' };
  const holder = member.parent;
  return { from: (holder?.from ?? member.from) + 1, to: (holder?.to ?? member.to) - 1, insert: '' };
}

const step = '  ';

function indentAt(text: string, at: number): string {
  const line = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, at))?.[0] ?? '';
}

function isTall(text: string, { from, to }: SyntaxNode): boolean {
  return text.slice(from, to).includes('\n');
}

/** In one line with a space inside of braces, as plans are written; a tall one has a line for each of its members. */
function written(value: Json, indent: string, tall: boolean): string {
  if (!tall || value === null || typeof value !== 'object') return oneLine(value);
  const inner = indent + step;
  const [open, close, members] = Array.isArray(value)
    ? ['[', ']', (value as readonly Json[]).map((item) => oneLine(item))]
    : ['{', '}', Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${oneLine(field)}`)];
  return members.length === 0
    ? `${open}${close}`
    : `${open}\n${inner}${members.join(`,\n${inner}`)}\n${indent}${close}`;
}

function oneLine(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(oneLine).join(', ')}]`;
  const members = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${oneLine(field)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
