import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from './imports.ts';
import { ROOMS } from './rooms.ts';
import { offences, roomOf } from './walls.ts';

/** Who may import whom. */

const ROOT = join(import.meta.dirname, '..', '..');
const CODE = /\.[cm]?[jt]sx?$/;

/** All code of the repository. Folders with a dot before their name hold tools, and what was made stands elsewhere as its source. */
function sourcesOf(root: string): ReadonlyMap<string, string> {
  const files = readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !/^(\..*|node_modules|dist|coverage)$/.test(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(join(root, entry.name), { recursive: true, encoding: 'utf8' }).map(
            (file) => `${entry.name}/${file}`,
          )
        : [entry.name],
    )
    .filter((file) => CODE.test(file) && !file.includes('/node_modules/'));
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

describe('the code', () => {
  const sources = sourcesOf(ROOT);

  test('imports nothing through a wall', () => {
    expect(offences(sources)).toEqual([]);
  });

  test('fills every room of the table', () => {
    const filled = new Set([...sources.keys()].map((file) => roomOf(file)));
    expect(Object.keys(ROOMS).filter((room) => !filled.has(room))).toEqual([]);
  });
});

/** One line that each file must not hold, and what is said of it. */
const PLANTED: readonly (readonly [file: string, line: string, imported: string])[] = [
  ['controller/core/fields/planted.ts', "import '../../plan/show.ts';", 'plan/show.ts'],
  ['controller/core/planted.ts', "import 'node:fs';", 'node:fs'],
  ['examples/demo/planted.ts', "import '../../controller/plan/show.ts';", 'plan/show.ts'],
  ['controller/plan/planted.ts', "import { tags } from '../aws/tags.ts';", 'aws/tags.ts'],
  ['controller/plan/planted.ts', "import type { Tags } from '../aws/tags.ts';", 'types of aws/tags.ts'],
  ['controller/plan/planted.ts', "import 'node:fs/promises';", 'node:fs/promises'],
  ['controller/plan/planted.ts', "export * from '../../plan/show.ts';", 'plan/show.ts'],
  ['controller/source/planted.ts', "import '../aws/tags.ts';", 'aws/tags.ts'],
  ['controller/aws/planted.ts', "import '../plan/show.ts';", 'plan/show.ts'],
  ['controller/sandbox-transport.ts', "import './plan/show.ts';", 'plan/show.ts'],
  ['controller/sandbox.ts', "import './plan/show.ts';", 'plan/show.ts'],
  ['controller/kinds/role/model.ts', "import '../cluster/model.ts';", 'kinds/cluster/model.ts'],
  ['controller/kinds/role/model.ts', "import './driver.ts';", 'kinds/role/driver.ts'],
  ['controller/kinds/role/model.ts', "import '../../aws/tags.ts';", 'aws/tags.ts'],
  [
    'controller/kinds/role/model.ts',
    "import type { Role } from '@aws-sdk/client-iam';",
    'types of @aws-sdk/client-iam',
  ],
  ['controller/kinds/service/facts.ts', "import './model.ts';", 'kinds/service/model.ts'],
  ['controller/kinds/service/facts.ts', "import '../../aws/operations.ts';", 'aws/operations.ts'],
  ['controller/kinds/service/fields.ts', "import '../../plan/show.ts';", 'plan/show.ts'],
  ['controller/kinds/service/fields.ts', "import './observed.ts';", 'kinds/service/observed.ts'],
  ['controller/kinds/service/fields.ts', "import '@aws-sdk/client-ecs';", '@aws-sdk/client-ecs'],
  ['controller/kinds/service/observed.ts', "import './tasks.ts';", 'kinds/service/tasks.ts'],
  ['controller/kinds/service/observed.ts', "import '@aws-sdk/client-ecs';", '@aws-sdk/client-ecs'],
  ['controller/kinds/role/driver.ts', "import '../cluster/model.ts';", 'kinds/cluster/model.ts'],
  ['controller/kinds/role/driver.ts', "import '../cluster/facts.ts';", 'kinds/cluster/facts.ts'],
  [
    'controller/kinds/service/spec.ts',
    "import type { A } from '../cluster/spec.ts';",
    'types of kinds/cluster/spec.ts',
  ],
  ['controller/kinds/role/driver.ts', "import '../../status/store.ts';", 'status/store.ts'],
  ['controller/kinds/role/driver.ts', "import '@aws-sdk/client-iam';", '@aws-sdk/client-iam'],
  ['controller/kinds/kind.ts', "import '../aws/door.ts';", 'aws/door.ts'],
  ['controller/kinds/looked-up.ts', "import '../aws/door.ts';", 'aws/door.ts'],
  ['controller/kinds/facts.ts', "import './role/model.ts';", 'kinds/role/model.ts'],
  ['controller/kinds/waves.ts', "import './facts.ts';", 'kinds/facts.ts'],
  ['controller/kinds/index.ts', "import './role/driver.ts';", 'kinds/role/driver.ts'],
  ['controller/manifest/planted.ts', "import '../plan/show.ts';", 'plan/show.ts'],
  ['controller/manifest/planted.ts', "import '../kinds/role/driver.ts';", 'kinds/role/driver.ts'],
  ['controller/manifest/expand/planted.ts', "import '@aws-sdk/client-iam';", '@aws-sdk/client-iam'],
  ['controller/policy/planted.ts', "import '../kinds/role/driver.ts';", 'kinds/role/driver.ts'],
  ['controller/policy/planted.ts', "import '../aws/operations.ts';", 'aws/operations.ts'],
  ['controller/policy/planted.ts', "import '@aws-sdk/client-iam';", '@aws-sdk/client-iam'],
  ['controller/export/planted.ts', "import '../kinds/role/driver.ts';", 'kinds/role/driver.ts'],
  ['controller/export/planted.ts', "import '../aws/account.ts';", 'aws/account.ts'],
  ['controller/export/planted.ts', "import '../reconcile/pass.ts';", 'reconcile/pass.ts'],
  ['controller/export/planted.ts', "import '@aws-sdk/client-iam';", '@aws-sdk/client-iam'],
  ['controller/reach/planted.ts', "import '../aws/network.ts';", 'aws/network.ts'],
  ['controller/reach/planted.ts', "import '@aws-sdk/client-ec2';", '@aws-sdk/client-ec2'],
  ['controller/reconcile/planted.ts', "import '../kinds/role/index.ts';", 'kinds/role/index.ts'],
  ['controller/reconcile/planted.ts', "import '../status/store.ts';", 'status/store.ts'],
  ['controller/reconcile/planted.ts', "import '../../sandbox/sandbox.ts';", 'sandbox/sandbox.ts'],
  ['controller/reconcile/planted.ts', "import '@aws-sdk/client-iam';", '@aws-sdk/client-iam'],
  ['controller/reasons/planted.ts', "import '../status/store.ts';", 'status/store.ts'],
  ['controller/status/planted.ts', "import '../reconcile/pass.ts';", 'reconcile/pass.ts'],
  ['controller/status/planted.ts', "import '../kinds/index.ts';", 'kinds/index.ts'],
  ['controller/status/planted.ts', "import '@aws-sdk/client-iam';", '@aws-sdk/client-iam'],
  ['controller/metrics/planted.ts', "import '../reconcile/pass.ts';", 'reconcile/pass.ts'],
  ['controller/notifications/planted.ts', "import '../aws/topics.ts';", 'aws/topics.ts'],
  ['controller/notifications/planted.ts', "import '../reconcile/pass.ts';", 'reconcile/pass.ts'],
  ['controller/notifications/planted.ts', "import '@aws-sdk/client-sns';", '@aws-sdk/client-sns'],
  ['controller/http/routes/planted.ts', "import '../../aws/door.ts';", 'aws/door.ts'],
  ['controller/http/planted.ts', "import '../reconcile/pass.ts';", 'reconcile/pass.ts'],
  ['controller/http/planted.ts', "import '@aws-sdk/client-iam';", '@aws-sdk/client-iam'],
  ['controller/http-worker.ts', "import './reconcile/loop.ts';", 'reconcile/loop.ts'],
  ['controller/logger.ts', "import './http/server.ts';", 'http/server.ts'],
  ['controller/config/planted.ts', "import '../cli/run.ts';", 'cli/run.ts'],
  ['controller/config.ts', "import './cli/run.ts';", 'cli/run.ts'],
  ['controller/cli/planted.ts', "import '../kinds/index.ts';", 'kinds/index.ts'],
  ['controller/cli/planted.ts', "import '../../sandbox/sandbox.ts';", 'sandbox/sandbox.ts'],
  ['controller/cli/planted.ts', "import '@aws-sdk/client-iam';", '@aws-sdk/client-iam'],
  ['controller/healthcheck.ts', "import 'fastify';", 'fastify'],
  ['controller/main.ts', "import './cli/run.ts';", 'cli/run.ts'],
  ['controller/program.ts', "await import('../test/support/world/world.ts');", 'test/support/world/world.ts'],
  ['controller/program.ts', 'await import(`./cli/${name}.ts`);', '`./cli/${name}.ts`'],
  ['sandbox/ecs/planted.ts', "import '../../controller/core/order.ts';", 'core/order.ts'],
  ['bench/planted.ts', "import '../test/support/world/world.ts';", 'test/support/world/world.ts'],
  ['release/planted.ts', "import '../controller/main.ts';", 'main.ts'],
  ['docs/generate/planted.ts', "import '../../controller/kinds/index.ts';", 'kinds/index.ts'],
  ['test/support/planted.ts', "import '../../bench/fleet.ts';", 'bench/fleet.ts'],
  ['planted.config.ts', "import './test/support/aws/moto/for-all.ts';", 'test/support/aws/moto/for-all.ts'],
  ['examples/applications/express/planted.js', "import 'fastify';", 'fastify'],
  ['examples/applications/resolver/planted.cjs', "import 'express';", 'express'],
  ['stryker.config.mjs', "import './vitest.config.ts';", 'vitest.config.ts'],
];

describe('a wall', () => {
  test.each(PLANTED)('stands in %s: %s', (file, line, imported) => {
    const found = offences(new Map([[file, line]]));
    expect(found).toEqual([expect.stringContaining(`${file} imports ${imported}; `)]);
  });

  test('has a line planted in every room', () => {
    const proved = new Set(PLANTED.map(([file]) => roomOf(file)));
    expect(Object.keys(ROOMS).filter((room) => !proved.has(room))).toEqual([]);
  });

  test('says what was imported, what may be, and why', () => {
    const planted = new Map([
      ['controller/plan/show.ts', "import { tags } from '../aws/tags.ts';"],
      ['controller/status/store.ts', "import { pass } from '../reconcile/pass.ts';"],
    ]);
    expect(offences(planted)).toEqual([
      'controller/plan/show.ts imports aws/tags.ts; plan/ may import itself, core/, diff and typebox only: a plan follows from what is given, and from nothing else',
      'controller/status/store.ts imports reconcile/pass.ts; status/ may import itself, core/, kinds/facts.ts, plan/, reach/, types of source/, types of reconcile/, picocolors and typebox only: a report is made of plain data',
    ]);
  });

  test.each([
    'controller/planted/index.ts',
    'controller/planted.ts',
    'controller/kinds/planted.ts',
    'web/planted.tsx',
  ])('is missed where a room has no row: %s', (file) => {
    expect(offences(new Map([[file, '']]))).toEqual([
      `${file} stands in no room: say in test/architecture/rooms.ts what it may import`,
    ]);
  });

  test('is no wall to what the table allows', () => {
    const allowed = [
      "import '../../core/order.ts';",
      "import '../kind.ts';",
      "import './model.ts';",
      "import type { Role } from '@aws-sdk/client-iam/dist-types/models.js';",
    ];
    expect(offences(new Map([['controller/kinds/role/driver.ts', allowed.join('\n')]]))).toEqual([]);
  });
});

describe('the imports of a file', () => {
  test.each([
    ["import a, { type B } from './a.ts';", './a.ts', false],
    ["import {\n  a,\n  b,\n} from './a.ts';", './a.ts', false],
    ["import './a.ts';", './a.ts', false],
    ["import * as a from './a.ts';", './a.ts', false],
    ["import type { A } from './a.ts';", './a.ts', true],
    ["import { type A } from './a.ts';", './a.ts', false],
    ["export { a } from './a.ts';", './a.ts', false],
    ["export * from './a.ts';", './a.ts', false],
    ["export * as a from './a.ts';", './a.ts', false],
    ["export type { A } from './a.ts';", './a.ts', true],
    ["export type * from './a.ts';", './a.ts', true],
    ["async function f() { return (await import('./a.ts')).a; }", './a.ts', false],
    ["type A = import('./a.ts').A;", './a.ts', true],
    ["type A = typeof import('./a.ts');", './a.ts', true],
  ])('hold that of %j', (text, from, typeOnly) => {
    expect(importsOf('a.ts', text)).toEqual([{ from, typeOnly }]);
  });

  test('hold nothing that only looks like one', () => {
    const text = "// import './a.ts';\nconst text = `\nimport './a.ts';\n`;\nexport { text };\n";
    expect(importsOf('a.ts', text)).toEqual([]);
  });

  test('are not guessed from what cannot be read', () => {
    expect(() => importsOf('a.ts', "import { from './a.ts';")).toThrow('a.ts cannot be read: ');
  });
});
