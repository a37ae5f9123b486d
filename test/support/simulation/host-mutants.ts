import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { Observed } from '../../../controller/core/resource.ts';
import type { DiscoveryServiceState } from '../../../controller/kinds/discovery-service/state.ts';
import type { Mutant } from './options.ts';
import { withDrivers } from './planted.ts';
import type { Planted } from './planted.ts';

/** Faults of a controller in what it makes of container instances. */
export const HOST_MUTANTS: Readonly<Record<string, Planted>> = {
  'instances that drain are taken for active': {
    seed: 15,
    caughtBy: 'coverageIsTrue',
    fault: {
      hosts: true,
      mutant: seeingInstances((one) => ({ ...one, status: 'ACTIVE' })),
    },
  },
  'ports of instances are not looked at': {
    seed: 25,
    caughtBy: 'coverageIsTrue',
    fault: {
      hosts: true,
      mutant: seeingInstances(({ remainingResources = [], ...one }) => ({
        ...one,
        remainingResources: remainingResources.filter(({ type }) => type === 'INTEGER'),
      })),
    },
  },
  'a host stays registered when its daemon has gone': {
    seed: 13,
    caughtBy: 'liveEqualsDesired',
    fault: {
      hosts: true,
      ...withDrivers((driver, kind) => ({
        ...driver,
        async observe(request) {
          const seen = await driver.observe(request);
          return kind === 'discovery-service' ? { ...seen, items: seen.items.map(withoutLeaving) } : seen;
        },
      })),
    },
  },
};

/** Of instances something else is seen than there is. */
function seeingInstances(seen: (one: ContainerInstance) => ContainerInstance): Mutant {
  return async (call, go) => {
    const answer = await go(call);
    if (call.name !== 'ecs:DescribeContainerInstances') return answer;
    const { containerInstances = [] } = answer as {
      readonly containerInstances?: readonly ContainerInstance[];
    };
    return { ...answer, containerInstances: containerInstances.map(seen) };
  };
}

function withoutLeaving(item: Observed): Observed {
  const { hosts, ...state } = item.state as DiscoveryServiceState;
  if (hosts === undefined) return item;
  const { register, report } = hosts;
  const isIdle = register.length + report.length === 0;
  return { ...item, state: isIdle ? state : { ...state, hosts: { ...hosts, leave: [] } } };
}
