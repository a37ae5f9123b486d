import { spawnSync } from 'node:child_process';

const NAMESPACES: readonly (readonly string[])[] = [
  ['unshare', '--net'],
  ['unshare', '--user', '--map-root-user', '--net'],
];

/**
 * What to put before a command so that it has a network of its own with nothing but loopback, so that documents can say
 * 8080 whatever else runs here, and reach nothing outside. Undefined where this machine has no such thing.
 */
export function ownNetwork(): readonly string[] | undefined {
  const withLoopback = 'ip link set lo up && exec "$@"';
  const found = NAMESPACES.find(
    ([program = '', ...args]) =>
      spawnSync(program, [...args, 'sh', '-c', withLoopback, '', 'true']).status === 0,
  );
  return found === undefined ? undefined : [...found, 'sh', '-c', withLoopback, ''];
}
