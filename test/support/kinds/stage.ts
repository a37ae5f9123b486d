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

/** What the shipped manifests want of AWS. */
const SHIPPED: readonly Desired[] = expandManifests(
  parseManifests(Object.entries(MANIFESTS).map(([file, text]) => ({ file, text }))).manifests,
).desired;

/** The program's kinds on a sandbox. */
export function shippedStage(): KindStage {
  const world = sandboxAws();
  return {
    world,
    kinds: KINDS,
    wanted: SHIPPED,
    account: async () => ({ ...(await describeAccount(world.sandbox)) }),
    call: callsTo(world.sandbox),
  };
}
