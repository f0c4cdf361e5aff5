import { compileGraph, type CompileOptions, type CompileResult } from '@runnel/compiler';
import type { GraphData } from '@runnel/definitions';
import { DomainError } from '@runnel/errors';
import type { GraphProblem } from '@runnel/messaging';

export type { WebhookNode } from '@runnel/compiler';

/** A program (without the prelude, which executors have) and what it says of its graph. */
export type CompiledPattern = Extract<CompileResult, { ok: true }>;

/**
 * The program of a graph.
 * @throws DomainError TRANSPILE_FAILED with all errors and warnings in details (contracts/automation.md B.7)
 */
export function compilePattern(graph: GraphData, options: CompileOptions = {}): CompiledPattern {
  const result = compileGraph(graph, options);
  if (!result.ok) throw transpileFailed(result.errors, result.warnings);
  return result;
}

/** The refusal of a graph, with everything that is wrong with it. */
export function transpileFailed(
  errors: readonly GraphProblem[],
  warnings: readonly GraphProblem[] = [],
): DomainError {
  return new DomainError('TRANSPILE_FAILED', 'the graph has errors', { errors, warnings });
}
