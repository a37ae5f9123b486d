import { mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { hasCode } from '../../core/errors.ts';
import type { Registration } from '../../core/resource.ts';
import type { Claim } from '../../core/ownership.ts';
import { registrationOf } from './registrations.ts';
import type { InstanceOperations } from './instance-operations.ts';
import type { HostWork } from './state.ts';

const AT_ONCE = 5;

/** Does what there is to do about hosts. Returns what Cloud Map still works on, in words. */
type Registrar = (serviceId: string, work: HostWork) => Promise<string | undefined>;

export function createRegistrar({ servicediscovery }: Aws, operations: InstanceOperations): Registrar {
  /** Cloud Map takes a change of health at once, and has it in force within its own interval. */
  async function report(
    ServiceId: string,
    { id: InstanceId, status: Status }: HostWork['report'][number],
  ): Promise<boolean> {
    try {
      await servicediscovery.updateInstanceCustomHealthStatus({ ServiceId, InstanceId, Status });
    } catch (thrown) {
      // What has gone meanwhile, or is not known everywhere yet, is looked at again.
      if (!hasCode(thrown, 'InstanceNotFound', 'CustomHealthNotFound')) throw thrown;
    }
    return true;
  }

  return async (serviceId, { register, leave, report: reports }) => {
    const jobs = [
      ...reports.map((one) => () => report(serviceId, one)),
      ...leave.map((id) => () => operations.deregister(serviceId, id)),
      ...register.map((one) => () => operations.register(serviceId, one)),
    ];
    let failure: unknown;
    const ended = await mapConcurrently(AT_ONCE, jobs, async (job) => {
      try {
        return await job();
      } catch (thrown) {
        // One host that cannot be registered keeps no other out.
        failure ??= thrown;
        return true;
      }
    });
    if (failure !== undefined) throw failure;
    const running = ended.filter((isOver) => !isOver).length;
    if (running === 0) return undefined;
    return `Cloud Map works on ${running} ${running === 1 ? 'host' : 'hosts'}`;
  };
}

/** What is registered once that is done. */
export function afterwards(
  registrations: readonly Registration[],
  { register, leave, report }: HostWork,
  claim: Claim,
): readonly Registration[] {
  const statuses = new Map(report.map(({ id, status }) => [id, status]));
  const gone = new Set([...leave, ...register.map(({ id }) => id)]);
  return [
    ...registrations
      .filter(({ id }) => !gone.has(id))
      .map((one) => ({ ...one, health: statuses.get(one.id) ?? one.health })),
    ...register.map(({ id, attributes }) =>
      registrationOf({ InstanceId: id, HealthStatus: 'HEALTHY', Attributes: { ...attributes } }, claim),
    ),
  ];
}
