import { StationkeeperError } from '../core/errors.ts';
import { manifestKey } from '../core/resource.ts';
import type { EnvironmentTarget } from '../manifest/expand/environment.ts';
import type { DeclaredObject, Expansion } from '../manifest/expand/index.ts';

/** A daemon service of the manifests. */
export type DeclaredDaemon = DeclaredObject & Required<Pick<DeclaredObject, 'reached' | 'logs'>>;

interface Named {
  /** `xray`, or `DaemonService/xray`. */
  readonly name: string;
  /** Undefined: there is only one that has the name. */
  readonly environment: string | undefined;
}

/** The daemon service that a name means. @throws {StationkeeperError} UnknownObject */
export function daemonNamed(
  { name, environment }: Named,
  { objects }: Pick<Expansion, 'objects'>,
): DeclaredDaemon {
  const daemons = objects.flatMap((object): readonly DeclaredDaemon[] =>
    object.reached === undefined ? [] : [{ ...object, reached: object.reached, logs: object.logs ?? [] }],
  );
  const called = daemons.filter(({ manifest }) => manifest.name === name || manifestKey(manifest) === name);
  const [object, another] = called.filter((one) => (environment ?? one.environment) === one.environment);
  const having = called.map((one) => one.environment).join(', ');
  if (object === undefined && called.length > 0) {
    throw mistake(`Environment ${environment} has no DaemonService "${name}"; one is in ${having}`);
  }
  if (object === undefined) {
    const known = [...new Set(daemons.map(({ manifest }) => manifest.name))].join(', ') || 'none';
    throw mistake(`no valid manifest declares a DaemonService "${name}"; there are: ${known}`);
  }
  if (another !== undefined) {
    throw mistake(
      `several Environments have a DaemonService "${name}": choose one with --environment, of ${having}`,
    );
  }
  return object;
}

/** Where it is. @throws {StationkeeperError} UnknownObject */
export function environmentOf(
  { environment }: DeclaredObject,
  { environments }: Pick<Expansion, 'environments'>,
): EnvironmentTarget {
  const target = environments.find(({ name }) => name === environment);
  if (target === undefined) throw mistake(`there is no Environment ${environment}`);
  return target;
}

export function mistake(message: string): StationkeeperError {
  return new StationkeeperError({ code: 'UnknownObject', retry: 'never', message });
}
