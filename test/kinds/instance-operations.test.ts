import { expect, test } from 'vitest';
import type { Aws } from '../../controller/aws/operations.ts';
import { StationkeeperError } from '../../controller/core/errors.ts';
import { createInstanceOperations } from '../../controller/kinds/discovery-service/instance-operations.ts';

const HOST = { id: 'host', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } };

/** Cloud Map with one service, where the instance is being deregistered until that is let end. */
function busyCloudMap() {
  const asked: string[] = [];
  let isBusy = true;
  const servicediscovery = {
    registerInstance(): Promise<object> {
      asked.push('RegisterInstance');
      if (!isBusy) return Promise.resolve({ OperationId: 'registers' });
      const cause = { DuplicateOperationId: 'deregisters' };
      const error = {
        code: 'DuplicateRequest',
        message: 'another is under way',
        retry: 'wait',
        cause,
      } as const;
      return Promise.reject(new StationkeeperError(error));
    },
    getOperation({ OperationId }: { readonly OperationId: string }): Promise<object> {
      asked.push(`GetOperation ${OperationId}`);
      const Type = OperationId === 'registers' ? 'REGISTER_INSTANCE' : 'DEREGISTER_INSTANCE';
      const Status = OperationId === 'registers' || !isBusy ? 'SUCCESS' : 'PENDING';
      return Promise.resolve({ Operation: { Id: OperationId, Type, Status } });
    },
  };
  return {
    aws: { servicediscovery } as unknown as Aws,
    asked,
    endWhatIsInTheWay: () => {
      isBusy = false;
    },
  };
}

test('a host whose registration met its own deregistration is registered once that has ended', async () => {
  const { aws, asked, endWhatIsInTheWay } = busyCloudMap();
  const operations = createInstanceOperations(aws, 1);
  expect(await operations.register('srv', HOST)).toBe(false);
  expect(await operations.register('srv', HOST)).toBe(false);
  endWhatIsInTheWay();
  expect(await operations.register('srv', HOST)).toBe(true);
  expect(asked).toEqual([
    'RegisterInstance',
    'GetOperation deregisters',
    'RegisterInstance',
    'GetOperation deregisters',
    'RegisterInstance',
    'GetOperation registers',
  ]);
});
