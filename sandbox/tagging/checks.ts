import { AwsError } from '../error.ts';

const ARN = /^arn:[^:]+:([^:]+):[^:]*:[^:]*:(.+)$/;
const MAX_ARN_LENGTH = 1011;

/** Throws InvalidParameterException for none, too many, or what is no ARN. */
export function checkArns(arns: readonly string[] | undefined, most: number): readonly string[] {
  if (arns === undefined || arns.length === 0 || arns.length > most) {
    throw invalidParameter(`ResourceARNList must have from 1 to ${most} items.`);
  }
  for (const arn of arns) {
    if (arn.length > MAX_ARN_LENGTH || !ARN.test(arn)) throw invalidParameter(`${arn} is not an ARN.`);
  }
  return arns;
}

/** As ResourceTypeFilters name it: `ecs:service`. */
export function resourceTypeOf(arn: string): string {
  const [, service = '', resource = ''] = ARN.exec(arn) ?? [];
  return `${service}:${resource.split(/[:/]/, 1)[0]}`;
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
