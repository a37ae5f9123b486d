import { roleArn } from '../core/arn.ts';
import { writes } from '../core/authorization.ts';
import type { Authorization, ResourceType } from '../core/authorization.ts';
import { StationkeeperError, hasCode } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Aws } from './operations.ts';
import { createSettling } from './settling.ts';

/** ECS's service-linked role, which an account that has never used ECS lacks (reference: hazards, first ECS use). */
export interface LinkedRole {
  /**
   * What to wait for, where this is a refusal for want of the role, which is then made; undefined for any other.
   *
   * @throws StationkeeperError retry `backoff`, where ECS cannot assume the role minutes after it was made
   */
  lackedBy(refusal: unknown): Promise<string | undefined>;
  /** ECS has taken a call that needs it. */
  works(): void;
}

/** What making it takes. */
export const LINKED_ROLE_MADE = madeFor('ecs.amazonaws.com', 'AWSServiceRoleForECS');

/** The same of Application Auto Scaling's, which it makes by itself for whoever may make it. */
export const SCALING_ROLE_MADE = madeFor(
  'ecs.application-autoscaling.amazonaws.com',
  'AWSServiceRoleForApplicationAutoScaling_ECSService',
);

function madeFor(service: string, role: string): Authorization {
  const made: ResourceType = {
    name: 'role',
    all: (place) => [roleArn(place, { path: `/aws-service-role/${service}/`, name: role })],
  };
  return writes('iam:CreateServiceLinkedRole', made, 'none', {
    condition: { StringEquals: { 'iam:AWSServiceName': [service] } },
    sid: 'CreateLinkedRole',
  });
}

/** ECS can assume a new role within two minutes (reference: hazards, first ECS use). */
const USABLE_AFTER_MS = 120_000;
const THE_ROLE = 'the role';

export function createLinkedRole({ iam }: Pick<Aws, 'iam'>, clock: Clock): LinkedRole {
  const settling = createSettling(clock, USABLE_AFTER_MS);
  let made = false;

  async function make(): Promise<void> {
    try {
      await iam.createServiceLinkedRole({ AWSServiceName: 'ecs.amazonaws.com' });
    } catch (thrown) {
      // InvalidInput says that the role exists already.
      if (!hasCode(thrown, 'InvalidInput')) throw thrown;
    }
    made = true;
  }

  return {
    async lackedBy(refusal) {
      if (!hasCode(refusal, 'InvalidParameterException')) return undefined;
      if (!/service linked role/i.test(refusal.message)) return undefined;
      if (!made) await make();
      if (settling.mayEnd(THE_ROLE)) {
        return 'waits until ECS can assume its new service-linked role, within two minutes';
      }
      made = false;
      throw new StationkeeperError({
        code: refusal.code,
        retry: 'backoff',
        message: `${refusal.message} The role has existed for more than two minutes: check the trust policy of AWSServiceRoleForECS and the settings of the Region`,
        ...(refusal.operation === undefined ? {} : { operation: refusal.operation }),
        cause: refusal,
      });
    },
    works() {
      settling.ended(THE_ROLE);
    },
  };
}
