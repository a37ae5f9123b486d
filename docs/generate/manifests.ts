import { IGNORED_TAG, REVISION_TAG, wantedTags } from '../../controller/core/ownership.ts';
import { FORCE_TAG } from '../../controller/kinds/repository/facts.ts';
import type { Desired, KindName } from '../../controller/core/resource.ts';
import { ROLLOUT_TAG } from '../../controller/core/rollout/held.ts';
import { RECORD_TAG } from '../../controller/core/rollout/record.ts';
import { DOCUMENT_KINDS } from '../../controller/manifest/document-kinds.ts';
import type { DocumentKind } from '../../controller/manifest/document-kinds.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { MANIFEST_SCHEMAS } from '../../controller/manifest/schema/index.ts';
import { ANNOTATIONS } from '../../controller/manifest/schema/metadata.ts';
import { FACTS } from '../../controller/kinds/facts.ts';
import { FARGATE_SIZES } from '../../controller/kinds/task-definition/size.ts';
import { fieldsOf, nestedIn } from './fields.ts';
import type { Field, SchemaNode } from './fields.ts';
import { answerTo, REFUSED, WARNED } from './refused.ts';
import { ENDING, EXAMPLES, INTRODUCTION, OWNERSHIP, TAG_MEANINGS } from './words.ts';

/** docs/manifests.md, from the schemas, the checks and the expansion that the program itself uses. */
export function manifestReference(): string {
  const sections = [
    INTRODUCTION,
    metadataSection(),
    ...DOCUMENT_KINDS.map(kindSection),
    `## Sizes of tasks\n\nThe pairs that Fargate offers.\n\n${sizesTable()}`,
    `## Rules between fields\n\nWhat the schema cannot say, with what is said where it is broken.\n\n${rulesTables()}`,
    `## Warnings\n\nWhat AWS takes, and what will yet not work: it is told, and the manifest is valid.\n\n${answersTable(WARNED)}`,
    `## What AWS has and a manifest has not\n\nEach is refused by name, with the reason.\n\n${notOfferedTable()}`,
    `## Names in AWS\n\nOf a DaemonService \`xray\` in the namespace \`services.example.org\`; the last column overrides.\n\n${namesTable()}`,
    `## Ownership tags\n\n${OWNERSHIP}\n\n${tagsTable()}`,
    ENDING,
  ];
  return `${sections.join('\n\n')}\n`;
}

function metadataSection(): string {
  const { labels } = schemaOf('DaemonService').properties?.['metadata']?.properties ?? {};
  const described = propertiesAt('DaemonService', 'metadata', 'annotations');
  const rows = Object.entries(ANNOTATIONS).map(([key, values]) => {
    const { meaning } = fieldsOf({ properties: { [key]: described[key] ?? {} } })[0]!;
    const valid =
      values === null ? 'field paths, as plans show them' : values.map((value) => `\`${value}\``).join(', ');
    return [`\`${key}\``, valid, escaped(meaning)];
  });
  return [
    '## metadata',
    `Every kind has a \`name\`, unique among the manifests of its kind in one Environment. Its \`labels\` ${lowerFirst(labels?.description ?? '')}`,
    '### Annotations',
    escaped(
      schemaOf('DaemonService').properties?.['metadata']?.properties?.['annotations']?.description ?? '',
    ),
    table(['annotation', 'values, the default first', 'meaning'], rows),
  ].join('\n\n');
}

function kindSection(kind: DocumentKind): string {
  const schema = schemaOf(kind);
  const spec = schema.properties?.['spec'] ?? {};
  const name = schema.properties?.['metadata']?.properties?.['name'] ?? {};
  const properties = Object.entries(spec.properties ?? {});
  const ofOwnSection = properties.flatMap(([field, node]) => {
    const nested = nestedIn(node);
    return nested === undefined
      ? []
      : [{ field, node: nested.node, title: `spec.${field}${nested.list ? '[]' : ''}` }];
  });
  const own = new Set(ofOwnSection.map(({ field }) => field));
  const rows = fieldsOf(spec).filter(({ path }) => own.has(path) || !own.has(path.split(/[.[]/)[0] ?? ''));
  return [
    `## ${kind}`,
    escaped(spec.description ?? ''),
    `\`\`\`yaml\n${EXAMPLES[kind].trim()}\n\`\`\``,
    `\`metadata.name\`: ${escaped(withoutMust(name.errorMessage ?? ''))}. ${escaped(name.description ?? '')}`,
    `### Fields of ${kind}`,
    fieldsTable(rows, kind, own),
    ...ofOwnSection.flatMap(({ title, node, field }) => [
      `### ${kind}: ${title}`,
      escaped(spec.properties?.[field]?.description?.replace(/ Default: .*$/, '') ?? ''),
      fieldsTable(fieldsOf(node), kind, new Set()),
    ]),
  ].join('\n\n');
}

function fieldsTable(fields: readonly Field[], kind: DocumentKind, linked: ReadonlySet<string>): string {
  const rows = fields.map(({ path, type, required, fallback, meaning }) => {
    const isList = schemaOf(kind).properties?.['spec']?.properties?.[path]?.items !== undefined;
    const anchor = `#${kind.toLowerCase()}-spec${path.toLowerCase()}`;
    return [
      linked.has(path) ? `[\`${path}${isList ? '[]' : ''}\`](${anchor})` : `\`${path}\``,
      escaped(type),
      required ? '**required**' : escaped(fallback) || '–',
      escaped(meaning),
    ];
  });
  return table(['field', 'type and limits', 'default', 'meaning'], rows);
}

function sizesTable(): string {
  const rows = [...FARGATE_SIZES].map(([cpu, memories]) => {
    const [first = 0, second = 0] = memories;
    const all = memories.length <= 3;
    const memory = all ? memories.join(', ') : `${first} to ${memories.at(-1)} in steps of ${second - first}`;
    return [`${cpu} (${cpu / 1024} vCPU)`, memory];
  });
  return table(['cpu, in units', 'memory, in MiB'], rows);
}

function rulesTables(): string {
  return Object.entries(REFUSED)
    .map(([subject, cases]) => `### ${subject}\n\n${answersTable(cases)}`)
    .join('\n\n');
}

function answersTable(cases: typeof WARNED): string {
  return table(
    ['written', 'said'],
    cases.map((one) => [`\`${one.shown}\``, escaped(answerTo(one))]),
  );
}

/** From what the schemas know of AWS's structures (core/fields/table.ts). */
function notOfferedTable(): string {
  return table(['field', 'why not'], notOfferedIn(schemaOf('DaemonService').properties?.['spec'] ?? {}, ''));
}

function notOfferedIn(node: SchemaNode, path: string): readonly (readonly string[])[] {
  const here = Object.entries(node.knowledge?.notOffered ?? {}).map(([name, why]) => [
    `\`${path}${name}\``,
    escaped(why),
  ]);
  const below = Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const nested = nestedIn(property);
    return nested === undefined ? [] : notOfferedIn(nested.node, `${path}${name}${nested.list ? '[]' : ''}.`);
  });
  return [...here, ...below];
}

const SAMPLE = `
apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: xray }
spec:
  cluster: main
  cpu: 256
  memory: 512
  containers: [{ name: xray, image: "public.ecr.aws/xray/aws-xray-daemon:3.x" }]
  taskRole: { statements: [{ actions: ["xray:PutTraceSegments"], resources: ["*"] }] }
  serviceDiscovery: { namespace: services.example.org }
`;

const SET_BY: Readonly<Partial<Record<KindName, string>>> = {
  'log-group': '`logs.group`',
  'security-group': '`securityGroup.name`, or `securityGroupIds` for groups that exist',
  'discovery-service': '`serviceDiscovery.name`',
  'task-definition': '`family`',
  service: '`serviceName`',
};

function sampleResources(): readonly Desired[] {
  const { manifests } = parseManifests([{ file: 'xray.yaml', text: SAMPLE }]);
  return expandManifests(manifests).desired.filter(({ management }) => management === 'managed');
}

function namesTable(): string {
  const rows = sampleResources().map(({ id }) => {
    const field = id.name.endsWith('-execution') ? 'executionRole' : 'taskRole';
    const role = `\`${field}.name\`, or \`${field}.arn\` for a role that exists`;
    return [id.kind, `\`${id.name}\``, SET_BY[id.kind] ?? role];
  });
  return table(['resource', 'name', 'set by'], rows);
}

function tagsTable(): string {
  const claim = { owner: 'stationkeeper', environment: 'default', region: 'us-east-1' };
  const keys = new Set(
    sampleResources().flatMap((desired) => {
      const facts = FACTS.find(({ name }) => name === desired.id.kind) ?? {};
      return Object.keys(wantedTags(claim, desired, facts));
    }),
  );
  const rows = [...keys, FORCE_TAG, IGNORED_TAG, ROLLOUT_TAG, RECORD_TAG, REVISION_TAG].map((key) => {
    const meaning = TAG_MEANINGS[key];
    if (meaning === undefined)
      throw new Error(`docs/generate/words.ts does not say what the tag ${key} means`);
    return [`\`${key}\``, meaning];
  });
  return table(['tag', 'value'], rows);
}

/** As the JSON that editors read, with the sentences that they do not. */
function schemaOf(kind: DocumentKind): SchemaNode {
  return JSON.parse(JSON.stringify(MANIFEST_SCHEMAS[kind])) as SchemaNode;
}

function propertiesAt(kind: DocumentKind, ...path: readonly string[]): Readonly<Record<string, SchemaNode>> {
  const found = path.reduce<SchemaNode | undefined>((node, key) => node?.properties?.[key], schemaOf(kind));
  return found?.properties ?? {};
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Plain text as Markdown shows it in a table. */
function escaped(text: string): string {
  return text.replaceAll(/[*_<|[\]]/g, '\\$&');
}

function withoutMust(text: string): string {
  return text.replace(/^must be /, '');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
