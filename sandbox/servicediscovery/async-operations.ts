import type {
  GetOperationCommandInput,
  GetOperationCommandOutput,
  ListOperationsCommandInput,
  ListOperationsCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkOwnerAccount, checkReference, cloudMapPage, filterBy } from './checks.ts';
import type { CloudMapOperation, CloudMapState, OperationType } from './state.ts';

/** Operations that have ended; AWS documents no time for which it shows them. */
const MAX_REMEMBERED = 5000;
const HOSTED_ZONE_OPERATIONS: ReadonlySet<OperationType> = new Set(['CREATE_NAMESPACE', 'DELETE_NAMESPACE']);
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export interface OperationStart {
  readonly type: OperationType;
  readonly targets: CloudMapOperation['targets'];
  /** What it changes: one operation at a time may. */
  readonly changes: string;
  /** A second request with the same text joins the operation under way instead of being refused. */
  readonly request?: string;
  /** Does the work when its time has come; answers why it could not. */
  readonly complete: () => CloudMapOperation['error'];
}

/** Submits an operation and answers its id. Throws DuplicateRequest while another one changes the same thing. */
export function startOperation(
  { state: { servicediscovery }, world }: CallContext,
  start: OperationStart,
): string {
  const { operations, busy } = servicediscovery;
  const request = start.request === undefined ? undefined : `${start.type}/${start.request}`;
  const underWay = busy.get(start.changes);
  if (underWay !== undefined) {
    if (request !== undefined && underWay.request === request) return underWay.operationId;
    throw duplicateRequest(underWay.operationId);
  }
  const operation: CloudMapOperation = {
    id: `${world.randomText(32, ID_ALPHABET)}-${world.randomText(8, ID_ALPHABET)}`,
    type: start.type,
    targets: start.targets,
    createDate: world.date(),
    updateDate: world.date(),
    status: 'SUBMITTED',
    error: undefined,
  };
  operations.set(operation.id, operation);
  busy.set(start.changes, { operationId: operation.id, request });
  forgetOldest(servicediscovery);
  const { operationPending, namespaceOperation, operation: other } = world.timing.servicediscovery;
  world.after(world.pick(operationPending), () => {
    operation.status = 'PENDING';
    operation.updateDate = world.date();
  });
  const duration = HOSTED_ZONE_OPERATIONS.has(start.type) ? namespaceOperation : other;
  world.after(world.pick(duration), () => {
    busy.delete(start.changes);
    operation.error = start.complete();
    operation.status = operation.error === undefined ? 'SUCCESS' : 'FAIL';
    operation.updateDate = world.date();
  });
  return operation.id;
}

export function hasEnded(operation: CloudMapOperation | undefined): boolean {
  return operation === undefined || operation.status === 'SUCCESS' || operation.status === 'FAIL';
}

export function isBeingDeleted({ busy, operations }: CloudMapState, namespaceId: string): boolean {
  const operation = operations.get(busy.get(namespaceId)?.operationId ?? '');
  return operation?.type === 'DELETE_NAMESPACE';
}

export function duplicateRequest(operationId: string): AwsError {
  return new AwsError('DuplicateRequest', 'The operation is already in progress.', 400, {
    DuplicateOperationId: operationId,
  });
}

export function getOperation(
  input: GetOperationCommandInput,
  { state, accountId }: CallContext,
): Answer<GetOperationCommandOutput> {
  const id = checkReference(input.OperationId, 'OperationId');
  const owner = checkOwnerAccount(input.OwnerAccount) ?? accountId;
  const operation = state.servicediscovery.operations.get(id);
  if (operation === undefined || owner !== accountId) {
    throw new AwsError('OperationNotFound', `No operation exists with the specified ID: ${id}`);
  }
  return {
    Operation: {
      Id: operation.id,
      OwnerAccount: accountId,
      Type: operation.type,
      Status: operation.status,
      ...(operation.error === undefined
        ? {}
        : { ErrorCode: operation.error.code, ErrorMessage: operation.error.message }),
      CreateDate: operation.createDate,
      UpdateDate: operation.updateDate,
      Targets: operation.targets,
    },
  };
}

export function listOperations(
  input: ListOperationsCommandInput,
  { state: { servicediscovery } }: CallContext,
): Answer<ListOperationsCommandOutput> {
  const keep = filterBy<CloudMapOperation>(input.Filters, {
    NAMESPACE_ID: {
      conditions: ['EQ'],
      valueOf: ({ targets }) =>
        targets.NAMESPACE ?? servicediscovery.services.get(targets.SERVICE ?? '')?.namespaceId,
    },
    SERVICE_ID: { conditions: ['EQ'], valueOf: ({ targets }) => targets.SERVICE },
    STATUS: { conditions: ['EQ', 'IN'], valueOf: ({ status }) => status },
    TYPE: { conditions: ['EQ', 'IN'], valueOf: ({ type }) => type },
    UPDATE_DATE: {
      conditions: ['BETWEEN'],
      valueOf: ({ updateDate }) => String(Math.floor(updateDate.getTime() / 1000)),
    },
  });
  const page = cloudMapPage(input, (start) => operationsFrom(servicediscovery, start));
  return {
    Operations: page.items.filter(keep).map(({ id, status }) => ({ Id: id, Status: status })),
    NextToken: page.nextToken,
  };
}

function* operationsFrom(
  state: CloudMapState,
  start: string,
): Generator<readonly [string, CloudMapOperation]> {
  let reached = start === '';
  for (const entry of state.operations) {
    reached ||= entry[0] === start;
    if (reached) yield entry;
  }
}

/** Memory stays bounded; what is under way is kept whatever its age. */
function forgetOldest({ operations }: CloudMapState): void {
  for (const [id, operation] of operations) {
    if (operations.size <= MAX_REMEMBERED || !hasEnded(operation)) return;
    operations.delete(id);
  }
}
