import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Account } from '../aws/account.ts';
import { unsaidIn, writtenOf } from '../core/fields/table.ts';
import { RUNTIME_PLATFORM, TASK } from '../kinds/task-definition/fields.ts';
import type { IamDefaults } from '../manifest/expand/roles.ts';
import { executionStatements } from '../manifest/expand/statements.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { exportContainers } from './containers.ts';
import { exportDiscovery } from './discovery.ts';
import { present } from './exported.ts';
import type { Part } from './exported.ts';
import { appliedBy, logGroupsMadeFor } from './owned.ts';
import { exportRole } from './role.ts';
import { exportScaling } from './scaling.ts';
import { exportSecurityGroups } from './security-group.ts';
import { exportSettings } from './service.ts';
import { isShared } from './uses.ts';
import type { Uses } from './uses.ts';

/** Where a service is, and what its manifest is called. */
export interface Place {
  readonly manifest: string;
  readonly cluster: string;
  /** Undefined where there is one Environment only. */
  readonly environment: string | undefined;
  readonly vpcId: string;
  readonly partition: string;
  readonly region: string;
  /** What its Environment says of all roles. */
  readonly iam: IamDefaults;
  /** The execution role that daemons of its Environment share; undefined where they share none. */
  readonly sharedRole: string | undefined;
  /** Whose tags say that something is ours. */
  readonly owner: string;
}

/** One ECS service with all that is its own, as the spec of a DaemonService. */
export function exportDaemonService(
  account: Account,
  uses: Uses,
  service: Service,
  place: Place,
): Part<DaemonServiceManifestSpec> | Pick<Part, 'obstacles' | 'notes'> {
  const settings = exportSettings(service, account.revisions.get(service.serviceArn ?? ''));
  const definition = account.taskDefinitions.get(service.taskDefinition ?? '');
  if (definition === undefined) {
    return {
      obstacles: [...settings.obstacles, 'its task definition cannot be read'],
      notes: settings.notes,
    };
  }
  const { manifest, cluster, environment } = place;
  const appliedAs = appliedBy(place.owner, account);
  const scaling = exportScaling(account, service, place.owner);
  const applied = appliedAs(service.serviceArn, 'DaemonService');
  const containers = exportContainers(definition, {
    ...place,
    logGroups: account.logGroups,
    made: applied === undefined ? [] : logGroupsMadeFor(account, place.owner, applied),
    uses,
  });
  const discovery = exportDiscovery(account, uses, service, {
    manifest,
    containers: containers.spec.containers,
    networkMode: taskFields(definition).networkMode,
    isApplied: (arn) => appliedAs(arn, 'Namespace') !== undefined,
  });
  const network = service.networkConfiguration?.awsvpcConfiguration;
  const groups =
    network === undefined
      ? { spec: {}, notes: [] }
      : exportSecurityGroups(account, uses, { ...place, groupIds: network.securityGroups ?? [] });
  const roles = exportRoles(account, uses, definition, containers.spec, place);
  const { serviceName } = service;
  const parts = [
    settings,
    scaling,
    containers,
    discovery,
    { ...groups, obstacles: [] },
    { ...roles, obstacles: [] },
  ];
  return {
    spec: present({
      environment,
      cluster,
      serviceName: serviceName === manifest ? undefined : serviceName,
      family: definition.family === manifest ? undefined : definition.family,
      ...settings.spec,
      ...scaling.spec,
      ...taskFields(definition),
      ...containers.spec,
      ...roles.spec,
      ...groups.spec,
      ...discovery.spec,
    }),
    obstacles: [...taskObstacles(definition, uses), ...parts.flatMap(({ obstacles }) => obstacles)],
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function taskFields(definition: TaskDefinition) {
  const runtimePlatform = writtenOf(RUNTIME_PLATFORM.fields, definition.runtimePlatform ?? {});
  return {
    ...writtenOf(TASK.fields, definition),
    ...(Object.keys(runtimePlatform).length === 0 ? {} : { runtimePlatform }),
  };
}

function taskObstacles(definition: TaskDefinition, uses: Uses): readonly string[] {
  const name = `its task definition ${definition.family}:${definition.revision}`;
  return [
    ...(definition.status === 'INACTIVE' ? [`${name} is INACTIVE`] : []),
    ...(isShared(uses.families, definition.family ?? '')
      ? [`another service runs the family of ${name}`]
      : []),
    ...unsaidIn(TASK, definition).map((member) => `${name} has ${member}`),
  ];
}

function exportRoles(
  { roles, accountId }: Account,
  uses: Uses,
  { taskRoleArn, executionRoleArn }: TaskDefinition,
  { containers, logs }: Pick<DaemonServiceManifestSpec, 'containers' | 'logs'>,
  { manifest, partition, region, iam, sharedRole }: Place,
): {
  readonly spec: Pick<DaemonServiceManifestSpec, 'taskRole' | 'executionRole'>;
  readonly notes: readonly string[];
} {
  const common = { roles, place: { partition, region, accountId }, iam };
  const logGroup = logs?.logDriver === 'none' ? undefined : (logs?.group ?? `/stationkeeper/${manifest}`);
  const execution =
    executionRoleArn === undefined
      ? { spec: { omit: true }, notes: [] }
      : executionRoleArn === sharedRole
        ? { spec: {}, notes: [] }
        : exportRole(executionRoleArn, {
            ...common,
            isShared: isShared(uses.roles, executionRoleArn),
            derivedName: `${manifest}-execution`,
            given: executionStatements(containers, logGroup),
          });
  const task =
    taskRoleArn === undefined
      ? undefined
      : exportRole(taskRoleArn, {
          ...common,
          isShared: isShared(uses.roles, taskRoleArn),
          derivedName: `${manifest}-task`,
          given: [],
        });
  const isDerived = Object.keys(execution.spec).length === 0;
  // What says nothing of its own would take the role that daemons share.
  const isMistakable = isDerived && sharedRole !== undefined && executionRoleArn !== sharedRole;
  const executionRole = isMistakable ? { name: `${manifest}-execution` } : execution.spec;
  return {
    spec: present({
      taskRole: task?.spec,
      executionRole: isDerived && !isMistakable ? undefined : executionRole,
    }),
    notes: [...new Set([...(task?.notes ?? []), ...execution.notes])],
  };
}
