import { authorizationDetails } from '../../aws/roles.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { lookedUpDriver } from '../looked-up.ts';
import type { Verdict } from '../looked-up.ts';

const KNOWN_FOR_MS = 600_000;
const MADE = 'where executionRole or taskRole names none, a role is made';

/** Looks up the roles that manifests bring by their ARNs, for tasks and for ECS itself: all at once, in the list that our own roles are read from too. */
export function givenRoleDriver({ aws, clock }: DriverContext): KindDriver<LookedUpSpec, LookedUpState> {
  return lookedUpDriver(clock, {
    one: 'a role that a manifest brings',
    all: 'roles that manifests bring',
    knownForMs: KNOWN_FOR_MS,
    onDenial: 'taken',
    onFailure: 'taken',
    taken: () => ({}),
    withoutAsking(arn, { accountId }) {
      if (arn.split(':')[4] === accountId) return undefined;
      const why = `ECS takes roles of its own account only, which is ${accountId}; bring one from there; ${MADE}`;
      return { type: 'missing', why };
    },
    batches: (arns) => (arns.length === 0 ? [] : [arns]),
    async ask(arns, { accountId }) {
      const roles = new Map(
        (await authorizationDetails(aws.iam)).map(({ RoleName = '', Arn = '' }) => [RoleName, Arn]),
      );
      return new Map(arns.map((arn) => [arn, verdictOf(arn, roles.get(nameOf(arn)), accountId)]));
    },
  });
}

/** IAM has no two roles of one name, whatever their paths. */
function verdictOf(arn: string, there: string | undefined, accountId: string): Verdict {
  if (there === arn) return { type: 'found', outputs: {} };
  const why =
    there === undefined
      ? `account ${accountId} has no such role; create it, or correct the manifest that names it; ${MADE}`
      : `account ${accountId} has the role of this name under another path; write ${there}`;
  return { type: 'missing', why };
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
