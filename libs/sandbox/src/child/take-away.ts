import Module from 'node:module';
import net from 'node:net';

/**
 * Takes from this process what it no longer needs once it is up: loading modules, opening connections,
 * starting processes. The kernel and the permission model are the walls; this is for the case that a way
 * from the engine into this realm is found.
 */
export function takeAwayCapabilities(): void {
  const refuse = (): never => {
    throw new Error('not available in the sandbox');
  };
  const closed = { value: refuse, writable: false, configurable: false };
  for (const name of ['connect', 'bind', 'listen']) {
    for (const owner of [net.Socket.prototype, net.Server.prototype]) {
      if (name in owner) Object.defineProperty(owner, name, closed);
    }
  }
  for (const name of ['connect', 'createConnection', 'createServer'])
    Object.defineProperty(net, name, closed);
  for (const name of ['_load', 'createRequire', 'register', 'runMain'])
    Object.defineProperty(Module, name, closed);
  for (const name of [
    'binding',
    '_linkedBinding',
    'dlopen',
    'kill',
    '_kill',
    'getBuiltinModule',
    'chdir',
    'abort',
  ]) {
    if (name in process) Object.defineProperty(process, name, closed);
  }
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'Request', 'Response']) {
    Reflect.deleteProperty(globalThis, name);
  }
}
