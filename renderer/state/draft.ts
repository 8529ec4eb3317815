/** What of a plan a form can show even where it is not right yet. */
export interface PlanDraft {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly target: Readonly<Record<string, unknown>>;
  readonly steps: readonly unknown[];
}

/** What a text says, as far as it is JSON; null where it is not. */
export function readDraft(text: string): PlanDraft | null {
  try {
    const fields = recordOf(JSON.parse(text));
    return {
      fields,
      target: recordOf(fields['target']),
      steps: Array.isArray(fields['steps']) ? fields['steps'] : [],
    };
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
