import type { GuestLibrary } from './guest-types';

/** Adds what reads the environment of the run's deployment. Runs inside the VM. */
export function installEnvironment(lib: GuestLibrary): void {
  const methods = lib.methods;

  methods.readEnvironment = function (name, nodeId) {
    return read(this.request.env, name, 'variable', 'UNKNOWN_ENVIRONMENT_VARIABLE', nodeId);
  };

  methods.readSecret = function (name, nodeId) {
    return read(this.request.secrets, name, 'secret', 'UNKNOWN_SECRET', nodeId);
  };

  function read(
    values: { readonly [name: string]: string } | undefined,
    name: string,
    what: string,
    code: string,
    nodeId: string,
  ): string {
    const value = lib.own(values ?? null, name);
    if (typeof value === 'string') return value;
    const message = `The environment has no ${what} '${name.slice(0, 100)}': add it to the environment the pattern is deployed to`;
    throw lib.error('ReferenceError', message, nodeId, code);
  }
}
