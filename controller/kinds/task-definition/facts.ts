import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn, roleArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, tagsNew, writes } from '../../core/authorization.ts';
import type { Call, PolicyPlace, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import { wholePathsOf } from '../../core/fields/table.ts';
import { ECS_NAMING } from '../../core/name-rules.ts';
import type { Paths } from '../../core/paths.ts';
import { CONTAINER } from './container-fields.ts';
import { RUNTIME_PLATFORM, TASK } from './fields.ts';
import type { RoleReference, TaskDefinitionSpec } from './spec.ts';

/** From so many unknown families on, all families are listed, 100 a page, instead of asking for each. */
export const LISTED_FROM = 50;

/** The roles that it hands to its tasks: ours, and those that a manifest brings by ARN. */
const PASSED_ROLE: ResourceType = {
  name: 'role',
  all: (place) => [roleArn(place, { name: '*' })],
  named: (place, { spec }) => {
    const { executionRole, taskRole } = spec as TaskDefinitionSpec;
    return [executionRole, taskRole].flatMap((role) => (role === null ? [] : [passedArn(place, role)]));
  },
};

function passedArn(place: PolicyPlace, role: RoleReference): string {
  return 'arn' in role ? role.arn : roleArn(place, { ...role, name: role.role.name });
}

export interface TaskDefinitionOutputs {
  /** Of the newest revision. */
  readonly arn: string;
  readonly family: string;
}

const { name: _key, ...containerPaths } = wholePathsOf(CONTAINER);
const PATHS: Paths = {
  ...wholePathsOf(TASK),
  ...wholePathsOf(RUNTIME_PLATFORM),
  executionRoleArn: {},
  taskRoleArn: {},
  containers: { entries: { members: containerPaths } },
};

export const taskDefinitionFacts: KindFacts<TaskDefinitionOutputs> = {
  name: 'task-definition',
  tellsRevision: true,
  naming: ECS_NAMING,
  tagging: { reservesValues: true },
  builtOn: ['role', 'log-group', 'repository'],
  paths: PATHS,
  readAfter: ['service', 'repository'],
  learnsFrom: ['service'],
  listedFrom: LISTED_FROM,
  isOwn: ({ id }, { family }) => id.name === family,
  resourceType: {
    name: 'task-definition',
    all: (place) => [regionalArn(place, 'ecs', 'task-definition/*')],
    named: (place, { id }) => [regionalArn(place, 'ecs', `task-definition/${id.name}:*`)],
  },
  inventoryType: 'ecs:task-definition',
  calls: {
    ecs: {
      registerTaskDefinition: calls(
        ['create', 'update'],
        writes('ecs:RegisterTaskDefinition', 'own', 'request'),
        tagsNew('ecs:TagResource', 'ecs:CreateAction', 'RegisterTaskDefinition'),
        // The tags of a role that is passed are not reliable in a condition (IAM: Granting a user permissions to pass a role).
        writes('iam:PassRole', PASSED_ROLE, 'none', {
          condition: { StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] } },
          sid: 'PassRoles',
        }),
      ),
      describeTaskDefinition: calls(SEEN, reads('ecs:DescribeTaskDefinition')),
      listTaskDefinitions: calls(SEEN, reads('ecs:ListTaskDefinitions')),
      listTaskDefinitionFamilies: calls(['observe-many'], reads('ecs:ListTaskDefinitionFamilies')),
      deregisterTaskDefinition: calls(
        ['tidy', 'delete'],
        writes('ecs:DeregisterTaskDefinition', '*', 'none'),
      ),
      listClusters: calls(['tidy', 'delete'], reads('ecs:ListClusters')),
      listTasks: calls(['tidy', 'delete'], reads('ecs:ListTasks')),
      describeTasks: calls(['tidy', 'delete'], reads('ecs:DescribeTasks')),
      tagResource: calls(TAGGED, writes('ecs:TagResource', 'own', 'either')),
      untagResource: calls(['release'], writes('ecs:UntagResource', 'own', 'resource')),
    },
    tagging: { getResources: calls(['leftovers'], reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};
