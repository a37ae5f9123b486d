import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import type { Plan, Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  modelsWith,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';

describe('while the source is not read well', () => {
  const policy = { allowReplace: true };
  const group = desiredResource({ kind: 'security-group', manifest: 'xray', policy });
  const old = observedResource(group, { fields: { fixed: 'old' } });
  const replaced = { ...group, spec: { ...group.spec, fields: { fixed: 'new' } } };
  const service = desiredResource({ kind: 'service', manifest: 'xray', needs: [group.id] });
  const former = desiredResource({ kind: 'security-group', name: 'former', manifest: 'xray' });
  const released = desiredResource({
    kind: 'role',
    name: 'r',
    manifest: 'r',
    policy: { deletion: 'retain' },
  });
  const renaming = modelsWith('security-group', { renameReplaces: true });
  const lettingGo = modelsWith('service', {
    uses: () => [old.arn!],
    letGo: () => [{ path: 'uses', from: 'it', to: null, by: 'update' }],
  });
  const confirmed = new Set([resourceKey(former.id)]);

  interface Row {
    readonly what: string;
    readonly of: Desired;
    readonly input: Partial<PlanInput>;
    /** The step otherwise, and while a document is invalid; what is held says why. */
    readonly otherwise: Step['type'];
    readonly held: string;
  }
  const REPLACED = 'nothing is replaced: 1 document is invalid';
  const DELETED = 'nothing is deleted: 1 document is invalid';
  const ROWS: readonly Row[] = [
    { what: 'is created', of: group, input: { desired: [group] }, otherwise: 'create', held: 'create' },
    {
      what: 'is updated',
      of: group,
      input: {
        desired: [group],
        snapshot: snapshotOf([observedResource(group, { fields: { size: 'big' } })]),
      },
      otherwise: 'update',
      held: 'update',
    },
    {
      what: 'is adopted',
      of: group,
      input: {
        desired: [{ ...group, policy: { ...group.policy, adoption: 'adopt' } }],
        snapshot: snapshotOf([observedResource(group, { owner: 'nobody' })]),
      },
      otherwise: 'update',
      held: 'update',
    },
    {
      what: 'is replaced',
      of: group,
      input: { desired: [replaced], snapshot: snapshotOf([old]) },
      otherwise: 'replace',
      held: REPLACED,
    },
    {
      what: 'lets go of what is replaced',
      of: service,
      input: {
        desired: [replaced, service],
        snapshot: snapshotOf([old, observedResource(service)]),
        models: lettingGo,
      },
      otherwise: 'update',
      held: 'keep',
    },
    {
      what: 'is made under another name, which AWS cannot change',
      of: group,
      input: { desired: [group], snapshot: snapshotOf([observedResource(former)]), models: renaming },
      otherwise: 'create',
      held: REPLACED,
    },
    {
      what: 'is deleted',
      of: former,
      input: { snapshot: snapshotOf([observedResource(former)]) },
      otherwise: 'delete',
      held: DELETED,
    },
    {
      what: 'is deleted as somebody confirmed',
      of: former,
      input: {
        snapshot: snapshotOf([observedResource(former)]),
        prune: { confirmed, budget: { count: 0 } },
      },
      otherwise: 'delete',
      held: DELETED,
    },
    {
      what: 'is released',
      of: released,
      input: { snapshot: snapshotOf([observedResource(released)]) },
      otherwise: 'delete',
      held: 'nothing is released: 1 document is invalid',
    },
  ];

  it.each(ROWS)('what $what: $held', ({ of, input, otherwise, held }) => {
    const stepOf = ({ steps }: Plan): Step => steps.find(({ id }) => resourceKey(id) === resourceKey(of.id))!;
    const told = (step: Step): string => (step.type === 'hold' ? step.reason : step.type);
    const prune = { ...(input.prune ?? planInput().prune), frozen: '1 document is invalid' };
    expect(stepOf(planFor(input)).type).toBe(otherwise);
    expect(told(stepOf(planFor({ ...input, prune })))).toBe(held);
  });
});
