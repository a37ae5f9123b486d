import type {
  LabelParameterVersionCommandInput,
  LabelParameterVersionCommandOutput,
  ParameterTier,
  ParameterType,
  PutParameterCommandInput,
  PutParameterCommandOutput,
} from '@aws-sdk/client-ssm';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { callerOf } from '../sts/caller.ts';
import { tagsChanged } from '../tagging/state.ts';
import { checkEnum, checkLength, checkNewName, validation } from './checks.ts';
import { requireParameter } from './find.ts';
import { latestOf } from './state.ts';
import type { Parameter, ParameterVersion } from './state.ts';
import { withTags } from './tag-rules.ts';

const TYPES: readonly ParameterType[] = ['String', 'StringList', 'SecureString'];
const TIERS: readonly ParameterTier[] = ['Standard', 'Advanced', 'Intelligent-Tiering'];
const DATA_TYPES = ['text', 'aws:ec2:image', 'aws:ssm:integration'];

/** Characters of a value, versions of a parameter, and parameters of a Region (AWS Systems Manager endpoints and quotas). */
const MOST_STANDARD = 4096;
const MOST_ADVANCED = 8192;
const MAX_VERSIONS = 100;
const MAX_LABELS = 10;
const MAX_PARAMETERS = 10_000;

/**
 * Makes a parameter, or the next version of one where it may be overwritten. Throws ValidationException, ParameterAlreadyExists,
 * HierarchyTypeMismatchException, ParameterPatternMismatchException, ParameterMaxVersionLimitExceeded, ParameterLimitExceeded and the like.
 */
export function putParameter(
  input: PutParameterCommandInput,
  context: CallContext,
): Answer<PutParameterCommandOutput> {
  const name = checkNewName(input.Name);
  checkLength(input.Value, 'value', 1, Number.POSITIVE_INFINITY);
  checkLength(input.Description, 'description', 0, 1024);
  checkEnum(input.Type, 'type', TYPES);
  checkEnum(input.Tier, 'tier', TIERS);
  if (input.DataType !== undefined && !DATA_TYPES.includes(input.DataType)) {
    throw validation(
      `The following data type is not supported: ${input.DataType} (Data type names are all lowercase.)`,
    );
  }
  const overwrites = input.Overwrite === true;
  if (overwrites && (input.Tags ?? []).length > 0) {
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  const { parameters } = context.state.ssm;
  const present = parameters.get(name);
  if (present !== undefined && !overwrites) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const version = readVersion(input, present === undefined ? undefined : latestOf(present), context);
  if (present === undefined) create(name, version, input, context);
  else addVersion(present, version);
  return { Version: version.version, Tier: version.tier };
}

function create(
  name: string,
  version: ParameterVersion,
  { Tags }: PutParameterCommandInput,
  context: CallContext,
): void {
  const { accountId, region, state } = context;
  const { parameters } = state.ssm;
  if (parameters.size >= MAX_PARAMETERS) {
    throw new AwsError(
      'ParameterLimitExceeded',
      `You have exceeded the number of parameters for this AWS account, which is ${MAX_PARAMETERS}.`,
    );
  }
  const path = name.startsWith('/') ? name : `/${name}`;
  const parameter: Parameter = {
    name,
    arn: `arn:${partitionOf(region)}:ssm:${region}:${accountId}:parameter${path}`,
    tags: withTags(new Map(), Tags),
    versions: [version],
  };
  parameters.set(name, parameter);
  tagsChanged(context, parameter.arn, parameter.tags);
}

/** The oldest of a hundred makes room, unless it has a label. */
function addVersion({ name, versions }: Parameter, version: ParameterVersion): void {
  const [oldest] = versions;
  if (versions.length >= MAX_VERSIONS && oldest !== undefined) {
    if (oldest.labels.size > 0) {
      throw new AwsError(
        'ParameterMaxVersionLimitExceeded',
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
      );
    }
    versions.shift();
  }
  versions.push(version);
}

/** What is not given stays as it was. */
function readVersion(
  input: PutParameterCommandInput,
  before: ParameterVersion | undefined,
  context: CallContext,
): ParameterVersion {
  const { Value: value = '' } = input;
  const type = input.Type ?? before?.type;
  if (type === undefined) throw validation('A parameter type is required when you create a parameter.');
  if (before !== undefined && before.type !== type) {
    throw new AwsError(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    );
  }
  const allowedPattern = input.AllowedPattern ?? before?.allowedPattern;
  checkPattern(value, allowedPattern);
  if (input.KeyId !== undefined && type !== 'SecureString') {
    throw validation('KeyId is required for SecureString type parameter only.');
  }
  const policies = readPolicies(input.Policies) ?? before?.policies;
  return {
    version: (before?.version ?? 0) + 1,
    type,
    value: { hidden: value },
    description: input.Description ?? before?.description,
    keyId: type === 'SecureString' ? (input.KeyId ?? before?.keyId ?? 'alias/aws/ssm') : undefined,
    allowedPattern,
    tier: readTier(value, input.Tier, before?.tier, policies),
    dataType: input.DataType ?? before?.dataType ?? 'text',
    policies,
    modifiedAt: context.world.date(),
    modifiedBy: callerOf(context).arn,
    labels: new Set(),
  };
}

/** An advanced parameter stays one; intelligent tiering makes one where it is needed. */
function readTier(
  value: string,
  wanted: ParameterTier | undefined,
  before: ParameterTier | undefined,
  policies: string | undefined,
): ParameterTier {
  if (value.length > MOST_ADVANCED) {
    throw validation(
      `Advanced tier parameters support a maximum parameter value of ${MOST_ADVANCED} characters.`,
    );
  }
  if (before === 'Advanced') {
    if (wanted !== 'Standard') return 'Advanced';
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.",
    );
  }
  const needsMore = value.length > MOST_STANDARD || policies !== undefined;
  if (wanted === 'Advanced' || (wanted === 'Intelligent-Tiering' && needsMore)) return 'Advanced';
  if (value.length > MOST_STANDARD) {
    throw validation(
      `Standard tier parameters support a maximum parameter value of ${MOST_STANDARD} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    );
  }
  if (policies !== undefined) {
    throw validation('Parameter policies are supported by the advanced-parameter tier only.');
  }
  return 'Standard';
}

function readPolicies(policies: string | undefined): string | undefined {
  if (policies === undefined || policies === '') return undefined;
  checkLength(policies, 'policies', 1, 4096);
  try {
    const parsed: unknown = JSON.parse(policies);
    if (Array.isArray(parsed) && parsed.length > 0) return policies;
    if (Array.isArray(parsed)) return undefined;
  } catch {
    // The refusal below says it.
  }
  throw new AwsError('InvalidPolicyTypeException', 'The policies of a parameter are a JSON list.');
}

/** The value is not repeated. */
function checkPattern(value: string, pattern: string | undefined): void {
  if (pattern === undefined || pattern === '') return;
  let allowed: RegExp;
  try {
    allowed = new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    throw new AwsError(
      'InvalidAllowedPatternException',
      `The allowed pattern ${pattern} is not a regular expression.`,
    );
  }
  if (allowed.test(value)) return;
  throw new AwsError(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  );
}

/** Moves labels to a version, the latest where none is named. Throws ParameterNotFound, ParameterVersionNotFound, ParameterVersionLabelLimitExceeded. */
export function labelParameterVersion(
  input: LabelParameterVersionCommandInput,
  context: CallContext,
): Answer<LabelParameterVersionCommandOutput> {
  checkLength(input.Labels, 'labels', 1, MAX_LABELS);
  const parameter = requireParameter(context, input.Name);
  const version = requireVersion(parameter, input.ParameterVersion);
  const labels = input.Labels ?? [];
  const isGood = (label: string): boolean =>
    label.length <= 100 && /^(?!aws|ssm)[a-zA-Z_.-][a-zA-Z0-9_.-]*$/i.test(label);
  const good = labels.filter(isGood);
  if (new Set([...version.labels, ...good]).size > MAX_LABELS) {
    throw new AwsError(
      'ParameterVersionLabelLimitExceeded',
      `A parameter version can have maximum ${MAX_LABELS} labels. Move one or more labels to another version and try again.`,
    );
  }
  for (const label of good) {
    for (const each of parameter.versions) each.labels.delete(label);
    version.labels.add(label);
  }
  return { InvalidLabels: labels.filter((label) => !isGood(label)), ParameterVersion: version.version };
}

function requireVersion(parameter: Parameter, number: number | undefined): ParameterVersion {
  if (number === undefined) return latestOf(parameter);
  const found = parameter.versions.find(({ version }) => version === number);
  if (found !== undefined) return found;
  throw versionNotFound(parameter.name, String(number));
}

export function versionNotFound(name: string, selector: string): AwsError {
  return new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
  );
}
