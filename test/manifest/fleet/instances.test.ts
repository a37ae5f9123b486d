import { describe, expect, it } from 'vitest';
import { candidateOf, isNamed } from '../../../controller/manifest/candidate.ts';
import type { NamedCandidate } from '../../../controller/manifest/candidate.ts';
import { readDocuments } from '../../../controller/manifest/documents.ts';
import { idleOverrides, instancesOf, isDefinition } from '../../../controller/manifest/fleet/instances.ts';
import { declaredEnvironment } from '../../../controller/manifest/fleet/declared-environments.ts';
import { schemaFindings } from '../../../controller/manifest/validate.ts';

function candidatesOf(text: string): readonly NamedCandidate[] {
  const { documents, position } = readDocuments(text);
  return documents.map((document) => candidateOf('fleet.yaml', document, position)).filter(isNamed);
}

const ENVIRONMENTS = `
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: dev-eu, labels: { stage: dev, tier: web } }
spec: { region: eu-west-1, account: "111111111111" }
---
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: prod-eu, labels: { stage: prod, tier: web } }
spec: { region: eu-west-1, account: "222222222222" }
---
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: tools, labels: { stage: prod } }
spec: { region: us-east-1 }
`;

const DEFINITION = `
apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: xray, labels: { stage: "\${environment.labels.stage}" } }
spec:
  environments: { matchLabels: { tier: web } }
  cluster: daemons
  cpu: 256
  memory: 512
  containers:
    - name: xray
      image: public.ecr.aws/xray/aws-xray-daemon:3.x
      environment: { AWS_REGION: "\${environment.region}", SHELL_TEXT: "\${HOME}" }
  overrides:
    - environments: { matchLabels: { stage: dev } }
      spec:
        desiredCount: 1
        containers: [{ name: xray, command: ["-l", "debug"] }]
    - environments: { matchLabels: { account: "222222222222" } }
      spec: { desiredCount: -1 }
`;

const declared = candidatesOf(ENVIRONMENTS).map(declaredEnvironment);
const [definition] = candidatesOf(DEFINITION) as [NamedCandidate];

describe('a definition', () => {
  it('is a document that says which Environments it is for', () => {
    expect(isDefinition(definition)).toBe(true);
    expect(candidatesOf(ENVIRONMENTS).some(isDefinition)).toBe(false);
  });

  it('has an instance in each Environment that it selects, with its own overrides and variables', () => {
    const instances = instancesOf(definition, declared);
    expect(instances.map(({ environment, document }) => [environment, document.value])).toMatchObject([
      [
        'dev-eu',
        {
          metadata: { name: 'xray', labels: { stage: 'dev' } },
          spec: {
            environment: 'dev-eu',
            desiredCount: 1,
            cpu: 256,
            containers: [
              {
                name: 'xray',
                command: ['-l', 'debug'],
                environment: { AWS_REGION: 'eu-west-1', SHELL_TEXT: '${HOME}' },
              },
            ],
          },
        },
      ],
      [
        'prod-eu',
        { metadata: { labels: { stage: 'prod' } }, spec: { environment: 'prod-eu', desiredCount: -1 } },
      ],
    ]);
    const [{ spec }] = instances.map(({ document }) => document.value as { spec: object }) as [
      { spec: object },
    ];
    expect(isDefinition(instances[0]!)).toBe(false);
    expect(Object.keys(spec)).not.toEqual(expect.arrayContaining(['overrides']));
  });

  it('is wrong in one Environment alone where an override makes it so, and that is found where it is written', () => {
    const found = instancesOf(definition, declared).map((one) => [
      one.environment,
      schemaFindings('DaemonService', one.document).map(({ offset }) => one.position(offset)),
    ]);
    const line = DEFINITION.split('\n').findIndex((text) => text.includes('desiredCount: -1')) + 1;
    expect(found).toEqual([
      ['dev-eu', []],
      ['prod-eu', [{ line, column: expect.any(Number) as number }]],
    ]);
  });

  it('tells a variable that means nothing, where it stands', () => {
    const [other] = candidatesOf(DEFINITION.replace('environment.region', 'environment.regoin')) as [
      NamedCandidate,
    ];
    const [{ findings, position }] = instancesOf(other, declared) as [ReturnType<typeof instancesOf>[number]];
    expect(findings.map(({ path, message }) => [path.join('.'), message])).toEqual([
      [
        'spec.containers.0.environment.AWS_REGION',
        expect.stringMatching(
          /^\$\{environment\.regoin\} means nothing here; did you mean \$\{environment\.(?:labels\.)?region\}\?;/,
        ),
      ],
    ]);
    const line = DEFINITION.split('\n').findIndex((text) => text.includes('AWS_REGION')) + 1;
    expect(findings.map(({ offset }) => position(offset).line)).toEqual([line]);
  });

  it('has an instance where the labels of an Environment cannot be read, so that nothing there counts as unwanted', () => {
    const [broken] = candidatesOf(
      'apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: odd, labels: { tier: 1 } }\nspec: {}\n',
    ) as [NamedCandidate];
    expect(
      instancesOf(definition, [declaredEnvironment(broken)]).map(({ environment }) => environment),
    ).toEqual(['odd']);
  });

  it('knows the overrides that it has nowhere', () => {
    const { spec } = definition.document.value as { spec: Parameters<typeof idleOverrides>[0] };
    expect(idleOverrides(spec, declared)).toEqual([]);
    expect(idleOverrides(spec, declared.slice(0, 1))).toEqual([1]);
  });
});

it('an Environment has its name, Region and account as labels, which nobody changes', () => {
  const [place] = candidatesOf(
    'apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: a, labels: { region: mars } }\nspec: { region: us-east-1, roleArn: "arn:aws:iam::123456789012:role/x" }\n',
  ).map(declaredEnvironment);
  expect(place?.labels).toEqual({ name: 'a', region: 'us-east-1', account: '123456789012' });
});
