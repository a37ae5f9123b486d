import * as applicationAutoScaling from '@aws-sdk/client-application-auto-scaling';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef } from '@smithy/types';
import { describe, expect, test } from 'vitest';
import type { Table } from '../../controller/core/fields/field.ts';
import { REPOSITORY } from '../../controller/kinds/repository/fields.ts';
import { SCALABLE_TARGET, TRACKING } from '../../controller/kinds/scalable-target/fields.ts';
import { DEPLOYMENT } from '../../controller/kinds/service/deployment-fields.ts';
import { NETWORK, SERVICE } from '../../controller/kinds/service/fields.ts';
import { CONTAINER } from '../../controller/kinds/task-definition/container-fields.ts';
import { RUNTIME_PLATFORM, TASK } from '../../controller/kinds/task-definition/fields.ts';

/** The tables of what AWS has in its structures, with the SDK's own schemas of these. Nested structures follow from the tables. */
const STRUCTURES: readonly (readonly [name: string, table: Table, schemas: readonly SchemaRef[]])[] = [
  ['a task definition', TASK, [ecs.RegisterTaskDefinitionRequest$, ecs.TaskDefinition$]],
  ['its runtime platform', RUNTIME_PLATFORM, [ecs.RuntimePlatform$]],
  ['a container', CONTAINER, [ecs.ContainerDefinition$]],
  ['a service', SERVICE, [ecs.CreateServiceRequest$, ecs.UpdateServiceRequest$]],
  ['its deployment configuration', DEPLOYMENT, [ecs.DeploymentConfiguration$]],
  ['its network configuration', NETWORK, [ecs.AwsVpcConfiguration$]],
  ['a repository', REPOSITORY, [ecr.CreateRepositoryRequest$]],
  ['a scalable target', SCALABLE_TARGET, [applicationAutoScaling.RegisterScalableTargetRequest$]],
  ['a target tracking policy', TRACKING, [applicationAutoScaling.TargetTrackingScalingPolicyConfiguration$]],
];

type Members = ReadonlyMap<string, NormalizedSchema>;

function membersOf(schemas: readonly SchemaRef[]): Members {
  return new Map(schemas.flatMap((schema) => [...NormalizedSchema.of(schema).structIterator()]));
}

/** The structure that a member is, or a list of which it is. */
function structureIn(member: NormalizedSchema): Members | undefined {
  if (member.isStructSchema()) return new Map(member.structIterator());
  return member.isListSchema() ? structureIn(member.getValueSchema()) : undefined;
}

/** What of the SDK's structure the table passes over, and what it names that is not there; by path. */
function disagreements(table: Table, members: Members, at = ''): readonly string[] {
  const rows = new Map(
    Object.entries(table.fields).map(([name, field]) => [field.aws ?? name, field] as const),
  );
  const said = new Set([...rows.keys(), ...Object.keys(table.elsewhere), ...Object.keys(table.notOffered)]);
  const unwritten = [...rows].filter(
    ([name, { presence }]) =>
      presence === 'unwritten' && !(name in table.elsewhere) && !(name in table.notOffered),
  );
  return [
    ...[...members.keys()]
      .filter((name) => !said.has(name))
      .map((name) => `${at}${name} is neither a field, nor said elsewhere, nor not offered for a reason`),
    ...[...said]
      .filter((name) => !members.has(name))
      .map((name) => `${at}${name} is nothing that the SDK has`),
    ...unwritten.map(([name]) => `${at}${name} is never written, and nothing says why`),
    ...[...rows].flatMap(([name, { holds }]) => {
      const inner = members.get(name);
      const structure = inner && structureIn(inner);
      if (structure === undefined) return [];
      if (holds === undefined) return [`${at}${name} holds something, and nothing says what`];
      return disagreements(holds, structure, `${at}${name}.`);
    }),
  ];
}

describe('every member that the SDK has', () => {
  test.each(STRUCTURES)(
    'of %s is a field, said elsewhere, or not offered for a reason',
    (_, table, schemas) => {
      expect(disagreements(table, membersOf(schemas))).toEqual([]);
    },
  );

  test('is missed by name where a table forgets it, however deep, and so is one that the SDK has no more', () => {
    const { hardLimit: _too, ...ulimit } = CONTAINER.fields.ulimits.holds!.fields;
    const { startTimeout: _forgotten, ...fields } = CONTAINER.fields;
    const table: Table = {
      ...CONTAINER,
      fields: {
        ...fields,
        ulimits: { ...fields.ulimits, holds: { fields: ulimit, elsewhere: {}, notOffered: {} } },
      },
      notOffered: { ...CONTAINER.notOffered, teleport: 'it is not built yet' },
    };
    const found = disagreements(table, membersOf([ecs.ContainerDefinition$]));
    expect(found).toContain(
      'startTimeout is neither a field, nor said elsewhere, nor not offered for a reason',
    );
    expect(found).toContain('teleport is nothing that the SDK has');
    expect(found).toContain(
      'ulimits.hardLimit is neither a field, nor said elsewhere, nor not offered for a reason',
    );
  });
});

test('what UpdateService does not take is a replacement, and nothing else is', () => {
  const updatable = membersOf([ecs.UpdateServiceRequest$]);
  const fields = Object.entries<{ readonly replaces?: true; readonly aws?: string }>(SERVICE.fields);
  expect(fields.filter(([, { replaces }]) => replaces).map(([name]) => name)).toEqual(
    fields.filter(([name, { aws = name }]) => !updatable.has(aws)).map(([name]) => name),
  );
});
