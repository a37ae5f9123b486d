import { duplicateOperationId, lookAtOperation } from '../../aws/cloud-map.ts';
import type { OperationLook } from '../../aws/cloud-map.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { asStationkeeperError } from '../../core/errors.ts';

const READS_AT_ONCE = 4;

const OPERATION = {
  create: 'CREATE_NAMESPACE',
  update: 'UPDATE_NAMESPACE',
  delete: 'DELETE_NAMESPACE',
} as const;
type Verb = keyof typeof OPERATION;

/** An operation of ours that was still under way when we last looked. */
interface Pending {
  readonly verb: Verb;
  /** What was asked for; a different wish is a new request. */
  readonly wish: string;
  readonly operationId: string;
}

/** Operations on namespaces, by the namespace's name. */
export interface NamespaceOperations {
  /** Starts the operation, or follows the one that was started before; throws where it failed. */
  follow(
    verb: Verb,
    name: string,
    wish: string,
    start: () => Promise<string | undefined>,
  ): Promise<Exclude<OperationLook, { status: 'failed' }>>;
  /** How many operations on a name have ended: Cloud Map remembers a CreatorRequestId with what it came to. */
  roundOf(name: string): number;
  /** A namespace that is seen has been created: should it vanish, creating it again is a new request. */
  forgetCreated(name: string): void;
  /** Looks at what was being created and is not among these any more: all that may still come of it, and why that is not known. */
  stillComing(
    wanted: ReadonlySet<string>,
  ): Promise<readonly { readonly name: string; readonly why: string }[]>;
}

export function createNamespaceOperations(aws: Aws): NamespaceOperations {
  const pending = new Map<string, Pending>();
  const rounds = new Map<string, number>();
  const roundOf = (name: string): number => rounds.get(name) ?? 0;

  async function look(verb: Verb, name: string, operationId: string) {
    const found = await lookAtOperation(aws, operationId, OPERATION[verb], `${verb} namespace ${name}`);
    if (found.status === 'running') return found;
    pending.delete(name);
    rounds.set(name, roundOf(name) + 1);
    return found;
  }

  return {
    async follow(verb, name, wish, start) {
      const before = pending.get(name);
      let operationId = before?.wish === wish ? before.operationId : undefined;
      if (operationId === undefined) {
        try {
          operationId = await start();
          if (operationId !== undefined) pending.set(name, { verb, wish, operationId });
        } catch (thrown) {
          operationId = duplicateOperationId(thrown);
          if (operationId === undefined) throw thrown;
        }
      }
      if (operationId === undefined) return { status: 'running' };
      const found = await look(verb, name, operationId);
      if (found.status === 'failed') throw found.error;
      return found;
    },
    roundOf,
    forgetCreated(name) {
      if (pending.get(name)?.verb === 'create') pending.delete(name);
    },
    async stillComing(wanted) {
      const begun = [...pending].filter(([name, { verb }]) => verb === 'create' && !wanted.has(name));
      const coming = await mapConcurrently(READS_AT_ONCE, begun, async ([name, { operationId }]) => {
        try {
          const found = await look('create', name, operationId);
          return found.status === 'failed' ? [] : [{ name, why: `namespace ${name} is being created` }];
        } catch (thrown) {
          return [{ name, why: asStationkeeperError(thrown).message }];
        }
      });
      return coming.flat();
    },
  };
}
