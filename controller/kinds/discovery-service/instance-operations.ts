import { duplicateOperationId, lookAtOperation } from '../../aws/cloud-map.ts';
import type { Aws } from '../../aws/operations.ts';
import { hasCode } from '../../core/errors.ts';
import { digest } from '../../core/ownership.ts';
import type { HostInstance } from './state.ts';

/**
 * Operations on instances, which Cloud Map goes on with after the call: each is begun once and then followed. Each resolves to true once
 * it has come to its end, and rejects where that was a failure.
 */
export interface InstanceOperations {
  /** Makes the instance, or gives it these attributes. */
  register(serviceId: string, instance: HostInstance): Promise<boolean>;
  /** Deregistering what is not there is done. */
  deregister(serviceId: string, instanceId: string): Promise<boolean>;
  /** Forgets what was begun in a service on other instances than these: it has come to its end, or is wanted no more. */
  keepOnly(serviceId: string, instanceIds: ReadonlySet<string>): void;
}

type Type = 'REGISTER_INSTANCE' | 'DEREGISTER_INSTANCE';

interface Begun {
  readonly serviceId: string;
  readonly instanceId: string;
  /** A request of another wish is another request. */
  readonly wish: string;
  /** Cloud Map does not act twice on it, also where its answer was lost. */
  readonly requestId: string;
  operationId: string | undefined;
}

/** `incarnation` tells this process's requests from those of others. */
export function createInstanceOperations(
  { servicediscovery, ...others }: Aws,
  incarnation: number,
): InstanceOperations {
  const aws: Aws = { servicediscovery, ...others };
  const begun = new Map<string, Begun>();
  let requests = 0;

  function wishOf(type: Type, serviceId: string, instanceId: string, wish: string): Begun {
    const key = `${type} ${serviceId}/${instanceId}`;
    const known = begun.get(key);
    if (known?.wish === wish) return known;
    requests += 1;
    const requestId = `${digest([key, wish])}-${incarnation}-${requests}`;
    const fresh = { serviceId, instanceId, wish, requestId, operationId: undefined };
    begun.set(key, fresh);
    return fresh;
  }

  /** True once it is over; `begin` answers undefined where there is nothing to wait for. */
  async function follow(
    type: Type,
    one: Begun,
    begin: () => Promise<{ readonly OperationId?: string | undefined } | undefined>,
  ): Promise<boolean> {
    const { serviceId, instanceId } = one;
    const over = (): void => void begun.delete(`${type} ${serviceId}/${instanceId}`);
    let { operationId } = one;
    if (operationId === undefined) {
      try {
        operationId = (await begin())?.OperationId;
        one.operationId = operationId;
      } catch (thrown) {
        // What stands in the way may be another wish, and its end is not this one's: it is not remembered, but asked for again.
        operationId = duplicateOperationId(thrown);
        if (operationId === undefined) throw thrown;
      }
    }
    if (operationId === undefined) {
      over();
      return true;
    }
    const verb = type === 'REGISTER_INSTANCE' ? 'register' : 'deregister';
    const look = await lookAtOperation(aws, operationId, type, `${verb} the instance ${instanceId}`);
    if (look.status === 'running') return false;
    over();
    if (look.status === 'failed') throw look.error;
    return true;
  }

  return {
    register(ServiceId, { id: InstanceId, attributes: Attributes }) {
      const one = wishOf('REGISTER_INSTANCE', ServiceId, InstanceId, digest(Attributes));
      return follow('REGISTER_INSTANCE', one, () =>
        servicediscovery.registerInstance({
          ServiceId,
          InstanceId,
          CreatorRequestId: one.requestId,
          Attributes: { ...Attributes },
        }),
      );
    },
    deregister(ServiceId, InstanceId) {
      const one = wishOf('DEREGISTER_INSTANCE', ServiceId, InstanceId, '');
      return follow('DEREGISTER_INSTANCE', one, async () => {
        try {
          return await servicediscovery.deregisterInstance({ ServiceId, InstanceId });
        } catch (thrown) {
          if (hasCode(thrown, 'InstanceNotFound', 'ServiceNotFound')) return undefined;
          throw thrown;
        }
      });
    },
    keepOnly(service, instanceIds) {
      for (const [key, { serviceId, instanceId }] of begun) {
        if (serviceId === service && !instanceIds.has(instanceId)) begun.delete(key);
      }
    },
  };
}
