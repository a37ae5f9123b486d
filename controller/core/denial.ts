const ENCODED = /\s*Encoded authorization failure message: \S+/;

/** AWS's refusal without what only AWS can read: EC2 adds the whole decision, encoded, to it. */
export function withoutEncoding(said: string): string {
  return said.replace(ENCODED, '').trim();
}

const PRINTED = '`stationkeeper policy` prints all that the manifests need';

/**
 * What to do about a refusal, in one line: the statement that was missing, ready to be put into a policy, with what AWS says
 * was asked for; or, where a policy forbids it outright, that no statement helps (IAM: troubleshoot access denied error messages).
 *
 * @param called the action of the call, for a refusal that does not say what it was about; undefined where that may be any
 */
export function denialAdvice(said: string, called: string | undefined): string {
  // Passing a role is another action than the call that does it.
  const action = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(said)?.[1] ?? called;
  if (action === undefined) return PRINTED;
  const resource = /on resource: (arn:\S+?)[.,;]?(?:\s|$)/.exec(said)?.[1] ?? '*';
  const forbidding = /explicit deny in an? ([\w -]+?)(?=[.,;:]|\s*$)/.exec(said)?.[1];
  if (forbidding !== undefined) {
    return `an explicit deny in a ${forbidding} forbids ${action}, which no other statement overrides: change that policy`;
  }
  const lacking = /because no ([\w -]+?) allows/.exec(said)?.[1] ?? 'identity-based policy';
  const where = lacking === 'identity-based policy' ? "the controller's policy" : `the ${lacking} too`;
  const statement = JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource });
  return `add ${statement} to ${where}; ${PRINTED}`;
}

/** The IAM action of an operation as we name it: `tagging:GetResources` is `tag:GetResources`. */
export function iamAction(operation: string): string {
  return operation.replace(/^tagging:/, 'tag:');
}
