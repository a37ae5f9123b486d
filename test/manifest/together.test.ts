import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import type { ManifestError } from '../../controller/manifest/parse.ts';
import {
  cluster,
  daemonService,
  environment,
  namesOf,
  namespace,
  yamlOf,
} from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';

function fileOf(file: string, ...documents: readonly ManifestDocument[]) {
  return { file, text: yamlOf(...documents) };
}

/** Parses in both orders, which must give the same, and returns it. */
function parseBoth(...files: readonly { readonly file: string; readonly text: string }[]) {
  const parsed = parseManifests(files);
  expect(parseManifests(files.toReversed())).toEqual(parsed);
  return parsed;
}

const summary = (errors: readonly ManifestError[]) => errors.map(({ file, path }) => `${file} ${path}`);

describe('a file that could not be read', () => {
  const texts = (...documents: readonly ManifestDocument[]) => [fileOf('a.yaml', ...documents)];

  it('may hold the Environment, so that nothing falls back to the implicit one', () => {
    const { manifests, errors } = parseManifests(texts(cluster(), daemonService()), ['env.yaml']);
    expect(manifests).toEqual([]);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/no Environment is declared, unless env\.yaml does/),
      expect.stringMatching(/no Environment is declared, unless env\.yaml does/),
    ]);
  });

  it('stops nobody where an Environment is declared', () => {
    const { manifests } = parseManifests(texts(environment(), cluster(), daemonService()), ['other.yaml']);
    expect(manifests).toHaveLength(3);
  });
});

describe('two documents with one name', () => {
  it('are both refused, each naming the place of the other', () => {
    const { manifests, errors } = parseBoth(
      fileOf('a.yaml', daemonService()),
      fileOf('b.yaml', cluster(), daemonService()),
    );
    expect(namesOf(manifests)).toEqual(['Cluster/main']);
    expect(summary(errors)).toEqual(['a.yaml metadata.name', 'b.yaml metadata.name']);
    expect(errors[0]?.message).toMatch(/declared more than once, also at b\.yaml:10/);
    expect(errors[1]?.message).toMatch(/declared more than once, also at a\.yaml:4/);
    expect(errors.map(({ objects }) => objects?.[0]?.manifest.name)).toEqual(['xray', 'xray']);
  });

  it('are both refused when the names differ in case only', () => {
    const { manifests, errors } = parseBoth(
      fileOf('a.yaml', daemonService({ name: 'xray' })),
      fileOf('b.yaml', daemonService({ name: 'XRay' })),
    );
    expect(manifests).toEqual([]);
    expect(errors.find(({ file }) => file === 'a.yaml')?.message).toMatch(
      /differs only in case from DaemonService\/XRay at b\.yaml:4/,
    );
  });

  it('are both refused when the names differ in Unicode normalisation only', () => {
    const { errors } = parseBoth(
      fileOf('a.yaml', daemonService({ name: 'caf\u00E9' })),
      fileOf('b.yaml', daemonService({ name: 'cafe\u0301' })),
    );
    expect(errors.filter(({ message }) => /differs only in case/.test(message))).toHaveLength(2);
  });

  it('are both refused when one of them is wrong anyway', () => {
    const { manifests, errors } = parseBoth(
      fileOf('a.yaml', daemonService()),
      fileOf('b.yaml', daemonService({ desiredCount: -1 })),
    );
    expect(manifests).toEqual([]);
    expect(summary(errors)).toEqual([
      'a.yaml metadata.name',
      'b.yaml metadata.name',
      'b.yaml spec.desiredCount',
    ]);
  });

  it('are both refused, by their places, when one of them is no YAML', () => {
    const text = `${yamlOf(cluster())}---\n${yamlOf(daemonService()).replace('cluster: main', 'cluster: [')}`;
    const { errors } = parseBoth(fileOf('a.yaml', daemonService()), { file: 'b.yaml', text });
    const repeated = errors.filter(({ message }) => /declared more than once/.test(message));
    expect(repeated.map(({ file, line }) => [file, line])).toEqual([
      ['a.yaml', 4],
      ['b.yaml', 10],
    ]);
    expect(repeated[0]?.message).toMatch(/also at b\.yaml:10/);
  });

  it('are fine when they are of two kinds', () => {
    const { errors } = parseBoth(
      fileOf('a.yaml', daemonService({ name: 'main' })),
      fileOf('b.yaml', cluster()),
    );
    expect(errors).toEqual([]);
  });
});

describe('objects of one name in different Environments', () => {
  const prod = environment({ name: 'prod', region: 'eu-west-1' });
  const elsewhere = environment({ name: 'test', region: 'us-east-1' });
  const sameRegion = environment({ name: 'test', region: 'eu-west-1', vpc: 'vpc-0a1b2c3d' });
  const inBoth = (make: (of: { readonly environment: string }) => ManifestDocument) => [
    make({ environment: 'prod' }),
    make({ environment: 'test' }),
  ];

  it('are as many objects, each with its own', () => {
    const { manifests, errors } = parseBoth(
      fileOf('a.yaml', prod, elsewhere, ...inBoth(cluster), ...inBoth(namespace)),
    );
    expect(errors).toEqual([]);
    expect(manifests).toHaveLength(6);
  });

  it('are refused where one Environment has two of them', () => {
    const { manifests, errors } = parseBoth(
      fileOf('a.yaml', prod, elsewhere, ...inBoth(cluster)),
      fileOf('b.yaml', cluster({ environment: 'test' })),
    );
    expect(namesOf(manifests)).toEqual(['Environment/prod', 'Environment/test', 'Cluster/main']);
    expect(
      errors.map(({ file, objects, message }) => [file, objects?.[0]?.environment, message.split('; ')[1]]),
    ).toEqual([
      ['a.yaml', 'test', 'keep one, or give each its own environment'],
      ['b.yaml', 'test', 'keep one, or give each its own environment'],
    ]);
  });

  it('are refused where the environment of one cannot be read, which may be the same', () => {
    const broken = yamlOf(cluster({ environment: 'test' })).replace(
      'environment: test',
      'containerInsights: [',
    );
    const { errors } = parseBoth(fileOf('a.yaml', prod, elsewhere, cluster({ environment: 'prod' })), {
      file: 'b.yaml',
      text: broken,
    });
    expect(errors.map(({ file, message }) => [file, /declared more than once/.test(message)])).toContainEqual(
      ['a.yaml', true],
    );
  });

  it('may be namespaces of one account and Region, each in its own VPC; the cluster of that name is one', () => {
    const { errors } = parseBoth(
      fileOf('a.yaml', prod, sameRegion, ...inBoth(namespace), ...inBoth(cluster)),
    );
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the ECS cluster main is claimed by Cluster\/main at a\.yaml:\d+ too/),
      expect.stringMatching(/^the ECS cluster main is claimed by Cluster\/main at a\.yaml:\d+ too/),
    ]);
  });

  it('may not be namespaces of one VPC', () => {
    const again = environment({ name: 'test', region: 'eu-west-1' });
    const { errors } = parseBoth(fileOf('a.yaml', prod, again, ...inBoth(namespace)));
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the private DNS namespace services\.example\.org is claimed by Namespace/),
      expect.stringMatching(/^the private DNS namespace services\.example\.org is claimed by Namespace/),
    ]);
  });
});

describe('the namespace that a daemon is registered in', () => {
  const here = environment({ name: 'here' });
  const there = environment({ name: 'there', region: 'eu-west-1' });
  const daemonIn = (namespaceId?: string) =>
    daemonService({
      environment: 'here',
      serviceDiscovery: {
        namespace: 'services.example.org',
        ...(namespaceId !== undefined && { namespaceId }),
      },
    });

  it('may be said by its id, also where a manifest of another Environment has that name', () => {
    const documents = [here, there, namespace({ environment: 'there' }), daemonIn('ns-abcdefgh23456722')];
    expect(parseBoth(fileOf('a.yaml', ...documents)).errors).toEqual([]);
  });

  it('is not said twice: a Namespace of its Environment says which is meant', () => {
    const documents = [here, there, namespace({ environment: 'here' }), daemonIn('ns-abcdefgh23456722')];
    expect(parseBoth(fileOf('a.yaml', ...documents)).errors).toMatchObject([
      {
        path: 'spec.serviceDiscovery.namespaceId',
        message: expect.stringMatching(
          /^Namespace\/services\.example\.org at a\.yaml:\d+ is the namespace of this name here/,
        ),
      },
    ]);
  });

  it('is of its own Environment where it has one, whatever others have', () => {
    const both = ['here', 'there'].map((of) => namespace({ environment: of }));
    expect(parseBoth(fileOf('a.yaml', here, there, ...both, daemonIn())).errors).toEqual([]);
  });

  it('has an id that looks like one', () => {
    expect(parseBoth(fileOf('a.yaml', here, daemonIn('services'))).errors).toMatchObject([
      { message: expect.stringContaining('must be the id of a Cloud Map namespace') },
    ]);
  });
});

describe('the environment of a manifest', () => {
  it('may be left out where one Environment is declared, or none', () => {
    expect(parseBoth(fileOf('a.yaml', daemonService())).errors).toEqual([]);
    expect(parseBoth(fileOf('a.yaml', daemonService(), environment({ name: 'prod' }))).errors).toEqual([]);
  });

  it('must be named where several are declared', () => {
    const both = [environment({ name: 'prod' }), environment({ name: 'test' })];
    const { manifests, errors } = parseBoth(
      fileOf('a.yaml', ...both, daemonService(), cluster({ environment: 'test' })),
    );
    expect(namesOf(manifests)).toEqual(['Environment/prod', 'Environment/test', 'Cluster/main']);
    expect(summary(errors)).toEqual(['a.yaml spec.environment']);
    expect(errors[0]?.message).toMatch(/name one of prod, test/);
  });

  it('must be declared, where any is', () => {
    const { errors } = parseBoth(
      fileOf('a.yaml', environment({ name: 'prod' }), daemonService({ environment: 'prd' })),
    );
    expect(summary(errors)).toEqual(['a.yaml spec.environment']);
    expect(errors[0]?.message).toMatch(/no Environment is called "prd"; did you mean "prod"\?/);
  });

  it('cannot be named, but as default, where none is declared', () => {
    expect(parseBoth(fileOf('a.yaml', daemonService({ environment: 'default' }))).errors).toEqual([]);
    const { errors } = parseBoth(fileOf('a.yaml', daemonService({ environment: 'prod' })));
    expect(errors[0]?.message).toMatch(/no Environment is declared; declare Environment\/prod/);
  });

  it.each([
    ['wrong', yamlOf(environment({ name: 'prod' })).replace('spec: {}', 'spec: { regoin: x }')],
    ['no YAML', yamlOf(environment({ name: 'prod' })).replace('spec: {}', 'spec: { region: [ }')],
    ['nameless', yamlOf(environment()).replace('name: default', 'nam: prod')],
    ['too big', `${yamlOf(environment({ name: 'prod' }))}#${'x'.repeat(1024 * 1024)}`],
  ])('is never the implicit one while a declared one is %s', (_, text) => {
    const { manifests, errors } = parseBoth({ file: 'env.yaml', text }, fileOf('xray.yaml', daemonService()));
    expect(manifests).toEqual([]);
    expect(errors.find(({ file }) => file === 'xray.yaml')).toMatchObject({
      path: 'spec.environment',
      objects: [{ manifest: { kind: 'DaemonService', name: 'xray' } }],
      message: expect.stringMatching(/env\.yaml.*correct it first/) as string,
    });
  });

  it('holds up nothing in other environments when it is wrong', () => {
    const { manifests } = parseBoth(
      fileOf('prod.yaml', environment({ name: 'prod' }), daemonService({ environment: 'prod' })),
      {
        file: 'test.yaml',
        text: yamlOf(environment({ name: 'test' })).replace('spec: {}', 'spec: { regoin: x }'),
      },
    );
    expect(namesOf(manifests)).toEqual(['Environment/prod', 'DaemonService/xray']);
  });

  it('must be the one of its declared namespace', () => {
    const discovered = { namespace: 'services.example.org' };
    const environments = [environment({ name: 'prod' }), environment({ name: 'test' })];
    const { errors } = parseBoth(
      fileOf('a.yaml', ...environments, namespace({ environment: 'prod' })),
      fileOf('b.yaml', daemonService({ environment: 'test', serviceDiscovery: discovered })),
    );
    expect(summary(errors)).toEqual(['b.yaml spec.serviceDiscovery.namespace']);
    expect(errors[0]?.message).toMatch(/belongs to environment prod, and this to test/);
  });
});

describe('an AWS resource that two manifests claim', () => {
  const a = { name: 'a' };
  const b = { name: 'b' };
  it.each<[string, ManifestDocument, ManifestDocument, string, string]>([
    [
      'family',
      daemonService({ ...a, family: 'f' }),
      daemonService({ ...b, family: 'f' }),
      'spec.family',
      'spec.family',
    ],
    [
      'service name',
      daemonService({ ...a, serviceName: 'b' }),
      daemonService(b),
      'spec.serviceName',
      'metadata.name',
    ],
    [
      'log group',
      daemonService({ ...a, logs: { group: '/stationkeeper/b' } }),
      daemonService(b),
      'spec.logs.group',
      'metadata.name',
    ],
    [
      'execution role',
      daemonService({ ...a, executionRole: { name: 'b-execution' } }),
      daemonService(b),
      'spec.executionRole.name',
      'metadata.name',
    ],
    [
      'role of two uses',
      daemonService({ ...a, taskRole: { name: 'B-Execution' } }),
      daemonService(b),
      'spec.taskRole.name',
      'metadata.name',
    ],
    [
      'security group',
      daemonService({ ...a, securityGroup: { name: 'B' } }),
      daemonService(b),
      'spec.securityGroup.name',
      'metadata.name',
    ],
    [
      'discovery service',
      daemonService({ ...a, serviceDiscovery: { namespace: 'n.example' } }),
      daemonService({ ...b, serviceDiscovery: { namespace: 'n.example', name: 'a' } }),
      'metadata.name',
      'spec.serviceDiscovery.name',
    ],
  ])('is neither’s: %s', (_, first, second, firstPath, secondPath) => {
    const { manifests, errors } = parseBoth(fileOf('a.yaml', first), fileOf('b.yaml', second));
    expect(manifests).toEqual([]);
    expect(summary(errors)).toEqual([`a.yaml ${firstPath}`, `b.yaml ${secondPath}`]);
    expect(errors[0]?.message).toMatch(/is claimed by DaemonService\/b at b\.yaml:4 too/);
    expect(errors[1]?.message).toMatch(/is claimed by DaemonService\/a at a\.yaml:4 too/);
  });

  it('is no conflict in another cluster, namespace, region or account', () => {
    const environments = [
      environment({ name: 'us', region: 'us-east-1', account: '111111111111' }),
      environment({ name: 'eu', region: 'eu-west-1', account: '222222222222' }),
    ];
    const same = { family: 'f', serviceName: 's', executionRole: { name: 'r' }, logs: { group: 'l' } };
    const { errors } = parseBoth(
      fileOf(
        'a.yaml',
        ...environments,
        daemonService({ ...a, ...same, environment: 'us' }),
        daemonService({ ...b, ...same, environment: 'eu' }),
        daemonService({ name: 'c', environment: 'us', serviceName: 's', cluster: 'other' }),
      ),
    );
    expect(errors).toEqual([]);
  });

  it('is a conflict of roles in two regions of one account, since IAM has no regions', () => {
    const environments = [
      environment({ name: 'us', region: 'us-east-1', account: '111111111111' }),
      environment({ name: 'eu', region: 'eu-west-1', roleArn: 'arn:aws:iam::111111111111:role/keeper' }),
    ];
    const role = { executionRole: { name: 'r' } };
    const { errors } = parseBoth(
      fileOf('a.yaml', ...environments, daemonService({ ...a, ...role, environment: 'us' })),
      fileOf('b.yaml', daemonService({ ...b, ...role, environment: 'eu' })),
    );
    expect(summary(errors)).toEqual(['a.yaml spec.executionRole.name', 'b.yaml spec.executionRole.name']);
  });

  it('is no conflict for what is brought and never changed', () => {
    const brought = {
      taskRole: { arn: 'arn:aws:iam::111111111111:role/shared' },
      executionRole: { arn: 'arn:aws:iam::111111111111:role/shared' },
      securityGroupIds: ['sg-00000001'],
    };
    expect(
      parseBoth(fileOf('a.yaml', daemonService({ ...a, ...brought }), daemonService({ ...b, ...brought })))
        .errors,
    ).toEqual([]);
  });
});

describe('a strategy beside the Cluster that it is for', () => {
  const spot = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };

  it.each<[string, readonly string[], RegExp]>([
    [
      'others',
      ['FARGATE', 'mine'],
      /FARGATE_SPOT is not among the capacityProviders of Cluster\/main at a\.yaml:4; add it there, or name another: it has: FARGATE, mine/,
    ],
    ['one that is called alike', ['FARGATE_SPOTS'], /name another: did you mean "FARGATE_SPOTS"\?/],
    ['none', [], /Cluster\/main at a\.yaml:4; add it there, or write launchType/],
  ])('is refused where the Cluster says that it has %s', (_what, capacityProviders, says) => {
    const { manifests, errors } = parseBoth(
      fileOf('a.yaml', cluster({ capacityProviders: [...capacityProviders] })),
      fileOf('b.yaml', daemonService(spot)),
    );
    expect(namesOf(manifests)).toEqual(['Cluster/main']);
    expect(summary(errors)).toEqual(['b.yaml spec.capacityProviderStrategy[0].capacityProvider']);
    expect(errors[0]?.message).toMatch(says);
  });

  it.each<[string, readonly ManifestDocument[]]>([
    ['has what it names', [cluster({ capacityProviders: ['FARGATE', 'FARGATE_SPOT'] })]],
    ['does not say what it has', [cluster()]],
    ['is another', [cluster(), cluster({ name: 'other', capacityProviders: [] })]],
    ['no manifest declares', []],
    [
      'leaves its providers to others',
      [
        cluster({
          capacityProviders: [],
          annotations: { 'stationkeeper.dev/ignore-drift': 'capacityProviders' },
        }),
      ],
    ],
    [
      'is not kept as its manifest says',
      [cluster({ capacityProviders: [], annotations: { 'stationkeeper.dev/reconcile': 'observe' } })],
    ],
  ])('is taken where the cluster %s', (_what, clusters) => {
    const { errors } = parseBoth(fileOf('a.yaml', ...clusters, daemonService(spot)));
    expect(errors).toEqual([]);
  });

  it('is taken where the Cluster of that name is in another Environment', () => {
    const { errors } = parseBoth(
      fileOf(
        'a.yaml',
        environment({ name: 'eu' }),
        environment({ name: 'us' }),
        cluster({ environment: 'eu', capacityProviders: [] }),
        daemonService({ environment: 'us', ...spot }),
      ),
    );
    expect(errors).toEqual([]);
  });
});
