import { describe, expect, test } from 'vitest';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import type { DiscoveryServiceSpec } from '../../controller/kinds/discovery-service/spec.ts';
import { daemonService, environment, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';

const NAME = 'services.example.org';
const MAPPED = [
  { name: 'main', image: 'example.org/a:1', portMappings: [{ containerPort: 2000, hostPort: 2000 }] },
];

function parsed(...documents: readonly ManifestDocument[]) {
  return parseManifests([{ file: 'a.yaml', text: yamlOf(...documents) }]);
}

function errorsOf(...documents: readonly ManifestDocument[]): readonly string[] {
  return parsed(...documents).errors.map(({ path, message }) => `${path} ${message}`);
}

function discovered(discovery: object = {}, spec: object = {}): ManifestDocument {
  return daemonService({ containers: MAPPED, serviceDiscovery: { namespace: NAME, ...discovery }, ...spec });
}

describe('a namespace', () => {
  test.each(['private-dns', 'public-dns', 'http'] as const)('may be of type %s', (type) => {
    expect(errorsOf(namespace({ type }))).toEqual([]);
  });

  test.each([
    [
      'a public name is a domain of the internet',
      [namespace({ name: 'local', type: 'public-dns' })],
      'metadata.name the name of a public namespace is a domain of two labels or more',
    ],
    [
      'a public name has no underscore',
      [namespace({ name: '_x.example.org', type: 'public-dns' })],
      'metadata.name the name of a public namespace is a domain of two labels or more',
    ],
    [
      'an HTTP namespace has no SOA record',
      [namespace({ type: 'http', soaTtl: 60 })],
      'spec.soaTtl an HTTP namespace has no hosted zone, and so no SOA record; remove it',
    ],
    [
      'GovCloud has no public namespaces',
      [environment({ region: 'us-gov-west-1' }), namespace({ type: 'public-dns' })],
      'spec.type AWS has no public namespaces in us-gov-west-1',
    ],
  ] as const)('%s', (_what, documents, said) => {
    expect(errorsOf(...documents)).toEqual([expect.stringContaining(said)]);
  });

  test.each(['private-dns', 'http'] as const)('of type %s may be in GovCloud', (type) => {
    expect(errorsOf(environment({ region: 'us-gov-east-1' }), namespace({ type }))).toEqual([]);
  });

  test('of two Environments in one Region is one where it is public', () => {
    const in_ = (name: string, type: 'private-dns' | 'public-dns') => namespace({ environment: name, type });
    const both = [
      environment({ name: 'a', vpc: 'vpc-0a0a0a0a' }),
      environment({ name: 'b', vpc: 'vpc-0b0b0b0b' }),
    ];
    expect(errorsOf(...both, in_('a', 'private-dns'), in_('b', 'private-dns'))).toEqual([]);
    expect(errorsOf(...both, in_('a', 'public-dns'), in_('b', 'public-dns'))).toEqual([
      expect.stringContaining('the public DNS namespace services.example.org is claimed by'),
      expect.stringContaining('the public DNS namespace services.example.org is claimed by'),
    ]);
  });
});

describe('service discovery', () => {
  test.each([
    ['A with SRV', { dnsRecords: [{ type: 'A' }, { type: 'SRV' }] }, {}],
    [
      'A with AAAA, each with its TTL',
      {
        dnsRecords: [
          { type: 'A', ttl: 5 },
          { type: 'AAAA', ttl: 9 },
        ],
      },
      {},
    ],
    ['weighted routing', { routingPolicy: 'WEIGHTED' }, {}],
    ['no records at all', { dnsRecords: [] }, {}],
    [
      'no records of hosts, which the controller registers',
      { dnsRecords: [] },
      { networkMode: 'host', launchType: 'EC2' },
    ],
  ])('has %s', (_what, discovery, spec) => {
    expect(errorsOf(discovered(discovery, spec))).toEqual([]);
  });

  test.each([
    [
      'a policy chooses among records, and there are none',
      [discovered({ dnsRecords: [], routingPolicy: 'WEIGHTED' })],
      'spec.serviceDiscovery.routingPolicy chooses among DNS records, and dnsRecords: [] is none',
    ],
    [
      'a port is for SRV records',
      [discovered({ dnsRecords: [], port: 2000 })],
      'spec.serviceDiscovery.port is for SRV records only; remove it',
    ],
    [
      'ECS registers hosts in SRV records only',
      [discovered({ dnsRecords: [], registration: 'ecs' }, { networkMode: 'host', launchType: 'EC2' })],
      'spec.serviceDiscovery.dnsRecords ECS registers tasks with networkMode host in SRV records only',
    ],
    [
      'an HTTP namespace holds no records',
      [namespace({ type: 'http' }), discovered({ dnsRecords: [{ type: 'A' }] })],
      'spec.serviceDiscovery.dnsRecords Namespace/services.example.org at a.yaml',
    ],
    [
      'nor anything to choose among',
      [namespace({ type: 'http' }), discovered({ routingPolicy: 'MULTIVALUE' })],
      'spec.serviceDiscovery.routingPolicy Namespace/services.example.org at a.yaml',
    ],
  ] as const)('is told: %s', (_what, documents, said) => {
    expect(errorsOf(...documents)).toEqual([expect.stringContaining(said)]);
  });

  test.each([
    [
      'healthCheckConfig',
      "Cloud Map has `healthCheckConfig`; stationkeeper does not offer it yet: Route 53's health checkers reach no private address",
    ],
    ['healthCheckCustomConfig', 'every discovery service has it'],
  ])('refuses %s by its name, with the reason', (member, said) => {
    const text = yamlOf(discovered({ [member]: {} }));
    expect(parseManifests([{ file: 'a.yaml', text }]).errors.map(({ message }) => message)).toEqual([
      expect.stringContaining(said),
    ]);
  });

  test.each([
    ['A in a private namespace', 'private-dns', [{ type: 'A', ttl: 60 }], 'xray.services.example.org:2000'],
    ['A in a public namespace', 'public-dns', [{ type: 'A', ttl: 60 }], 'xray.services.example.org:2000'],
    ['nothing in an HTTP namespace, and no endpoint', 'http', [], undefined],
  ] as const)('has by default %s', (_what, type, records, endpoint) => {
    const { desired, objects } = expandManifests(parsed(namespace({ type }), discovered()).manifests);
    const spec = desired.find(({ id }) => id.kind === 'discovery-service')?.spec as DiscoveryServiceSpec;
    expect(spec.dnsRecords).toEqual(records);
    expect(spec).not.toHaveProperty('routingPolicy');
    expect(objects.find(({ manifest }) => manifest.kind === 'DaemonService')?.endpoint).toBe(endpoint);
  });

  test('of a manifest from before says what it said', () => {
    const { desired } = expandManifests(parsed(namespace(), discovered()).manifests);
    expect(desired.find(({ id }) => id.kind === 'namespace')?.spec).not.toHaveProperty('type');
  });
});
