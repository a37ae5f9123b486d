import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { cluster, daemonService, environment, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';

const ANNOTATION = 'stationkeeper.dev/ignore-drift';

const MADE = { cluster, daemonService, environment, namespace };

function errorsOf(kind: keyof typeof MADE, paths: string): readonly string[] {
  const document: ManifestDocument = MADE[kind]({ annotations: { [ANNOTATION]: paths } });
  const { errors } = parseManifests([{ file: 'a.yaml', text: yamlOf(document) }]);
  expect(errors.every(({ path }) => path === `metadata.annotations["${ANNOTATION}"]`)).toBe(true);
  return errors.map(({ message }) => message);
}

describe('a path that drift is ignored at', () => {
  test.each([
    ['daemonService', 'desiredCount'],
    ['daemonService', 'taskDefinition, securityGroups ,registry.port, circuitBreaker.rollback'],
    ['daemonService', 'cpu,memory,cpuArchitecture,executionRoleArn,volumes[0].name'],
    ['daemonService', 'containers[main].image'],
    ['daemonService', 'containers[main].environment[LEVEL], containers[main].healthCheck.interval'],
    ['daemonService', 'containers[main].mountPoints'],
    ['daemonService', 'containers, containers[main]'],
    ['daemonService', 'containers[sidecar-of-others]'],
    ['daemonService', 'ingress, egress[tcp 443 0.0.0.0/0]'],
    ['daemonService', 'dnsRecords[A], dnsRecords[SRV].ttl'],
    ['daemonService', 'retentionInDays'],
    ['daemonService', 'inlinePolicies[stationkeeper].Statement[0].Action, trustPolicy'],
    ['daemonService', 'tags, tags.team, tags.example.org/team name'],
    ['cluster', 'containerInsights'],
    ['namespace', 'soaTtl,description,tags.team'],
  ] as const)('of a %s may be %s', (kind, paths) => {
    expect(errorsOf(kind, paths)).toEqual([]);
  });

  test.each([
    ['daemonService', 'desiredcount', 'there is no field "desiredcount"; did you mean "desiredCount"?'],
    [
      'daemonService',
      'desiredCount, containers[main].imge',
      'there is no field "containers[main].imge"; did you mean "containers[main].image"?',
    ],
    ['daemonService', 'containers[mian].image', 'there is no container "mian"; containers are main'],
    ['daemonService', 'desiredCount.minimum', /^there is no field "desiredCount\.minimum"; /],
    ['daemonService', 'containers.image', /^there is no field "containers\.image"; /],
    ['daemonService', 'constructor', /^there is no field "constructor"; fields are .*, as plans show them$/],
    ['daemonService', 'a,,b', /^must be field paths with commas/],
    [
      'cluster',
      'desiredCount',
      'there is no field "desiredCount"; fields are containerInsights, capacityProviders, defaultCapacityProviderStrategy, configuration, serviceConnectDefaults, tags, as plans show them',
    ],
    ['environment', 'region', /^there is no field "region"; /],
  ] as const)('of a %s may not be %s', (kind, paths, message) => {
    const [first] = errorsOf(kind, paths);
    expect(first).toMatch(message);
  });
});
