import type { DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { hasCode } from '../../core/errors.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import { groupBy } from '../../core/order.ts';
import { secretReference, shownSource } from '../../core/secret-reference.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { elsewhere, lookedUpDriver } from '../looked-up.ts';
import type { Verdict } from '../looked-up.ts';

const KNOWN_FOR_MS = 600_000;
/** The version that ECS reads where a manifest names none. */
const CURRENT = 'AWSCURRENT';
const HELPS = 'or correct the manifest that names it';

/**
 * Looks up the secrets of Secrets Manager that containers name. DescribeSecret is asked for each, and ListSecrets never: that lags by minutes
 * (API reference), so that a new secret would be missed. No value is ever read.
 */
export function secretDriver({ aws, clock }: DriverContext): KindDriver<LookedUpSpec, LookedUpState> {
  return lookedUpDriver(clock, {
    one: 'a secret',
    all: 'secrets',
    knownForMs: KNOWN_FOR_MS,
    onDenial: 'taken',
    onFailure: 'taken',
    taken: () => ({}),
    withoutAsking: elsewhere,
    batches: (references) => [...groupBy(references, (one) => secretReference(one).secret).values()],
    async ask(references) {
      const [SecretId = ''] = references.map((reference) => secretReference(reference).secret);
      try {
        const secret = await aws.secretsmanager.describeSecret({ SecretId });
        return new Map(references.map((reference) => [reference, verdictOf(reference, secret)]));
      } catch (thrown) {
        if (!hasCode(thrown, 'ResourceNotFoundException')) throw thrown;
        const why = `Secrets Manager has no secret ${shownSource(SecretId)}; create it, ${HELPS}`;
        return new Map(references.map((reference) => [reference, { type: 'missing', why }]));
      }
    },
  });
}

function verdictOf(
  reference: string,
  { DeletedDate, VersionIdsToStages = {} }: DescribeSecretCommandOutput,
): Verdict {
  const { secret, versionStage, versionId } = secretReference(reference);
  const missing = (why: string): Verdict => ({
    type: 'missing',
    why: `the secret ${shownSource(secret)} ${why}`,
  });
  if (DeletedDate !== undefined) {
    const day = DeletedDate.toISOString().slice(0, 10);
    return missing(`was marked for deletion on ${day}, and nobody can read it; restore it, ${HELPS}`);
  }
  if (versionId !== undefined && VersionIdsToStages[versionId] === undefined) {
    return missing(`has no version ${versionId}; name one that it has`);
  }
  const stages = Object.values(VersionIdsToStages).flat();
  if (versionStage !== undefined && !stages.includes(versionStage)) {
    return missing(`has no version with the stage ${versionStage}; give a version that stage, ${HELPS}`);
  }
  if (versionId === undefined && versionStage === undefined && !stages.includes(CURRENT)) {
    return missing('has no value yet; put one into it');
  }
  return { type: 'found', outputs: {} };
}
