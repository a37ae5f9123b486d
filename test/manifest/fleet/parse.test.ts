import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../../controller/manifest/parse.ts';

const ENVIRONMENTS = ['dev', 'prod', 'tools']
  .map(
    (name, index) => `apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: ${name}, labels: { stage: ${name === 'dev' ? 'dev' : 'prod'}${name === 'tools' ? '' : ', tier: web'} } }
spec: { region: us-east-1, account: "${String(index).repeat(12)}" }
`,
  )
  .join('---\n');

/** A definition for the tier `web`, with more lines in its spec. */
function definition(...lines: readonly string[]): string {
  return [
    'apiVersion: stationkeeper.dev/v1',
    'kind: DaemonService',
    'metadata: { name: xray }',
    'spec:',
    '  cluster: daemons',
    '  memory: 512',
    '  containers: [{ name: xray, image: "example/xray:1" }]',
    ...(lines.some((line) => line.startsWith('  environments:'))
      ? []
      : ['  environments: { matchLabels: { tier: web } }']),
    ...(lines.some((line) => line.startsWith('  cpu:')) ? [] : ['  cpu: 256']),
    ...lines,
    '',
  ].join('\n');
}

function parsed(...texts: readonly string[]) {
  const { manifests, errors, warnings } = parseManifests(
    [ENVIRONMENTS, ...texts].map((text, index) => ({ file: `${index}.yaml`, text })),
  );
  const told = ({ file, line, path, message, objects = [] }: (typeof errors)[number]) =>
    [`${file}:${line}`, path, message, ...objects.flatMap(({ environment }) => environment ?? [])].join(
      ' | ',
    );
  return {
    daemons: manifests.flatMap((one) => (one.kind === 'DaemonService' ? [one.spec.environment] : [])),
    errors: errors.map(told),
    warnings: warnings.map(told),
  };
}

describe('a definition among manifests', () => {
  it('is one manifest in each Environment that it selects', () => {
    expect(parsed(definition())).toEqual({ daemons: ['dev', 'prod'], errors: [], warnings: [] });
  });

  it('that selects all by {} is in every one', () => {
    expect(parsed(definition('  environments: {}')).daemons).toEqual(['dev', 'prod', 'tools']);
  });

  it('that is wrong itself is told once, and is nowhere', () => {
    const { daemons, errors } = parsed(definition('  desiredCount: -1'));
    expect(daemons).toEqual([]);
    expect(errors).toEqual([
      expect.stringMatching(/^1\.yaml:10 \| spec\.desiredCount \| must be from [^|]* \| dev \| prod$/),
    ]);
  });

  it('that an override makes wrong somewhere is told for there, where it is written, and stands elsewhere', () => {
    const { daemons, errors } = parsed(
      definition(
        '  overrides:',
        '    - environments: { matchLabels: { stage: dev } }',
        '      spec: { cpu: 300 }',
      ),
    );
    expect(daemons).toEqual(['prod']);
    expect(errors).toEqual([
      expect.stringMatching(
        /^1\.yaml:12 \| spec\.overrides\[0\]\.spec\.cpu \| in Environment\/dev: Fargate has no cpu 300 .* \| dev$/,
      ),
    ]);
  });

  it('that selects nothing is an error, so that nothing of it goes', () => {
    const { daemons, errors } = parsed(definition('  environments: { matchLabels: { tier: db } }'));
    expect(daemons).toEqual([]);
    expect(errors).toEqual([
      '1.yaml:9 | spec.environments | it matches no Environment; there are dev, prod, tools; correct it, or remove this document if its objects shall be deleted',
    ]);
  });

  it('that selects nothing, or nobody knows what, says nothing of another of its name', () => {
    for (const nowhere of ['tier: db', 'teir: web']) {
      const wrong = definition(`  environments: { matchLabels: { ${nowhere} } }`);
      const { daemons, errors } = parsed(definition(), wrong);
      expect(daemons).toEqual(['dev', 'prod']);
      expect(errors).toEqual([expect.stringMatching(/^2\.yaml:9 \| spec\.environments/)]);
    }
  });

  it('with a label that no Environment has is an error, with the one that is meant', () => {
    const { daemons, errors } = parsed(definition('  environments: { matchLabels: { teir: web } }'));
    expect(daemons).toEqual([]);
    expect(errors).toEqual([
      expect.stringMatching(
        /^1\.yaml:9 \| spec\.environments\.matchLabels\.teir \| no Environment has the label "teir"; did you mean "tier"\?$/,
      ),
    ]);
  });

  it('with environment too is an error', () => {
    expect(parsed(definition('  environment: dev')).errors).toEqual([
      '1.yaml:10 | spec.environment | environment and environments exclude each other; keep one',
    ]);
  });

  it('with an override that matches nothing of it is warned of', () => {
    const { daemons, warnings } = parsed(
      definition(
        '  overrides:',
        '    - environments: { matchLabels: { name: tools } }',
        '      spec: { cpu: 512 }',
      ),
    );
    expect(daemons).toEqual(['dev', 'prod']);
    expect(warnings).toEqual([
      '1.yaml:11 | spec.overrides[0].environments | this override matches none of the 2 Environments of the definition (dev, prod), and changes nothing; correct its selector, or remove it | dev | prod',
    ]);
  });

  it.each([
    [
      'in a list',
      '  environments: { matchExpressions: [{ key: stage, operator: In, values: [dev, prdo] }] }',
      '1.yaml:9 | spec.environments.matchExpressions[0].values[1] | no Environment has "prdo" as its stage; did you mean "prod"? | dev',
    ],
    [
      'that is left out',
      '  environments: { matchExpressions: [{ key: tier, operator: Exists }, { key: stage, operator: NotIn, values: [x] }] }',
      '1.yaml:9 | spec.environments.matchExpressions[1].values[0] | no Environment has "x" as its stage; it is dev, prod | dev | prod',
    ],
    [
      'of an override',
      '  environments: {}\n  overrides: [{ environments: { matchLabels: { stage: dve } }, spec: {} }]',
      '1.yaml:10 | spec.overrides[0].environments.matchLabels.stage | no Environment has "dve" as its stage; did you mean "dev"? | dev | prod | tools',
    ],
  ])('with a value %s that no Environment has is warned of, where it is', (_, lines, says) => {
    const { errors, warnings } = parsed(definition(lines));
    expect(errors).toEqual([]);
    expect(warnings).toContain(says);
  });

  it('that selects nothing by a value that no Environment has is told which is meant', () => {
    const { errors, warnings } = parsed(definition('  environments: { matchLabels: { stage: prdo } }'));
    expect(errors).toEqual([expect.stringContaining('it matches no Environment')]);
    expect(warnings).toEqual([expect.stringContaining('did you mean "prod"?')]);
  });

  it('may not move itself by an override', () => {
    const { errors } = parsed(
      definition(
        '  overrides:',
        '    - environments: { matchLabels: { stage: dev } }',
        '      spec: { environment: prod }',
      ),
    );
    expect(errors).toEqual([
      '1.yaml:12 | spec.overrides[0].spec.environment | an override cannot change environment; remove it',
    ]);
  });

  it('that another overlaps is told for the Environments that both have', () => {
    const { daemons, errors } = parsed(
      definition(),
      definition('  environments: { matchLabels: { stage: prod } }'),
    );
    expect(daemons).toEqual(['dev', 'tools']);
    expect(errors).toEqual([
      expect.stringMatching(
        /^1\.yaml:3 \| metadata\.name \| in Environment\/prod: DaemonService\/xray is declared more than once, also at 2\.yaml:3; .* \| prod$/,
      ),
      expect.stringMatching(
        /^2\.yaml:3 \| metadata\.name \| in Environment\/prod: DaemonService\/xray is declared more than once, also at 1\.yaml:3; .* \| prod$/,
      ),
    ]);
  });
});
