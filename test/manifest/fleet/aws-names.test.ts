import { describe, expect, it } from 'vitest';
import { manifestKey } from '../../../controller/core/resource.ts';
import { expandManifests } from '../../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import {
  cluster,
  daemonService,
  environment,
  manifestsOf,
  namespace,
  yamlOf,
} from '../../support/manifests/documents.ts';
import type { ManifestDocument } from '../../support/manifests/documents.ts';

const DOMAIN = 'services.example.org';
const CONTAINERS = [{ name: 'main', image: 'example.org/a:1', portMappings: [{ containerPort: 2000 }] }];

/** The same with a name in AWS. */
function called(name: string, document: ManifestDocument): ManifestDocument {
  return { ...document, spec: { ...document.spec, name } };
}

/** Of `prod`, where AWS has other names, and of `test`, where it has those of the manifests. */
const BOTH = [
  environment({ name: 'prod', region: 'eu-west-1', account: '222222222222' }),
  environment({ name: 'test', region: 'eu-west-1', account: '333333333333' }),
  called('main-prod', cluster({ environment: 'prod', serviceConnectDefaults: { namespace: DOMAIN } })),
  called('prod.example.org', namespace({ environment: 'prod' })),
  cluster({ environment: 'test' }),
  namespace({ environment: 'test' }),
];

function daemonIn(where: string, cluster: string, domain: string): ManifestDocument {
  return daemonService({
    environment: where,
    cluster,
    containers: CONTAINERS,
    serviceDiscovery: { namespace: domain },
    scaling: { min: 1, max: 2 },
  });
}

/** What is wanted in an Environment: `kind name in scope`. */
function wantedIn(where: string, ...documents: readonly ManifestDocument[]) {
  const { desired, objects } = expandManifests(manifestsOf(...BOTH, ...documents));
  const here = desired.filter(({ id }) => id.environment === where);
  return {
    ids: here.map(({ id, management }) => `${management} ${id.kind} ${id.name} ${id.scope ?? ''}`.trim()),
    endpoint: objects.find((one) => one.environment === where && one.manifest.kind === 'DaemonService')
      ?.endpoint,
    specs: new Map(here.map(({ id, spec }) => [id.kind, spec])),
    owners: new Map(here.map(({ id, manifest }) => [id.kind, manifestKey(manifest)])),
  };
}

describe('a cluster and a namespace with another name in AWS', () => {
  it.each([
    ['by their manifests', 'main', DOMAIN],
    ['by what AWS calls them', 'main-prod', 'prod.example.org'],
  ])('are what a daemon service is in that names them %s', (_, itsCluster, domain) => {
    const { ids, endpoint, specs, owners } = wantedIn('prod', daemonIn('prod', itsCluster, domain));
    expect(ids).toEqual(
      expect.arrayContaining([
        'managed cluster main-prod',
        'managed namespace prod.example.org',
        'managed service xray main-prod',
        'managed discovery-service xray prod.example.org',
        'managed scalable-target xray main-prod',
      ]),
    );
    expect(
      ids.filter((id) => id.startsWith('external cluster') || id.startsWith('external namespace')),
    ).toEqual([]);
    expect(endpoint).toBe('xray.prod.example.org:2000');
    expect(specs.get('service')).toMatchObject({ cluster: { name: 'main-prod' } });
    expect([owners.get('cluster'), owners.get('namespace')]).toEqual(['Cluster/main', `Namespace/${DOMAIN}`]);
  });

  it('are what Service Connect waits for', () => {
    const { specs } = wantedIn('prod');
    expect(specs.get('cluster')).toMatchObject({
      name: 'main-prod',
      connectNamespace: { name: 'prod.example.org' },
    });
  });

  it('are nothing to another Environment that has its own', () => {
    const { ids, endpoint } = wantedIn('test', daemonIn('test', 'main', DOMAIN));
    expect(ids).toEqual(
      expect.arrayContaining([
        'managed cluster main',
        `managed namespace ${DOMAIN}`,
        'managed service xray main',
        `managed discovery-service xray ${DOMAIN}`,
      ]),
    );
    expect(endpoint).toBe(`xray.${DOMAIN}:2000`);
  });

  it('leave what AWS calls so to whoever names that where no manifest is called so', () => {
    const { ids } = wantedIn('test', daemonIn('test', 'main-prod', DOMAIN));
    expect(ids).toEqual(
      expect.arrayContaining(['external cluster main-prod', 'managed service xray main-prod']),
    );
  });
});

function errorsOf(...texts: readonly string[]): readonly string[] {
  const { errors } = parseManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text })));
  return errors.map(({ file, line, path, message }) => `${file}:${line} ${path} ${message}`);
}

const TWICE = [
  environment({ name: 'a', region: 'eu-west-1', account: '222222222222', vpc: 'vpc-0a0a0a0a' }),
  environment({ name: 'b', region: 'eu-west-1', account: '222222222222', vpc: 'vpc-0b0b0b0b' }),
];

describe('one name in AWS', () => {
  it('is that of one Cluster in an account and Region', () => {
    const text = yamlOf(cluster({ name: 'one' }), called('ONE', cluster({ name: 'two' })));
    expect(errorsOf(text)).toEqual([
      '0.yaml:4 metadata.name the ECS cluster one is claimed by Cluster/two at 0.yaml:10 too; give one of them another spec.name',
      '0.yaml:12 spec.name the ECS cluster ONE is claimed by Cluster/one at 0.yaml:4 too; give one of them another spec.name',
    ]);
  });

  it.each([
    ['two Clusters', cluster({ environment: 'a' }), called('other', cluster({ environment: 'b' }))],
    [
      'two Namespaces, which are of a VPC each',
      namespace({ environment: 'a' }),
      namespace({ environment: 'b' }),
    ],
  ])('is not that of %s of one name in two Environments', (_, first, second) => {
    expect(errorsOf(yamlOf(...TWICE, first, second))).toEqual([]);
  });

  it('is that of one service in a cluster, whatever manifests call that', () => {
    const clusters = [
      called('main-a', cluster({ environment: 'a' })),
      called('main-b', cluster({ environment: 'b' })),
    ];
    const daemon = (where: string, more: object = {}) =>
      daemonService({
        environment: where,
        family: `xray-${where}`,
        logs: { group: `/xray/${where}` },
        executionRole: { name: `xray-${where}` },
        ...more,
      });
    expect(errorsOf(yamlOf(...TWICE, ...clusters, daemon('a'), daemon('b')))).toEqual([]);
    expect(errorsOf(yamlOf(...TWICE, ...clusters, daemon('a'), daemon('b', { cluster: 'main-a' })))).toEqual([
      expect.stringMatching(
        /the ECS service of cluster main-a xray is claimed by DaemonService\/xray at 0\.yaml/,
      ),
      expect.stringMatching(
        /the ECS service of cluster main-a xray is claimed by DaemonService\/xray at 0\.yaml/,
      ),
    ]);
  });

  const definition = (name: string) => `apiVersion: stationkeeper.dev/v1
kind: Cluster
metadata: { name: daemons }
spec:
  environments: {}
${name}`;

  it('is told once of a definition that gives it to several Environments', () => {
    expect(errorsOf(yamlOf(...TWICE), definition(''))).toEqual([
      '1.yaml:3 metadata.name the ECS cluster daemons is that of 2 Environments of the definition, which are one account and Region; write another spec.name for each, with ${environment.name} in it',
    ]);
    expect(errorsOf(yamlOf(...TWICE), definition('  name: daemons-${environment.name}'))).toEqual([]);
  });

  it('that is none is told where it is written', () => {
    expect(errorsOf(yamlOf(...TWICE), definition('  name: "daemons of ${environment.name}"'))).toEqual([
      expect.stringMatching(/^1\.yaml:6 spec\.name in Environment\/a: "daemons of a" must be/),
      expect.stringMatching(/^1\.yaml:6 spec\.name in Environment\/b: "daemons of b" must be/),
    ]);
  });

  it('may be no number, wherever names are written', () => {
    const numbers = [
      called('x', cluster({ environment: 'a' })),
      called('x', namespace({ environment: 'a' })),
    ].map((one) => yamlOf(one).replace('name: x\n', 'name: 5\n'));
    const repository =
      'apiVersion: stationkeeper.dev/v1\nkind: Repository\nmetadata: { name: x }\nspec: { environment: a, repositoryName: 5 }\n';
    expect(errorsOf(yamlOf(...TWICE), ...numbers, repository)).toEqual([
      expect.stringContaining('spec.name must be'),
      expect.stringContaining('spec.name must be'),
      expect.stringContaining('spec.repositoryName must be'),
    ]);
  });

  it('may differ by Environment, and not what the manifest is called', () => {
    const text = definition('').replace('name: daemons', 'name: "d-${environment.name}"');
    expect(errorsOf(yamlOf(...TWICE), text)).toEqual([
      expect.stringMatching(/^1\.yaml:3 metadata\.name .*must be a DNS label/),
      '1.yaml:3 metadata.name a definition has one name in all Environments; write the name that it has in AWS in the spec, where it may differ',
    ]);
  });
});

describe('identity is kind, name and Environment', () => {
  const ENVIRONMENTS = yamlOf(
    ...['a', 'b', 'c'].map((name, index) =>
      environment({ name, region: 'eu-west-1', account: `${index}`.repeat(12), labels: { stage: name } }),
    ),
  );
  const definition = (...stages: readonly string[]) => `apiVersion: stationkeeper.dev/v1
kind: Cluster
metadata: { name: main }
spec: { environments: { matchExpressions: [{ key: stage, operator: In, values: [${stages.join(', ')}] }] } }
`;
  const found = (...texts: readonly string[]) => {
    const { manifests } = parseManifests(
      [ENVIRONMENTS, ...texts].map((text, index) => ({ file: `${index}.yaml`, text })),
    );
    return manifests.flatMap((one) => (one.kind === 'Cluster' ? [one.spec.environment] : []));
  };

  it.each([
    [
      'single documents',
      [yamlOf(cluster({ environment: 'a' })), yamlOf(cluster({ environment: 'b' }))],
      ['a', 'b'],
    ],
    ['definitions', [definition('a', 'b'), definition('c')], ['a', 'b', 'c']],
    [
      'a definition and a single document',
      [definition('a', 'c'), yamlOf(cluster({ environment: 'b' }))],
      ['a', 'c', 'b'],
    ],
  ])('so that %s of one name stand side by side', (_, texts, where) => {
    expect(found(...texts)).toEqual(where);
    expect(errorsOf(ENVIRONMENTS, ...texts)).toEqual([]);
  });

  it.each([
    [
      'two definitions',
      [definition('a', 'b', 'c'), definition('b', 'c')],
      ['a'],
      [
        '1.yaml:3 metadata.name in 2 of 3 Environments (b, c): Cluster/main is declared more than once, also at 2.yaml:3; keep one, or write environments so that no Environment has both',
        '2.yaml:3 metadata.name Cluster/main is declared more than once, also at 1.yaml:3; keep one, or write environments so that no Environment has both',
      ],
    ],
    [
      'a definition and a single document',
      [definition('a', 'b'), yamlOf(cluster({ environment: 'b' }))],
      ['a'],
      [
        '1.yaml:3 metadata.name in Environment/b: Cluster/main is declared more than once, also at 2.yaml:4; keep one, or write environments so that no Environment has both',
        '2.yaml:4 metadata.name Cluster/main is declared more than once, also at 1.yaml:3; keep one, or write environments so that no Environment has both',
      ],
    ],
  ])(
    'so that %s are refused where one Environment has both, and stand elsewhere',
    (_, texts, where, says) => {
      expect(found(...texts)).toEqual(where);
      expect(errorsOf(ENVIRONMENTS, ...texts)).toEqual(says);
    },
  );
});
