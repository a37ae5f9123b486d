import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FACTS, KIND_NAMES } from '../../controller/kinds/facts.ts';
import { MANIFEST_KINDS } from '../../controller/core/resource.ts';
import { textsOf } from './texts.ts';

/** A kind is known in its folder: whoever needs to know something of it asks its facts. */

const CONTROLLER = join(import.meta.dirname, '..', '..', 'controller');

/** Files outside `kinds/` that hold such a word, and what they mean by it. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'core/reference.ts': 'the environment is what every resource stands in',
  'aws/linked-role.ts': "IAM's word for a role that is none of ours",
  'manifest/names.ts': 'what a name is unique in',
  'config/flags.ts': 'the name of a flag',
  'reach/hop.ts': 'a hop: the role that tasks act with',
  'logger.ts': 'a field of a log line',
  'config/commands.ts': 'what metrics are told by',
  'metrics/aws.ts': 'a label: the AWS service that is called',
  'metrics/happenings.ts': 'a label',
  'metrics/objects.ts': 'a label',
  'metrics/registry.ts': 'what metrics are told by',
  'metrics/report.ts': 'a label',
  'export/export.ts': 'the name of a manifest whose service has none that can be written',
  'export/labels.ts': 'the name of a manifest whose own has no letter in it',
  'export/repositories.ts': 'a field of manifests',
  'manifest/candidate.ts': 'a field of manifests',
  'manifest/check/claims.ts': 'a field of manifests',
  'manifest/check/container-settings.ts': 'a field of manifests',
  'manifest/check/container-variables.ts': 'a field of manifests',
  'manifest/check/environments.ts': 'fields of manifests',
  'manifest/check/namespace.ts': 'a field of manifests',
  'manifest/check/images.ts': 'a field of manifests',
  'manifest/check/providers.ts': 'a field of manifests',
  'manifest/check/repositories.ts': 'a field of manifests',
  'manifest/check/scaling.ts': 'a field of manifests: of a metric',
  'manifest/fleet/declared-environments.ts': 'what variables begin with',
  'manifest/fleet/environment-sets.ts': 'what variables begin with',
  'manifest/fleet/expand.ts': 'a field of manifests',
  'manifest/fleet/instances.ts': 'a field of manifests',
  'manifest/named-files.ts': 'a field of manifests',
  'manifest/expand/task-definition.ts': 'a field of the spec',
  'notifications/problem.ts': 'a field of a report',
  'notifications/topic-message.ts': 'an attribute of a message',
  'plan/spec-lines.ts': 'a field of a resource id, and the variables of a container',
};

/** Texts of a file that are the name of a kind, by whichever quotes. */
function kindNamesIn(file: string, text: string): readonly string[] {
  return textsOf(file, text)
    .flat()
    .filter((each) => KIND_NAMES.includes(each));
}

const NAMING = readdirSync(CONTROLLER, { recursive: true, encoding: 'utf8' }).filter(
  (file) =>
    file.endsWith('.ts') &&
    !file.startsWith('kinds/') &&
    kindNamesIn(file, readFileSync(join(CONTROLLER, file), 'utf8')).length > 0,
);

test('no file outside kinds/ names a kind, but for words that mean something else', () => {
  expect(NAMING.toSorted()).toEqual(Object.keys(OTHERWISE).toSorted());
});

describe('a kind is named', () => {
  test.each(["'log-group'", '"log-group"', '`log-group`', "{ 'log-group': 1 }", "1 as 'log-group'"])(
    'by %s',
    (text) => {
      expect(kindNamesIn('planted.ts', `export const planted = ${text};`)).toEqual(['log-group']);
    },
  );

  test('by no comment, and not by a longer text', () => {
    expect(kindNamesIn('planted.ts', "// 'role'\nexport const planted = 'the role';")).toEqual([]);
  });
});

test('every kind of manifest is about one kind of resource', () => {
  expect(FACTS.flatMap(({ mainOf }) => mainOf ?? []).toSorted()).toEqual(MANIFEST_KINDS.toSorted());
});
