import { createHash } from 'node:crypto';
import type {
  Parameter as ParameterShape,
  ParameterHistory,
  ParameterInlinePolicy,
  ParameterMetadata,
} from '@aws-sdk/client-ssm';
import type { Parameter, ParameterVersion } from './state.ts';

interface Shown {
  readonly isDecrypted: boolean;
  /** `:3` or `:label`, as it was asked for. */
  readonly selector?: string | undefined;
}

export function showParameter(
  parameter: Parameter,
  version: ParameterVersion,
  { isDecrypted, selector }: Shown,
): ParameterShape {
  return {
    Name: parameter.name,
    Type: version.type,
    Value: valueOf(parameter, version, isDecrypted),
    Version: version.version,
    ...(selector === undefined ? {} : { Selector: selector }),
    LastModifiedDate: version.modifiedAt,
    ARN: parameter.arn,
    DataType: version.dataType,
  };
}

export function showMetadata(parameter: Parameter, version: ParameterVersion): ParameterMetadata {
  return { ARN: parameter.arn, ...described(parameter, version) };
}

export function showHistory(
  parameter: Parameter,
  version: ParameterVersion,
  isDecrypted: boolean,
): ParameterHistory {
  return {
    ...described(parameter, version),
    Value: valueOf(parameter, version, isDecrypted),
    Labels: [...version.labels],
  };
}

function described({ name }: Parameter, version: ParameterVersion) {
  const { description, keyId, allowedPattern } = version;
  return {
    Name: name,
    Type: version.type,
    ...(keyId === undefined ? {} : { KeyId: keyId }),
    LastModifiedDate: version.modifiedAt,
    LastModifiedUser: version.modifiedBy,
    ...(description === undefined ? {} : { Description: description }),
    ...(allowedPattern === undefined ? {} : { AllowedPattern: allowedPattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: policiesOf(version),
    DataType: version.dataType,
  };
}

/** Without decryption a SecureString is some cipher, which here says nothing of the value. */
function valueOf(
  parameter: Parameter,
  { type, value, version }: ParameterVersion,
  isDecrypted: boolean,
): string {
  if (type !== 'SecureString' || isDecrypted) return value.hidden;
  return createHash('sha512').update(`${parameter.arn}:${version}`).digest('base64');
}

function policiesOf({ policies }: ParameterVersion): ParameterInlinePolicy[] {
  if (policies === undefined) return [];
  return (JSON.parse(policies) as readonly { readonly Type: string }[]).map((policy) => ({
    PolicyText: JSON.stringify(policy),
    PolicyType: policy.Type,
    PolicyStatus: 'Pending',
  }));
}
