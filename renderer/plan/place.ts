import type { SyntaxNode, Tree } from '@lezer/common';

export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Where in a JSON text a place such as `steps[3].length` is: the value where the field is there, else the nearest
 * thing around it that is; for the place `JSON`, the first character that is not JSON.
 */
export function rangeOfPlace(
  tree: Tree,
  slice: (from: number, to: number) => string,
  place: string,
): TextRange {
  if (place === 'JSON') return firstError(tree);
  const top = tree.topNode.firstChild;
  if (!top) return { from: 0, to: 0 };
  let node: SyntaxNode = top;
  for (const part of partsOf(place)) {
    const next: SyntaxNode | null =
      typeof part === 'number' ? itemAt(node, part) : valueOf(node, part, slice);
    if (!next) break;
    node = next;
  }
  // Of a whole list or object the opening bracket is enough.
  const isLarge = node.name === 'Object' || node.name === 'Array';
  return { from: node.from, to: isLarge ? node.from + 1 : node.to };
}

function partsOf(place: string): (string | number)[] {
  return [...place.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = '']) =>
    index === undefined ? name : Number(index),
  );
}

const valueNames = new Set(['True', 'False', 'Null', 'Number', 'String', 'Object', 'Array']);

function itemAt(node: SyntaxNode, index: number): SyntaxNode | null {
  let left = index;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (valueNames.has(child.name) && left-- === 0) return child;
  }
  return null;
}

function valueOf(
  node: SyntaxNode,
  name: string,
  slice: (from: number, to: number) => string,
): SyntaxNode | null {
  for (const property of node.getChildren('Property')) {
    const key = property.getChild('PropertyName');
    if (key && slice(key.from, key.to) === JSON.stringify(name)) return property.lastChild;
  }
  return null;
}

function firstError(tree: Tree): TextRange {
  let found: TextRange | null = null;
  tree.iterate({
    enter: (node) => {
      if (found) return false;
      if (node.type.isError) found = { from: node.from, to: Math.max(node.to, node.from) };
      return true;
    },
  });
  return found ?? { from: 0, to: tree.length };
}
