import { EXEC } from './pin';
import type { PinSpec, PinValues, ValuesOf } from './pin';
import type { FlowConstruct, Implementation, NodeSpec } from './node-spec';

/** What every declaration says; the rest has defaults. */
type Declared = Pick<NodeSpec, 'id' | 'label' | 'category' | 'description'> &
  Partial<
    Pick<
      NodeSpec,
      | 'documentation'
      | 'properties'
      | 'pinsFor'
      | 'propertyProblems'
      | 'hostProperties'
      | 'variableInput'
      | 'expression'
      | 'effect'
    >
  >;

type Pins = readonly PinSpec[];

/** A pure node: `evaluate` computes its only output from its inputs. */
export function pureNode<const In extends Pins, const Out extends PinSpec>(
  declared: Declared & {
    readonly inputs: In;
    readonly output: Out;
    readonly evaluate: Implementation<ValuesOf<In>, PinValues[Out['type']]>;
  },
): NodeSpec {
  const { inputs, output, evaluate, ...rest } = declared;
  return { ...completed(rest), inputs, outputs: [output], behaviour: { kind: 'pure', evaluate } };
}

/** An impure node that works inside the sandbox, without an effect outside. */
export function actionNode<const In extends Pins, const Out extends Pins>(
  declared: Declared & {
    readonly inputs: In;
    /** Data outputs, in addition to the execution pin. */
    readonly outputs: Out;
    /** Without an execution output the chain ends here. */
    readonly endsChain?: boolean;
    readonly perform: Implementation<ValuesOf<In>, ValuesOf<Out> | null>;
  },
): NodeSpec {
  const { inputs, outputs, endsChain, perform, ...rest } = declared;
  return {
    ...completed(rest),
    inputs: [EXEC, ...inputs],
    outputs: endsChain === true ? outputs : [EXEC, ...outputs],
    behaviour: { kind: 'action', perform },
  };
}

/** An impure node that the host performs and records before the run goes on. */
export function stepNode<const In extends Pins>(
  declared: Declared & {
    readonly inputs: In;
    /** Data outputs, in addition to the execution pin. */
    readonly outputs: Pins;
    readonly prepare?: Implementation<ValuesOf<In>, ValuesOf<In> | null>;
  },
): NodeSpec {
  const { inputs, outputs, prepare, ...rest } = declared;
  return {
    ...completed(rest),
    effect: 'outside',
    inputs: [EXEC, ...inputs],
    outputs: [EXEC, ...outputs],
    behaviour: prepare === undefined ? { kind: 'step' } : { kind: 'step', prepare },
  };
}

/** A control-flow node (B.4); pins as given, execution pins included. */
export function flowNode(
  declared: Declared & {
    readonly construct: FlowConstruct;
    readonly inputs: Pins;
    readonly outputs: Pins;
  },
): NodeSpec {
  const { construct, ...rest } = declared;
  return { ...completed(rest), behaviour: { kind: 'flow', construct } };
}

/** A node that starts runs; `outputs` are read from the event. */
export function eventNode(declared: Declared & { readonly outputs: Pins }): NodeSpec {
  const { outputs, ...rest } = declared;
  return {
    ...completed(rest),
    inputs: [],
    outputs: [EXEC, ...outputs],
    behaviour: { kind: 'event' },
  };
}

/** A declaration with its defaults; for nodes that none of the functions above describes. */
export function completed<D extends Declared>(
  declared: D,
): D & Pick<NodeSpec, 'documentation' | 'properties' | 'effect'> {
  return { documentation: '', properties: [], effect: 'none', ...declared };
}
