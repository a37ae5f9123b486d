import type { Desired } from '../../../controller/core/resource.ts';
import { KINDS } from '../../../controller/kinds/index.ts';
import type { Kind } from '../../../controller/kinds/kind.ts';
import { expandManifests } from '../../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { callsTo, describeAccount } from '../world/account.ts';
import { sandboxAws } from '../sandbox/controller-door.ts';
import type { SandboxAws } from '../sandbox/controller-door.ts';
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

/** The program's kinds on a sandbox. */
export function shippedStage(): KindStage {
  return stageOf(SHIPPED);
}

/** The same, where a service is scaled. */
export function scaledStage(): KindStage {
  return stageOf(SCALED);
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
