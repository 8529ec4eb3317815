import { NotModelled } from '../../core/errno.ts';
import { PlanError } from '../../core/experiment/plan.ts';
import { Failure } from '../failure.ts';

/** Exit codes of docs/plan-format.md. */
export const exitCodes = { done: 0, differs: 1, wrongInput: 2, unable: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** How an error ends the process: its code, and one line for the user. */
export interface Ending {
  readonly code: ExitCode;
  readonly line: string;
}

/** The ending that goes with an error of a command. A defect of Untorn ends as `unable`, and says that it is one. */
export function endingOf(error: unknown): Ending {
  if (error instanceof PlanError) return ending(exitCodes.wrongInput, error.message);
  if (error instanceof Failure) return ending(error.exitCode, error.message);
  if (error instanceof NotModelled) return ending(exitCodes.unable, error.message);
  const message = error instanceof Error ? error.message : String(error);
  return ending(
    exitCodes.unable,
    `a defect of Untorn: ${message} (UNTORN_DEBUG=1 shows where; please report it)`,
  );
}

function ending(code: ExitCode, message: string): Ending {
  return { code, line: `untorn: ${message.replace(/\s*\n\s*/g, ' ').trim()}` };
}
