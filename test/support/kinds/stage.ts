import type { Desired } from '../../../controller/core/resource.ts';
import { KINDS } from '../../../controller/kinds/index.ts';
import type { Kind } from '../../../controller/kinds/kind.ts';
import { expandManifests } from '../../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { callsTo, describeAccount } from '../world/account.ts';
import { sandboxAws } from '../sandbox/controller-door.ts';
import type { SandboxAws } from '../sandbox/controller-door.ts';
import { repository, yamlOf } from '../manifests/documents.ts';
import { MANIFESTS } from '../world/world.ts';

/** An AWS, and what is at home in it. */
export interface KindStage {
  readonly world: SandboxAws;
  /** In the order of creation. */
  readonly kinds: readonly Kind[];
  /** What may be wanted of it. */
  readonly wanted: readonly Desired[];
  /** All that was made in it, without what AWS makes up, by sort. */
  account(): Promise<Readonly<Record<string, readonly object[]>>>;
  /** A call of somebody else. */
  readonly call: (
    service: string,
    operation: string,
    input?: object,
  ) => Promise<Readonly<Record<string, unknown>>>;
}

/** What manifests want of AWS. */
function desiredIn(files: Readonly<Record<string, string>>): readonly Desired[] {
  return expandManifests(
    parseManifests(Object.entries(files).map(([file, text]) => ({ file, text }))).manifests,
  ).desired;
}

const SHIPPED = desiredIn(MANIFESTS);

/** The same, with the X-Ray daemon scaled by what its tasks use. */
const SCALED = desiredIn({
  ...MANIFESTS,
  'xray.yaml': MANIFESTS['xray.yaml'].replace(
    /^ {2}desiredCount: 2\b.*$/m,
    '  scaling: { min: 2, max: 6, targetTracking: [{ targetValue: 60, predefinedMetricSpecification: { predefinedMetricType: ECSServiceAverageCPUUtilization } }] }',
  ),
});

/** The same, where the VPC's default group is a consumer of the X-Ray daemon. */
const CONSUMED = desiredIn({
  ...MANIFESTS,
  'xray.yaml': MANIFESTS['xray.yaml'].replace(
    /^ {2}desiredCount: 2\b.*$/m,
    '$&\n  consumers: [{ name: apps, securityGroup: { name: default } }]',
  ),
});

/** The same, with a repository of everything that one can have. */
const WITH_REPOSITORY = desiredIn({
  ...MANIFESTS,
  'repository.yaml': yamlOf(
    repository({
      labels: { team: 'platform' },
      repositoryName: 'platform/xray',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'dev-*' },
        { filterType: 'WILDCARD', filter: 'latest' },
      ],
      imageScanningConfiguration: { scanOnPush: true },
      lifecyclePolicy: {
        rules: [
          {
            rulePriority: 1,
            selection: {
              tagStatus: 'untagged',
              countType: 'sinceImagePushed',
              countUnit: 'days',
              countNumber: 14,
            },
            action: { type: 'expire' },
          },
          {
            rulePriority: 2,
            selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 50 },
            action: { type: 'expire' },
          },
        ],
      },
      repositoryPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'pull',
            Effect: 'Allow',
            Principal: { AWS: '111122223333' },
            Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          },
        ],
      },
    }),
  ),
});

/** The program's kinds on a sandbox. */
export function shippedStage(): KindStage {
  return stageOf(SHIPPED);
}

/** The same, where a service is scaled. */
export function scaledStage(): KindStage {
  return stageOf(SCALED);
}

/** The same, where somebody uses a daemon. */
export function consumedStage(): KindStage {
  return stageOf(CONSUMED);
}

/** The same, where there is a repository. */
export function repositoryStage(): KindStage {
  return stageOf(WITH_REPOSITORY);
}

function stageOf(wanted: readonly Desired[]): KindStage {
  const world = sandboxAws();
  return {
    world,
    kinds: KINDS,
    wanted,
    account: async () => ({ ...(await describeAccount(world.sandbox)) }),
    call: callsTo(world.sandbox),
  };
}
