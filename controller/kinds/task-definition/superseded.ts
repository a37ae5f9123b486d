import { collect, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';
import { activeRevisions, parseRevisionArn } from './families.ts';

/** Revisions of ours that a family keeps whether or not anything uses them: what people go back to. */
const KEPT = 5;
/** Register and Deregister share 20 calls at once and one a second (reference: quotas): half of it is left to registering. */
const AT_ONCE = 10;
const PER_MS = 0.5 / 1_000;
/** Families whose revisions are listed in one pass. */
const LISTED_AT_ONCE = 20;
/** What runs in a cluster that none of our services is in is not looked for again so soon. */
const USED_ELSEWHERE_MS = 600_000;
const TASKS_AT_ONCE = 100;
const READS_AT_ONCE = 4;

/** A family whose old revisions may go. */
export interface Family {
  readonly family: string;
  /** Our revisions of it, as the inventory lists them: long deregistered ones are among them. */
  readonly listed: readonly string[];
  /** Revisions that are in use. */
  readonly used: readonly string[];
}

/** Finds revisions to deregister, at no cost while there is nothing new. */
export interface Superseded {
  /** ARNs by family, oldest first; of all families together as many as the pace allows now. */
  find(families: readonly Family[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** One is about to be deregistered: counts against the pace. */
  attempted(): void;
  /** It is not active any more. */
  gone(arn: string): void;
  /** It is not ours at this moment, and may become so again: its family is looked up anew. */
  notOurs(arn: string): void;
  /** Tasks somewhere run from it: it is not found for a while. */
  usedElsewhere(arn: string): void;
}

export function createSuperseded(ecs: Aws['ecs'], clock: Clock): Superseded {
  /** What was listed of a family when its active revisions were looked up, newest first. */
  const known = new Map<string, { readonly listed: ReadonlySet<string>; active: readonly string[] }>();
  const usedElsewhere = createRemembered<true>(clock, USED_ELSEWHERE_MS);
  let allowance = AT_ONCE;
  let countedAt = clock.monotonic();

  function allowed(): number {
    const now = clock.monotonic();
    allowance = Math.min(AT_ONCE, allowance + (now - countedAt) * PER_MS);
    countedAt = now;
    return Math.floor(allowance);
  }

  async function learn({ family, listed }: Family): Promise<void> {
    const active = await activeRevisions(ecs, family);
    known.set(family, { listed: new Set(listed), active });
  }

  function isKnown({ family, listed }: Family): boolean {
    const before = known.get(family)?.listed;
    return before !== undefined && listed.every((arn) => before.has(arn));
  }

  function oldOf({ family, listed, used }: Family): readonly string[] {
    const ours = new Set(listed);
    const own = (known.get(family)?.active ?? []).filter((arn) => ours.has(arn));
    return own
      .slice(KEPT)
      .filter((arn) => !used.includes(arn) && usedElsewhere.of(arn) === undefined)
      .toReversed();
  }

  return {
    async find(families) {
      const long = families.filter(({ listed }) => listed.length > KEPT);
      const current = new Set(long.map(({ family }) => family));
      for (const family of known.keys()) if (!current.has(family)) known.delete(family);
      const most = allowed();
      if (most <= 0) return new Map();
      const toLearn = long.filter((family) => !isKnown(family)).slice(0, LISTED_AT_ONCE);
      await mapConcurrently(READS_AT_ONCE, toLearn, learn);
      const found = new Map<string, readonly string[]>();
      let left = most;
      for (const family of long.filter(isKnown)) {
        const old = oldOf(family).slice(0, left);
        left -= old.length;
        if (old.length > 0) found.set(family.family, old);
      }
      return found;
    },
    attempted() {
      allowance -= 1;
    },
    gone(arn) {
      const family = known.get(parseRevisionArn(arn).family);
      if (family !== undefined) family.active = family.active.filter((other) => other !== arn);
    },
    notOurs(arn) {
      known.delete(parseRevisionArn(arn).family);
    },
    usedElsewhere(arn) {
      usedElsewhere.note(arn, true);
    },
  };
}

/** ARNs of a family's revisions that tasks run from, in whichever cluster. */
export async function runningRevisions(
  ecs: Aws['ecs'],
  clusters: readonly string[],
  family: string,
): Promise<ReadonlySet<string>> {
  const found = await mapConcurrently(READS_AT_ONCE, clusters, async (cluster) => {
    const tasks = await collect(async (nextToken) => {
      const page = await ecs.listTasks({
        cluster,
        family,
        maxResults: TASKS_AT_ONCE,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      return { items: page.taskArns, next: page.nextToken };
    });
    const revisions: string[] = [];
    for (let at = 0; at < tasks.length; at += TASKS_AT_ONCE) {
      const page = await ecs.describeTasks({ cluster, tasks: tasks.slice(at, at + TASKS_AT_ONCE) });
      revisions.push(...(page.tasks ?? []).flatMap(({ taskDefinitionArn }) => taskDefinitionArn ?? []));
    }
    return revisions;
  });
  return new Set(found.flat());
}

/** ARNs of all clusters of the account and region. */
export async function allClusters(ecs: Aws['ecs']): Promise<readonly string[]> {
  return collect(async (nextToken) => {
    const page = await ecs.listClusters({
      maxResults: TASKS_AT_ONCE,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    return { items: page.clusterArns, next: page.nextToken };
  });
}
