import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { needsFrom } from '../../../controller/core/outputs.ts';
import { ENVIRONMENT_KIND, environmentId } from '../../../controller/core/reference.ts';
import { givenBy, toDefinition } from '../../../controller/kinds/task-definition/definition.ts';
import { daemonServiceChecks } from '../../../controller/manifest/check/daemon-service.ts';
import { taskDefinitionSpec } from '../../../controller/manifest/expand/task-definition.ts';
import { formatPath } from '../../../controller/manifest/position.ts';
import type { ManifestDocument } from './documents.ts';

const REGION = 'us-east-1';
const ROLE = 'arn:aws:iam::385605022855:role/xray';

/** The Environment's Region, and repositories in the account, whatever they are called. */
const KNOWN = needsFrom(({ kind, name }) => ({
  outputs:
    kind === ENVIRONMENT_KIND
      ? { region: REGION }
      : { uri: `385605022855.dkr.ecr.${REGION}.amazonaws.com/${name}` },
}));

type DaemonSpec = ManifestDocument<'DaemonService'>['spec'];

/** What RegisterTaskDefinition is asked for by a daemon service, whether it is valid or not. */
export function definitionOf(spec: DaemonSpec): RegisterTaskDefinitionCommandInput {
  const { logs = {}, executionRole = {}, taskRole } = spec;
  const asked = taskDefinitionSpec(spec, {
    family: 'xray',
    environment: environmentId('default'),
    executionRole: null,
    taskRole: null,
    logGroups: [],
    logs: logs.logDriver === 'none' ? null : { group: '/stationkeeper/xray', streamPrefix: 'xray' },
  });
  return {
    ...toDefinition(asked, givenBy(asked, KNOWN)),
    ...(executionRole.omit === true ? {} : { executionRoleArn: `${ROLE}-execution` }),
    ...(taskRole === undefined ? {} : { taskRoleArn: `${ROLE}-task` }),
  };
}

/** What is said against a daemon service that is valid by its schema, `path: message`. */
export function refusalsOf({ metadata, spec }: ManifestDocument<'DaemonService'>): readonly string[] {
  const refusals: string[] = [];
  const subject = {
    name: metadata.name,
    spec,
    schemaFindings: [],
    report: (path: readonly (string | number)[], message: string) => {
      refusals.push(`${formatPath(path)}: ${message}`);
    },
    warn: () => undefined,
  };
  for (const check of daemonServiceChecks) check(subject);
  return refusals;
}
