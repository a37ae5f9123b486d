import { isRead } from '../world/world.ts';
import { withEnvironmentsWhereTheyWere } from './commit.ts';
import { annotated } from './git-edits.ts';
import { FLEET_MUTANTS } from './fleet-mutants.ts';
import { HOST_MUTANTS } from './host-mutants.ts';
import type { RunOptions } from './options.ts';
import {
  IMPATIENT,
  OURS,
  allDaemons,
  claiming,
  denied,
  headStays,
  remembering,
  sending,
  withDrivers,
  written,
  zonesOfTheDefaultVpc,
} from './planted.ts';
import type { Planted } from './planted.ts';

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

export const MUTANTS: Readonly<Record<string, Planted>> = {
  ...HOST_MUTANTS,
  ...FLEET_MUTANTS,
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
    seed: 5,
    caughtBy: 'changesOnlyOurs',
    fault: {
      edits: ['other labels', 'another count', 'other rules'],
      retagsMuch: true,
      ...withDrivers((driver) => ({ ...driver, tagsNow: ({ tags }) => Promise.resolve(tags) })),
    },
  },
  'everything that exists is adopted': {
    seed: 10,
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
    seed: 2,
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
    seed: 2,
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
    seed: 4,
    caughtBy: 'deletesWithinBudget',
    fault: {
      edits: ['everything but the environments removed'],
      pruneBudget: { count: 1e3 },
    },
  },
  'what is to be retained is deleted': {
    seed: 7,
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
    seed: 2,
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
    seed: 6,
    caughtBy: 'liveEqualsDesired',
    fault: {
      mutant: sending(['servicediscovery:CreatePrivateDnsNamespace'], (input) => ({
        ...input,
        CreatorRequestId: 'always-the-same',
      })),
    },
  },
  'a failure tells what was sent': {
    seed: 18,
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
    seed: 6,
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
    seed: 2,
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
    seed: 2,
    caughtBy: 'keepsItself',
    fault: { ...RUNS_AS_DAEMON, selfless: true },
  },
  'git is not asked again before anything is deleted': {
    seed: 1,
    caughtBy: 'deletesOnlyWhatGitStillDrops',
    fault: {
      faulty: headStays,
      script: written(
        { at: 400, type: 'git', what: 'a daemon removed', seed: 5 },
        { at: 400, atCall: 30, type: 'control', what: 'its host stands still', seed: 9 },
        { at: 461, type: 'git', what: 'the last commit reverted' },
        { at: 1_000, type: 'git', what: 'mended' },
      ),
    },
  },
  "another source's resources are taken for its own": {
    seed: 1,
    caughtBy: 'changesOnlyOurs',
    fault: {
      faulty: (context) => ({ ...context, takesOver: ['git.example.org/others'] }),
      script: written(
        { at: 300, type: 'control', what: "another source's controller starts", seed: 5 },
        { at: 900, type: 'git', what: 'mended' },
      ),
    },
  },
  'a namespace is told from others by its name alone': {
    seed: 1,
    caughtBy: 'liveEqualsDesired',
    fault: {
      mutant: zonesOfTheDefaultVpc(),
      script: written(
        { at: 200, type: 'somebody', what: 'makes a namespace of the same name in another VPC' },
        { at: 400, type: 'git', what: 'everything but the environments removed' },
        { at: 500, type: 'control', what: 'the plan is confirmed' },
        { at: 1_500, type: 'git', what: 'the last commit reverted' },
      ),
    },
  },
  "an Environment's new Region is not taken up": {
    seed: 7,
    caughtBy: 'leavesFormerPlacesAlone',
    fault: {
      misread: withEnvironmentsWhereTheyWere,
      script: written(
        { at: 300, type: 'git', what: 'an Environment in another Region', seed: 5 },
        { at: 400, type: 'git', what: 'another retention', seed: 1 },
        { at: 420, type: 'git', what: 'another retention', seed: 2 },
        { at: 500, type: 'git', what: 'another count', seed: 3 },
        { at: 600, type: 'git', what: 'mended' },
      ),
    },
  },
  'what failed is tried again every second': {
    seed: 1,
    caughtBy: 'backsOff',
    fault: {
      ...IMPATIENT,
      weather: [{ where: 'ecs:UpdateService', probability: 1, effect: denied }],
      script: written(
        { at: 300, type: 'weather', what: 'faults', lastsMs: 200_000 },
        { at: 300, type: 'git', what: 'another minimum', seed: 6 },
        { at: 310, type: 'git', what: 'another count', seed: 5 },
        { at: 600, type: 'git', what: 'mended' },
      ),
    },
  },
  'what somebody keeps changing back is corrected in every pass': {
    seed: 1,
    caughtBy: 'correctsEverMoreSeldom',
    fault: {
      ...remembering(({ disputes }) => ({
        disputes: { ...disputes, resting: () => new Map(), restingWhole: () => new Map() },
      })),
      script: written(
        { at: 400, type: 'somebody', what: 'keeps changing a count back', lastsMs: 1_500_000, seed: 7 },
        { at: 1_900, type: 'git', what: 'mended' },
      ),
    },
  },
  'what went a minute ago counts for nothing': {
    seed: 1,
    caughtBy: 'removesFewWithinAnHour',
    fault: {
      pruneBudget: { count: 3, percent: 10, perMs: 60_000 },
      script: written(
        ...[220, 240, 260].map((at) => ({ at, type: 'git', what: 'a new daemon', seed: at }) as const),
        ...[700, 900, 1_100, 1_300, 1_500].map(
          (at) => ({ at, type: 'git', what: 'a daemon removed' }) as const,
        ),
        { at: 1_800, type: 'git', what: 'mended' },
      ),
    },
  },
  "ages are judged by this host's clock": {
    seed: 1,
    caughtBy: 'liveEqualsDesired',
    fault: {
      faulty: (context) => ({ ...context, awsClock: { now: () => undefined } }),
      script: written(
        { at: 300, type: 'control', what: 'the clock steps', seed: 45 },
        { at: 310, type: 'git', what: 'a daemon removed' },
      ),
    },
  },
};
