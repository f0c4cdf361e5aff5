import type { Json, Redactor } from '@runnel/redaction';
import type { GuestNotes, SandboxResult, StepCall } from '@runnel/sandbox';

/**
 * Steps whose input is recorded nowhere: a request is what it does to the world, a delay is a number. The input of every
 * other step ends in the log or in an answer.
 */
const NOT_RECORDED: ReadonlySet<string> = new Set(['HttpRequest', 'Delay']);

/** A step as it may be recorded. */
export function redactCall(redactor: Redactor, call: StepCall): StepCall {
  if (redactor.isIdle) return call;
  const input = NOT_RECORDED.has(call.nodeType) ? call.input : redactor.json(call.input);
  return { ...call, input, notes: redactNotes(redactor, call.notes) };
}

/** Values were drawn by us and must come back as they are; everything else may hold what the program made of a secret. */
export function redactNotes(redactor: Redactor, notes: GuestNotes): GuestNotes {
  const { fired, firedOmitted, values, logs, ...others } = notes;
  return {
    ...redactor.json(others),
    firedOmitted,
    values,
    fired: fired.map(({ output, inputs, ...note }) => ({
      ...note,
      ...(output !== undefined && { output: redactor.json(output) }),
      ...(inputs !== undefined && { inputs: redactor.json(inputs) }),
    })),
    logs: logs.map((line) => ({ ...line, message: redactor.text(line.message) })),
  };
}

/** How a program ended, as it may be told. */
export function redactResult(redactor: Redactor, result: SandboxResult): SandboxResult {
  if (redactor.isIdle) return result;
  const { status, cpuMs, notes, ...told } = result;
  const rest = redactor.json(told as unknown as Json) as object;
  return { ...rest, status, cpuMs, notes: redactNotes(redactor, notes) } as SandboxResult;
}
