import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OWNER_TAG } from '../../controller/core/ownership.ts';
import { RULE_TAG } from '../../controller/kinds/security-group-rule/facts.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { ANY_CREDENTIALS, run, scratchFolder, startSandbox } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { makeExisting } from '../support/manifests/generated/existing.ts';
import type { Existing } from '../support/manifests/generated/existing.ts';
import { pushImages } from '../support/manifests/generated/image.ts';
import {
  anyBundle,
  anyEnvironment,
  documentSchemas,
  fewToShow,
  fleetOf,
  lackingIn,
  textOf,
} from '../support/manifests/generated/fleet.ts';
import type { Fleet } from '../support/manifests/generated/fleet.ts';
import type { JsonSchema } from '../support/manifests/generated/json-schema.ts';
import { NOT_SHOWN } from '../support/manifests/generated/not-shown.ts';
import { LACK_OF_PREVIOUS, PREVIOUS_MANIFESTS, runPrevious } from '../support/programs/previous.ts';
import { tagsOf } from '../support/plans/resources.ts';
import { balancingBy, callsBy, sdkClients } from '../support/aws/sdk.ts';
import type { SdkClients } from '../support/aws/sdk.ts';
import { skippedFor } from '../support/runs/skipped.ts';

/** Of these a few show all that the others do. */
const SAMPLES = 2000;
/** And some more are applied, for what goes together. */
const MORE = 40;
/** Fleets that are looked after at the same time. */
const AT_ONCE = 2;
const MOST_MS = 600_000;
const NOTHING_TO_DO = /^Plan: no changes; \d+ resources are in sync$/m;

type Files = Readonly<Record<string, string>>;

/** An AWS, and the environment of programs that know nothing else. */
interface Aws extends SdkClients {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<unknown>;
}

async function startAws(): Promise<Aws> {
  const sandbox = await startSandbox(['--speed', '500', '--quotas', 'off']);
  return {
    ...sdkClients(sandbox.url),
    env: { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: sandbox.url },
    stop: () => {
      sandbox.kill('SIGTERM');
      return sandbox.ended;
    },
  };
}

function makeExistingIn(aws: Aws): Promise<Existing> {
  return makeExisting(aws, balancingBy(aws), callsBy(aws));
}

function filesIn(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

/** What the previous version says of applying the files, then this one of planning them, and which digests are not as this one has them. */
async function upgraded(aws: Aws, files: Files, folder = scratchFolder()): Promise<object> {
  const { env, tagging } = aws;
  writeFiles(folder, files);
  // Repositories are made first, and images pushed into them, before anything runs from these.
  const first = await runPrevious(['apply', folder], env);
  await pushImages(callsBy(aws));
  const applied = first.code === 0 ? first : await runPrevious(['apply', folder], env);
  const plan = await run(['plan', folder, '--detailed-exitcode'], env);
  const wanted = digestsOf(files);
  const found = await digestsIn(tagging);
  return {
    applied: { code: applied.code, said: applied.code === 0 ? '' : applied.stderr },
    created: `${first.stdout}${applied.stdout}`.match(/: created$/gm)?.length ?? 0,
    plan: { code: plan.code, stdout: plan.stdout, stderr: plan.stderr },
    digests: found.length,
    otherDigests: found.filter((digest) => !wanted.has(digest)),
  };
}

const NOTHING = {
  applied: { code: 0, said: '' },
  created: expect.toSatisfy((count: number) => count > 10),
  plan: {
    code: 0,
    stdout: expect.stringMatching(NOTHING_TO_DO),
    stderr: expect.stringMatching(/^(warning .*\n)*$/),
  },
  digests: expect.toSatisfy((count: number) => count > 10),
  otherDigests: [],
};

function digestsOf(files: Files): ReadonlySet<string> {
  const { manifests } = parseManifests(
    Object.entries(files).flatMap(([file, text]) => (/\.ya?ml$/.test(file) ? { file, text } : [])),
  );
  const claim = { owner: 'stationkeeper', environment: 'default' };
  return new Set(expandManifests(manifests).desired.map((desired) => digestIn(tagsOf(claim, desired))));
}

async function digestsIn(tagging: SdkClients['tagging']): Promise<readonly string[]> {
  const found: string[] = [];
  const pages = paginateGetResources({ client: tagging }, { TagFilters: [{ Key: OWNER_TAG }] });
  for await (const { ResourceTagMappingList = [] } of pages) {
    for (const { Tags = [] } of ResourceTagMappingList) {
      const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
      // A rule for each block of a consumer's subnets, which the account has and no manifest.
      if (!/\/\d+(\.\d+){3}\/\d+$/.test(tags[RULE_TAG] ?? '')) found.push(digestIn(tags));
    }
  }
  return found;
}

/** Of the spec; what a resource is made of is not known before there is an AWS. */
function digestIn(tags: Readonly<Record<string, string>>): string {
  return `${tags['stationkeeper:manifest']} ${tags['stationkeeper:spec']?.split('/')[0]}`;
}

/** Manifests of the previous version's schema that it takes, and that together show all of it. */
async function fleetsOfPrevious(options: {
  readonly schema: JsonSchema;
  readonly existing: Existing;
}): Promise<readonly Fleet[]> {
  const schemas = documentSchemas(options.schema);
  const sampled = fc.sample(anyBundle(options), { numRuns: SAMPLES, seed: 1 });
  const all = fleetOf(undefined, sampled);
  const size = all.length / sampled.length;
  const texts = sampled.map((_, nth) => textOf(all.slice(nth * size, (nth + 1) * size)));
  const folder = writeFiles(
    scratchFolder(),
    Object.fromEntries(texts.map((text, nth) => [`${nth}.yaml`, text])),
  );
  const { stderr } = await runPrevious(['validate', folder], {});
  const refused = new Set([...stderr.matchAll(/^error \S*?(\d+)\.yaml:/gm)].map(([, nth]) => Number(nth)));
  const valid = sampled.filter((_, nth) => !refused.has(nth));
  expect(valid.length / SAMPLES).toBeGreaterThan(0.5);

  const covering = fewToShow(
    valid,
    ({ cluster, namespace, repository, daemon }) => [
      cluster,
      namespace,
      ...(repository === undefined ? [] : [repository]),
      daemon,
    ],
    schemas,
  );
  const bundles = [...new Set([...covering, ...valid.slice(0, MORE)])];
  const declared = fc.sample(anyEnvironment(options), { numRuns: SAMPLES, seed: 1 });
  const environments = [undefined, ...fewToShow(declared, (environment) => [environment], schemas)];
  return environments.map((environment, nth) =>
    fleetOf(
      environment,
      bundles.filter((_, index) => index % environments.length === nth),
    ),
  );
}

describe('what the version that landed before this one applied', skippedFor(LACK_OF_PREVIOUS), () => {
  test(
    'is planned as empty where it is its examples, and not where somebody changes a field of them',
    async () => {
      const aws = await startAws();
      const files = filesIn(PREVIOUS_MANIFESTS);
      // Another folder would be another source.
      const folder = scratchFolder();
      expect(await upgraded(aws, files, folder)).toEqual(NOTHING);

      const changed = Object.entries(files).map(([file, text]) => [
        file,
        text.replace('desiredCount: 2', 'desiredCount: 3'),
      ]);
      writeFiles(folder, Object.fromEntries(changed));
      const { code, stdout } = await run(['plan', folder, '--detailed-exitcode'], aws.env);
      expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining('desiredCount: 2 → 3') });
    },
    MOST_MS,
  );

  test(
    'is planned as empty whatever its schema allows',
    async () => {
      const printed = await runPrevious(['schema'], {});
      const schema = JSON.parse(printed.stdout) as JsonSchema;
      const first = await startAws();
      const existing = await makeExistingIn(first);
      await first.stop();
      const fleets = await fleetsOfPrevious({ schema, existing });
      const lacking = lackingIn(fleets.flat(), documentSchemas(schema));
      expect(lacking.filter((place) => !Object.hasOwn(NOT_SHOWN, place))).toEqual([]);

      const results: object[] = [];
      const left = [...fleets];
      const work = async (): Promise<void> => {
        for (let fleet = left.shift(); fleet !== undefined; fleet = left.shift()) {
          const aws = await startAws();
          expect(await makeExistingIn(aws)).toEqual(existing);
          results.push(await upgraded(aws, { 'fleet.yaml': textOf(fleet) }));
          await aws.stop();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(results).toEqual(fleets.map(() => NOTHING));
    },
    MOST_MS,
  );
});
