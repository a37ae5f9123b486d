import { AwsError } from '../error.ts';

const MAX_LENGTH = 255;
const VALID = 'a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*';
const VALID_TEXT = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/;

/**
 * The group name of a request, without the spaces at its end. `default` and `sg-…` are AWS's own (CreateSecurityGroup, EC2 API reference).
 * Throws MissingParameter, InvalidGroup.Reserved, InvalidParameterValue.
 */
export function readGroupName(text: string | undefined): string {
  const groupName = text?.trimEnd() ?? '';
  if (groupName === '') throw missing('GroupName');
  if (groupName.toLowerCase() === 'default') {
    throw new AwsError('InvalidGroup.Reserved', 'Cannot use reserved security group name: default');
  }
  if (groupName.toLowerCase().startsWith('sg-')) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value '${groupName}' for groupName. Group names may not be in the format sg-*`,
    );
  }
  refuseNonAscii('GroupName', groupName);
  if (!isValid(groupName)) throw invalid('security group name. Valid names');
  return groupName;
}

/** Throws MissingParameter, InvalidParameterValue. */
export function readGroupDescription(description: string | undefined): string {
  if (description === undefined || description === '') throw missing('GroupDescription');
  refuseNonAscii('GroupDescription', description);
  if (!isValid(description)) throw invalid('security group description. Valid descriptions');
  return description;
}

/** The description of a rule; undefined for none, and an empty one is none. Throws InvalidParameterValue. */
export function readRuleDescription(description: string | undefined): string | undefined {
  if (description === undefined || description === '') return undefined;
  if (!isValid(description)) throw invalid('rule description. Valid descriptions');
  return description;
}

function isValid(text: string): boolean {
  return text.length <= MAX_LENGTH && VALID_TEXT.test(text);
}

function refuseNonAscii(parameter: string, value: string): void {
  if (Buffer.byteLength(value) === value.length) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
  );
}

function invalid(what: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    `Invalid ${what} are strings less than ${MAX_LENGTH + 1} characters from the following set:  ${VALID}`,
  );
}

function missing(parameter: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${parameter}`);
}
