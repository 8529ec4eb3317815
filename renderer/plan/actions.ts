import { stepForms, targetForms, type FormField } from '../../core/experiment/plan/form.ts';
import { sizeFromText, type Step, type TargetKind } from '../../core/experiment/plan.ts';
import type { Lab } from '../state/lab.svelte.ts';
import {
  insertItem,
  removeField,
  removeItem,
  setField,
  swapItems,
  type Json,
  type JsonPath,
} from './json-edit.ts';
import { beginningOfGroup } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the form does to the plan; every change is one step of its undo. */
export const planActions = {
  put(lab: Lab, path: JsonPath, value: Json | undefined): void {
    const { text, document } = lab;
    if (value === undefined) document.change(removeField(text, path));
    else document.change(setField(text, path, value) ?? withParent(text, path, value));
  },

  /** Behind the chosen step; a write goes on where the chosen one ends. */
  addStep(lab: Lab, op: Step['op']): void {
    const steps = lab.draft?.steps ?? [];
    const index = steps.length === 0 ? 0 : Math.min(lab.step, steps.length - 1) + 1;
    const before = fieldsOf(steps[index - 1]);
    const step = {
      op,
      ...beginningOfGroup(stepForms[op]),
      ...kept(before, stepForms[op], ['file', 'prefix']),
      ...next(op, before),
    };
    insertStep(lab, index, step);
  },

  duplicateStep(lab: Lab): void {
    const step = fieldsOf(lab.draft?.steps[lab.step]);
    const op = step['op'];
    if (typeof op !== 'string') return;
    insertStep(lab, lab.step + 1, { ...(step as Readonly<Record<string, Json>>), ...next(op, step) });
  },

  removeStep(lab: Lab): void {
    const count = lab.draft?.steps.length ?? 0;
    lab.document.change(removeItem(lab.text, ['steps'], lab.step));
    lab.step = Math.max(0, Math.min(lab.step, count - 2));
  },

  moveStep(lab: Lab, by: 1 | -1): void {
    const to = lab.step + by;
    if (to < 0 || to >= (lab.draft?.steps.length ?? 0)) return;
    lab.document.change(swapItems(lab.text, ['steps'], lab.step, to));
    lab.step = to;
  },

  /** Another operation keeps the fields that it has, too. */
  setOp(lab: Lab, op: Step['op']): void {
    const before = fieldsOf(lab.draft?.steps[lab.step]);
    const fields = stepForms[op];
    const names = fields.map(({ name }) => name);
    const step = { op, ...beginningOfGroup(fields), ...kept(before, fields, names) };
    planActions.put(lab, ['steps', lab.step], step);
  },

  setTargetKind(lab: Lab, kind: TargetKind): void {
    const before = lab.draft?.target ?? {};
    const fields = targetForms[kind];
    const names = fields.map(({ name }) => name);
    // A path means something else for every kind.
    const wanted = names.filter((name) => name !== 'path' && name !== 'kernel');
    planActions.put(lab, ['target'], { kind, ...beginningOfGroup(fields), ...kept(before, fields, wanted) });
  },
};

/** A group that is left out (`drive`) comes into being with its first field. */
function withParent(text: string, path: JsonPath, value: Json) {
  const name = path.at(-1);
  return typeof name === 'string' ? (setField(text, path.slice(0, -1), { [name]: value }) ?? []) : [];
}

function insertStep(lab: Lab, index: number, step: Json): void {
  const { text, document } = lab;
  const hasList = Array.isArray(lab.draft?.fields['steps']);
  const changes = hasList ? insertItem(text, ['steps'], index, step) : setField(text, ['steps'], [step]);
  if (!changes) return;
  document.change(changes);
  lab.step = index;
}

function kept(before: Fields, fields: readonly FormField[], names: readonly string[]): Record<string, Json> {
  const has = fields.filter(({ name }) => names.includes(name) && before[name] !== undefined);
  return Object.fromEntries(has.map(({ name }) => [name, before[name] as Json]));
}

function next(op: string, before: Fields): { offset?: Json; length?: Json } {
  const { offset, length } = before;
  const [from, by] = [bytesOf(offset), bytesOf(length)];
  if ((op !== 'write' && op !== 'fallocate') || from === null || by === null) return {};
  return { offset: shortest(from + by), length: length as Json };
}

function bytesOf(value: unknown): number | null {
  return typeof value === 'number' ? value : typeof value === 'string' ? sizeFromText(value) : null;
}

/** `16KiB` rather than 16384, as far as it is a whole number of a unit. */
function shortest(bytes: number): Json {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 1024],
  ] as const) {
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return bytes;
}

function fieldsOf(step: unknown): Fields {
  return typeof step === 'object' && step !== null ? { ...step } : {};
}
