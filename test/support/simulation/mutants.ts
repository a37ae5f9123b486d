import type { Environments } from '../../../controller/reconcile/environments.ts';
import type { KindDriver } from '../../../controller/kinds/kind.ts';
import type { KindName, Tags } from '../../../controller/core/resource.ts';

import type { Effect } from '../../../sandbox/control/faults.ts';
import { isRead } from '../world/world.ts';
import type { Commit } from './commit.ts';
import { annotated } from './git-edits.ts';
import type { Daemon } from './commit.ts';
import type { Mutant, RunOptions } from './options.ts';

/** A fault of the kind that the invariants exist for, planted from outside: the controller itself knows nothing of it. */
export interface Planted {
  /** A world in which it shows soon; it is looked for in others where that one has changed. */
  readonly seed: number;
  /** The invariant that notices it. */
  readonly caughtBy: string;
  readonly fault: RunOptions;
}

const OURS = {
  'stationkeeper:owner': 'stationkeeper',
  'stationkeeper:environment': 'default',
} as const;

/** A controller that runs as one of its daemons, and what people may do in git to end it. */
export const RUNS_AS_DAEMON = {
  runsAs: 'statsd',
  edits: [
    'a daemon removed',
    'a daemon renamed',
    'a daemon without tasks',
    'into another cluster',
    'into another namespace, or none',
    'what must be replaced',
    'a policy',
  ],
} as const satisfies RunOptions;

/** Whatever there is is taken for ours, for the eyes of the planner and right before a change. */
function claiming(claimed: (tags: Tags) => Tags): Pick<RunOptions, 'faulty'> {
  return withDrivers((driver) => ({
    ...driver,
    async observe(request) {
      const seen = await driver.observe(request);
      return {
        ...seen,
        items: seen.items.map((item) => ({ ...item, owner: 'us', tags: claimed(item.tags) }) as const),
      };
    },
    async tagsNow(observed) {
      const tags = await driver.tagsNow(observed);
      return tags && claimed(tags);
    },
  }));
}

function withDrivers(faulty: (driver: KindDriver, kind: KindName) => KindDriver): Pick<RunOptions, 'faulty'> {
  return {
    faulty: (context) => {
      const { environments } = context;
      const known = new Map<unknown, ReturnType<Environments['runtimeOf']>>();
      const runtimeOf: Environments['runtimeOf'] = (target) => {
        const runtime = environments.runtimeOf(target);
        const before = known.get(runtime);
        if (before !== undefined) return before;
        const drivers = new Map([...runtime.drivers].map(([kind, driver]) => [kind, faulty(driver, kind)]));
        const mutated = { ...runtime, drivers };
        known.set(runtime, mutated);
        return mutated;
      };
      return { ...context, environments: { ...environments, runtimeOf } };
    },
  };
}

/** Calls of these operations go out with another input. */
function sending(
  operations: readonly string[],
  change: (input: Readonly<Record<string, unknown>>) => object,
): Mutant {
  return (call, go) =>
    operations.includes(call.name)
      ? go({ ...call, input: change(call.input) as Readonly<Record<string, unknown>> })
      : go(call);
}

function allDaemons(change: (daemon: Daemon) => Daemon): (commit: Commit) => Commit {
  return (commit) => ({
    ...commit,
    documents: new Map(
      [...commit.documents].map(([file, document]) => [
        file,
        document.kind === 'DaemonService' ? change(document as Daemon) : document,
      ]),
    ),
  });
}

function denied(): Effect {
  return { effect: 'fail', code: 'AccessDeniedException', status: 403 };
}

export const MUTANTS: Readonly<Record<string, Planted>> = {
  'the owner is not looked at': {
    seed: 3,
    caughtBy: 'changesOnlyOurs',
    fault: claiming((tags) => ({ ...tags, ...OURS })),
  },
  "another environment's resources are taken for ours": {
    seed: 10,
    caughtBy: 'changesOnlyOurs',
    fault: claiming((tags) => ({ ...tags, 'stationkeeper:environment': 'default' })),
  },
  'the tags are not read again right before a change': {
    seed: 4,
    caughtBy: 'changesOnlyOurs',
    fault: {
      edits: ['other labels', 'another count', 'other rules'],
      retagsMuch: true,
      ...withDrivers((driver) => ({ ...driver, tagsNow: ({ tags }) => Promise.resolve(tags) })),
    },
  },
  'everything that exists is adopted': {
    seed: 8,
    caughtBy: 'changesOnlyOurs',
    fault: { misread: allDaemons((daemon) => annotated(daemon, 'adoption-policy', 'adopt-or-create')) },
  },
  'what is made is not tagged': {
    seed: 1,
    caughtBy: 'createsWithTags',
    fault: {
      mutant: sending(['logs:CreateLogGroup'], ({ tags: _forgotten, ...input }) => input),
    },
  },
  'what is only to be observed is converged': {
    seed: 2,
    caughtBy: 'changesOnlyWanted',
    fault: {
      edits: ['only observed, or not', 'another retention', 'other rules'],
      misread: allDaemons((daemon) => annotated(daemon, 'reconcile', 'enabled')),
    },
  },
  'a list that cannot be read is taken for empty': {
    seed: 1,
    caughtBy: 'leavesNothingDangling',
    fault: {
      edits: ['a daemon removed', 'a new daemon'],
      weather: [{ where: 'ecs:DescribeServices', probability: 0.5, effect: denied }],
      // AWS itself keeps groups that tasks use from being deleted: here there are none.
      misread: allDaemons((daemon) => ({ ...daemon, spec: { ...daemon.spec, desiredCount: 0 } })),
      ...withDrivers((driver) => ({
        ...driver,
        async observe(request) {
          const seen = await driver.observe(request).catch(() => ({ items: [] }));
          return { ...seen, unseen: [] };
        },
      })),
    },
  },
  'what uses a leftover is not waited for': {
    seed: 8,
    caughtBy: 'leavesNothingDangling',
    fault: {
      edits: ['a daemon removed', 'a daemon renamed', 'a new daemon'],
      ...withDrivers((driver, kind) => ({
        ...driver,
        async observe(request) {
          const seen = await driver.observe(request);
          const desired = new Set(request.desired.map(({ id }) => id.name));
          const isShown = ({ id }: (typeof seen.items)[number]): boolean => desired.has(id.name);
          return kind === 'service' ? { ...seen, items: seen.items.filter(isShown) } : seen;
        },
      })),
    },
  },
  'documents that are broken are passed over': {
    seed: 1,
    caughtBy: 'deletesOnlyWhatMayGo',
    fault: {
      edits: ['a broken document'],
      misread: ({ documents, broken }) => ({
        documents: new Map([...documents].filter(([file]) => !broken.has(file))),
        broken: new Map(),
      }),
    },
  },
  'the prune budget is not kept': {
    seed: 3,
    caughtBy: 'deletesWithinBudget',
    fault: {
      edits: ['everything but the environments removed'],
      pruneBudget: { count: 1e3 },
    },
  },
  'what is to be retained is deleted': {
    seed: 3,
    caughtBy: 'deletesOnlyWhatMayGo',
    fault: {
      edits: ['a policy', 'a daemon removed', 'a daemon renamed'],
      ...claiming((tags) =>
        tags['stationkeeper:deletion-policy'] === undefined
          ? tags
          : { ...tags, 'stationkeeper:deletion-policy': 'delete' },
      ),
    },
  },
  'replacements are made without being allowed': {
    seed: 2,
    caughtBy: 'deletesOnlyUnwanted',
    fault: {
      edits: ['what must be replaced'],
      misread: allDaemons((daemon) => annotated(daemon, 'allow-replace', 'true')),
    },
  },
  'a rollout may stop every task': {
    seed: 1,
    caughtBy: 'keepsEnoughTasks',
    fault: {
      mutant: sending(['ecs:CreateService', 'ecs:UpdateService'], (input) => ({
        ...input,
        deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 200 },
      })),
    },
  },
  'a changed service is scaled to nothing first': {
    seed: 10,
    caughtBy: 'keepsEnoughTasks',
    fault: { mutant: sending(['ecs:UpdateService'], (input) => ({ ...input, desiredCount: 0 })) },
  },
  'the token of one creation is used for the next': {
    seed: 3,
    caughtBy: 'liveEqualsDesired',
    fault: {
      mutant: sending(['servicediscovery:CreatePrivateDnsNamespace'], (input) => ({
        ...input,
        CreatorRequestId: 'always-the-same',
      })),
    },
  },
  'a failure tells what was sent': {
    seed: 1,
    caughtBy: 'tellsNoSecret',
    fault: {
      mutant: async (call, go) => {
        try {
          return await go(call);
        } catch (thrown) {
          if (thrown instanceof Error && !isRead(call.name))
            thrown.message += ` (sent: ${JSON.stringify(call.input)})`;
          throw thrown;
        }
      },
    },
  },
  'what was changed by hand is not put right': {
    seed: 3,
    caughtBy: 'liveEqualsDesired',
    fault: withDrivers((driver, kind) => ({
      ...driver,
      update: (desired, observed, changes, tags, needs) =>
        kind === 'security-group'
          ? Promise.resolve({ type: 'done', observed })
          : driver.update(desired, observed, changes, tags, needs),
    })),
  },
  'a service is updated in every pass': {
    seed: 30,
    caughtBy: 'restsOnceConverged',
    fault: withDrivers((driver, kind) => ({
      ...driver,
      async observe(request) {
        const seen = await driver.observe(request);
        if (kind !== 'log-group') return seen;
        const items = seen.items.map((item) => ({ ...item, state: { retentionInDays: 1 } }));
        return { ...seen, items };
      },
    })),
  },
  'it does not know that it runs as one of the daemons': {
    seed: 6,
    caughtBy: 'keepsItself',
    fault: { ...RUNS_AS_DAEMON, selfless: true },
  },
};
