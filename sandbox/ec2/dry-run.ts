import type { Operation } from '../call.ts';
import { AwsError } from '../error.ts';

/** A call that `DryRun` stops. AWS checks permissions only then; the sandbox has none to check. */
export function orDryRun<Input extends { readonly DryRun?: boolean | undefined }, Output>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return (input, context) => {
    if (input.DryRun === true) {
      throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
    }
    return operation(input, context);
  };
}
