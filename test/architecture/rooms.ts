/** What the files of a room may import besides one another. What is not named is refused. */
export interface Room {
  /** Places of ours. `type …` lets in types alone. */
  readonly places: readonly string[];
  /** Packages and Node's own modules, in the same way. */
  readonly packages: readonly string[];
  readonly why: string;
}

/** What can be said of a kind's spec before there is an AWS. */
const WANTED =
  'kinds/*/{capacity-fields,container-fields,container-structures,deployment-fields,facts,fields,images,lifecycle-fields,linux-parameter-fields,model,monitoring-fields,policy-fields,size,spec,start-needs,target-groups,traffic-fields,volume-configuration-fields,volume-fields}.ts';

/** What any kind gives and finds out. */
const GIVEN = 'type kinds/?/facts.ts';

/** How AWS's shapes are read and written, without calling it. */
const SHAPES = 'kinds/*/{definition,explain,health,observed,outlook,state}.ts';

/**
 * The walls of the house, which `walls.test.ts` holds. A place is named from `controller/` on, or from the root with a slash before
 * it; with a slash behind it, it is all that stands in that folder. A file belongs to the first room that it matches. The `*` of a room
 * and the `*` of the places that it may import are the same name, so that a kind reaches no other kind; a `?` is any name.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  'core/': {
    places: [],
    packages: ['typebox', 'node:crypto', 'node:util'],
    why: 'the vocabulary stands below everything',
  },
  'plan/': {
    places: ['core/'],
    packages: ['diff', 'typebox'],
    why: 'a plan follows from what is given, and from nothing else',
  },
  'source/': {
    places: ['core/'],
    packages: ['ignore', 'node:*'],
    why: 'where manifests come from says nothing of what they mean',
  },
  'aws/': {
    places: ['core/'],
    packages: [
      '@aws-sdk/*',
      '@smithy/core',
      '@smithy/node-http-handler',
      'type @smithy/types',
      'node:events',
      'node:stream',
    ],
    why: 'the door to AWS does not know what it is used for',
  },

  'kinds/*/model.ts': {
    places: ['core/', 'plan/', WANTED, SHAPES, GIVEN],
    packages: [],
    why: 'a model is pure, knows its own kind alone, and SDK types stop before it',
  },
  'kinds/*/facts.ts': {
    places: [
      'core/',
      'kinds/*/{container-fields,fields,spec}.ts',
      'aws/linked-role.ts',
      'type aws/operations.ts',
    ],
    packages: [],
    why: 'everybody asks it, and so it loads nothing that talks to AWS',
  },
  [WANTED]: {
    places: ['core/', GIVEN],
    packages: ['typebox', 'type @aws-sdk/*'],
    why: 'manifests are read by this, without an AWS',
  },
  [SHAPES]: {
    places: ['core/', WANTED],
    packages: ['type @aws-sdk/*'],
    why: 'models and exports use this, which call nobody',
  },
  'kinds/*/': {
    places: ['core/', 'plan/', 'aws/', 'kinds/{kind,looked-up}.ts', GIVEN],
    packages: ['type @aws-sdk/*'],
    why: 'a kind knows of another only what that gives, and reaches AWS through its door',
  },
  'kinds/kind.ts': {
    places: ['core/', 'type aws/'],
    packages: [],
    why: 'it says what every kind is, and so knows none',
  },
  'kinds/looked-up.ts': {
    places: ['core/', 'aws/collect.ts', 'type kinds/kind.ts'],
    packages: [],
    why: 'it says what the drivers have in common that change nothing',
  },
  'kinds/facts.ts': {
    places: ['core/', 'kinds/*/facts.ts'],
    packages: [],
    why: 'it lists what is known of the kinds, for those who know no AWS',
  },
  'kinds/waves.ts': {
    places: ['core/'],
    packages: [],
    why: 'it follows from the facts that it is given',
  },
  'kinds/index.ts': {
    places: ['core/', 'kinds/{facts,kind,waves}.ts', 'kinds/*/index.ts'],
    packages: [],
    why: 'it lists the kinds',
  },

  'manifest/': {
    places: ['core/', 'aws/partitions.ts', 'kinds/facts.ts', WANTED],
    packages: ['ajv', 'typebox', 'yaml', 'node:net'],
    why: 'what people write is understood without AWS, a plan or a place that it comes from',
  },
  'policy/': {
    places: ['core/', 'aws/partitions.ts', 'manifest/', 'kinds/facts.ts', 'type kinds/*/model.ts'],
    packages: [],
    why: "policies follow from manifests and from the kinds' facts",
  },
  'export/': {
    places: ['core/', 'manifest/', WANTED, SHAPES, 'aws/{permission,tags}.ts', 'type aws/account.ts'],
    packages: ['yaml', 'type @aws-sdk/*'],
    why: "an export knows AWS's shapes, and calls nobody",
  },
  'reach/': {
    places: ['core/', 'type aws/{network,workings}.ts'],
    packages: ['type @aws-sdk/*'],
    why: 'whether a consumer reaches a daemon follows from what was read, and from nothing else',
  },
  'reconcile/': {
    places: ['core/', 'plan/', 'source/', 'aws/', 'kinds/{facts,kind,waves}.ts', 'manifest/', 'reach/'],
    packages: [],
    why: 'a pass knows no kind by name, and nothing of how it is reported',
  },
  'reasons/': {
    places: ['core/errors.ts'],
    packages: [],
    why: 'what a reason means is said once, for the terminal and the documents',
  },
  'status/': {
    places: ['core/', 'kinds/facts.ts', 'plan/', 'reach/', 'type source/', 'type reconcile/'],
    packages: ['picocolors', 'typebox'],
    why: 'a report is made of plain data',
  },
  'notifications/': {
    places: ['core/', 'manifest/{documents,position,validate}.ts', 'type status/'],
    packages: ['typebox', 'node:crypto'],
    why: 'what people are told follows from reports, and AWS, files and time are given to what sends it',
  },
  'metrics/': {
    places: ['core/', 'type plan/', 'status/'],
    packages: ['prom-client'],
    why: 'metrics are made of the report, and of the plan that it is about',
  },
  'http/': {
    places: ['core/', 'plan/', 'status/', 'type config/commands.ts', 'type logger.ts'],
    packages: ['@fastify/*', 'fastify', 'fresh', 'typebox', 'node:*'],
    why: 'the server never calls AWS, and is given all that it shows',
  },
  'http-worker.ts': {
    places: ['core/', 'http/', 'cli/secret.ts', 'logger.ts'],
    packages: ['node:perf_hooks', 'node:worker_threads'],
    why: 'the thread of the server is put together here, and reaches nothing that computes',
  },
  'logger.ts': {
    places: ['type config/commands.ts'],
    packages: ['pino', 'pino-pretty', 'node:tty'],
    why: 'both threads log in one way',
  },

  'config/': {
    places: ['core/', 'plan/prune-rules.ts', 'source/git-url.ts', 'type policy/trust.ts'],
    packages: ['node:util'],
    why: 'flags are read before anything runs',
  },
  'config.ts': {
    places: ['config/', 'source/git-url.ts', 'type policy/trust.ts'],
    packages: [],
    why: 'flags are read before anything runs',
  },
  'cli/': {
    places: [
      'core/',
      'plan/',
      'source/',
      'aws/',
      'manifest/',
      'policy/',
      'export/',
      'type kinds/kind.ts',
      'reach/',
      'reconcile/',
      'status/',
      'reasons/',
      'metrics/',
      'notifications/',
      'http/',
      'config/',
      'type logger.ts',
    ],
    packages: ['picocolors', 'node:fs', 'node:path'],
    why: 'a command hands on the kinds and the AWS that it is given, and is not told that AWS is a sandbox',
  },
  'healthcheck.ts': {
    places: ['config/'],
    packages: ['node:http'],
    why: 'it starts every few seconds, and so loads little',
  },
  'main.ts': {
    places: ['core/errors.ts', 'program.ts'],
    packages: [],
    why: 'it tells what kept the program from being loaded, and so loads next to nothing itself',
  },
  'sandbox-transport.ts': {
    places: ['/sandbox/', 'type aws/transport.ts', 'type cli/context.ts'],
    packages: ['node:timers/promises'],
    why: 'here alone a command’s calls turn to the sandbox instead of AWS',
  },
  'sandbox.ts': {
    places: [
      '/sandbox/',
      'sandbox-transport.ts',
      'core/',
      'type cli/context.ts',
      'type config/commands.ts',
      'type config/values.ts',
    ],
    packages: [],
    why: 'here alone the sandbox is made, so that commands without it do not load it',
  },
  'program.ts': {
    places: ['/controller/'],
    packages: ['node:fs', 'node:tty'],
    why: 'the composition root puts together what others made',
  },

  '/sandbox/': {
    places: [],
    packages: ['@aws-sdk/*', '@smithy/*', 'dns-packet', 'fastify', 'typebox', 'node:*'],
    why: 'an AWS knows nothing of who calls it',
  },
  '/bench/': {
    places: ['/controller/', '/sandbox/'],
    packages: ['node:*'],
    why: 'it measures what is shipped, and nothing else',
  },
  '/release/': {
    places: [],
    packages: ['node:*'],
    why: 'it looks at what is packed, from outside',
  },
  '/examples/demo/': {
    places: ['/sandbox/processes/group.ts', 'type status/schema.ts'],
    packages: ['@aws-sdk/client-ec2', '@aws-sdk/client-ecs', '@aws-sdk/client-xray', 'node:*'],
    why: 'it runs the program as its users do, and meddles as others in the account do',
  },
  '/docs/': {
    places: ['core/', 'reasons/', 'kinds/facts.ts', 'manifest/', WANTED],
    packages: ['yaml'],
    why: 'the reference is made of the schema, and alerts are made of reasons',
  },
  '/test/': {
    places: ['/controller/', '/sandbox/', '/examples/demo/', '/docs/'],
    packages: ['*'],
    why: 'what is released or measured is run as a program',
  },
  '/examples/applications/express/': {
    places: [],
    packages: ['aws-xray-sdk', 'express', 'sql.js', 'node:*'],
    why: 'an application is nothing of ours: it knows its own packages',
  },
  '/examples/applications/resolver/': {
    places: [],
    packages: ['node:*'],
    why: 'it is loaded before any application, whatever that has',
  },
  '/stryker.config.mjs': {
    places: [],
    packages: [],
    why: 'it only says what is mutated',
  },
  '/*.config.ts': {
    places: ['/test/support/runs/'],
    packages: ['vitest'],
    why: 'it says which tests there are, and takes from test/ how every run tells of itself',
  },
};
