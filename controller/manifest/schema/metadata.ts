import { Type } from 'typebox';
import { text } from '../../core/schema.ts';
import { NAMESPACE_NAMING } from '../../kinds/namespace/facts.ts';
import { DNS_LABEL, nameText, stringMap } from './text.ts';

export const API_VERSION = 'stationkeeper.dev/v1';

/** Each annotation's values, the default first. Null: a list of field paths. */
export const ANNOTATIONS = {
  'stationkeeper.dev/reconcile': ['enabled', 'observe', 'disabled'],
  'stationkeeper.dev/adoption-policy': ['create', 'adopt', 'adopt-or-create'],
  'stationkeeper.dev/deletion-policy': ['delete', 'retain'],
  'stationkeeper.dev/prune': ['enabled', 'disabled'],
  'stationkeeper.dev/allow-replace': ['false', 'true'],
  'stationkeeper.dev/ignore-drift': null,
  'stationkeeper.dev/rollout': ['staged', 'paused', 'skip'],
} as const;

/** How a definition goes through the stages of its Rollout; also on a Rollout, for all that name it. */
export const ROLLOUT_ANNOTATION = 'stationkeeper.dev/rollout';

const OF_OBJECTS = {
  'stationkeeper.dev/reconcile': {
    type: 'string',
    description:
      'enabled: converge. observe: report drift, change nothing. disabled: leave alone. Default: enabled.',
  },
  'stationkeeper.dev/adoption-policy': {
    type: 'string',
    description:
      'For an existing resource without our tag. create: hold. adopt: take over, never create. adopt-or-create: take over or create. Default: create.',
  },
  'stationkeeper.dev/deletion-policy': {
    type: 'string',
    description:
      'When the manifest is removed. delete: delete our resources. retain: untag them and leave them. Default: delete.',
  },
  'stationkeeper.dev/prune': {
    type: 'string',
    description: 'enabled or disabled: whether removal from git deletes at all. Default: enabled.',
  },
  'stationkeeper.dev/allow-replace': {
    type: 'string',
    description:
      '"true" lets a change that AWS cannot make in place delete and create again. Default: "false".',
  },
  'stationkeeper.dev/ignore-drift': {
    type: 'string',
    description:
      'Comma-separated field paths. The controller reports differences that others make in AWS there, and never corrects them; it applies what git changes there.',
  },
} as const;

const OF_ROLLOUTS = {
  'stationkeeper.dev/rollout': {
    type: 'string',
    description:
      'On a DaemonService that names a Rollout, and on a Rollout for all that name it. staged: through the stages. paused: nothing begins. skip: everything begins at once. Default: staged.',
  },
} as const;

function annotationsOf(properties: object) {
  return Type.Unsafe<Record<string, string>>({
    type: 'object',
    description:
      'How Stationkeeper treats this object, under stationkeeper.dev/. Values are text: write "true" in quotes. Other keys are ignored.',
    properties,
    additionalProperties: { type: 'string' },
  });
}

function metadata<Name extends ReturnType<typeof text>>(
  name: Name,
  labels = 'AWS tags of everything that this manifest owns.',
  annotations: object = OF_OBJECTS,
) {
  return Type.Object(
    {
      name,
      labels: Type.Optional(stringMap(labels)),
      annotations: Type.Optional(annotationsOf(annotations)),
    },
    { additionalProperties: false, description: 'The name, labels and annotations of the object.' },
  );
}

function label(description: string) {
  return text(
    DNS_LABEL,
    'must be a DNS label: at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends',
    description,
  );
}

export const labelNamed = metadata(
  label('Unique among manifests of this kind; AWS names are derived from it.'),
);

/** Of what may go through a Rollout. */
export const daemonNamed = metadata(
  label('Unique among manifests of this kind; AWS names are derived from it.'),
  undefined,
  { ...OF_OBJECTS, ...OF_ROLLOUTS },
);

export const environmentNamed = metadata(
  label('Unique among Environments, written and of sets.'),
  'Labels for the selectors of definitions, and AWS tags of everything that this manifest owns. Every Environment has the labels name, region and account by itself, and cannot set them.',
);

export const domainNamed = metadata(
  nameText(
    NAMESPACE_NAMING,
    'The name that manifests of its Environment use for the namespace, and its name in Cloud Map unless spec.name gives another.',
  ),
);

/** Of what is no object, and so has neither tags nor a policy. */
export const nameOnly = Type.Object(
  { name: label('Its name, which nothing in AWS has.') },
  { additionalProperties: false, description: 'The name of the document.' },
);

/** The same with annotations. */
export const nameAndAnnotations = Type.Object(
  {
    name: label('Its name, which nothing in AWS has.'),
    annotations: Type.Optional(annotationsOf(OF_ROLLOUTS)),
  },
  { additionalProperties: false, description: 'The name of the document.' },
);

/** The whole document of one kind. */
export function document<
  Kind extends string,
  Metadata extends typeof labelNamed | typeof nameOnly | typeof nameAndAnnotations,
  Spec extends ReturnType<typeof Type.Object>,
>(kind: Kind, meta: Metadata, spec: Spec) {
  return Type.Object(
    {
      apiVersion: Type.Literal(API_VERSION, { description: 'Version of the manifest language.' }),
      kind: Type.Literal(kind, { description: 'The kind of object that this document declares.' }),
      metadata: meta,
      spec,
    },
    { additionalProperties: false },
  );
}
