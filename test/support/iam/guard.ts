import { permissionDocuments } from '../../../controller/policy/documents.ts';
import type { PolicyJson } from '../../../controller/policy/packing.ts';
import type { Access } from '../../../controller/policy/uses.ts';
import { expandManifests } from '../../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { accessDenied } from '../../../sandbox/authorization/refusals.ts';
import { hasResource } from '../../../sandbox/authorization/requests.ts';
import type { IamRequest } from '../../../sandbox/authorization/statements.ts';
import { isRead } from '../world/world.ts';
import type { World, WorldCall } from '../world/world.ts';
import { actionsOf } from './documents.ts';
import { isAllowed } from './evaluate.ts';

/** IAM between a controller and its AWS: refuses what the policies of the day do not allow. */
export interface Guard {
  /** `ecs:UpdateService on arn:…` of every refusal so far. */
  readonly denied: string[];
  /** Actions that IAM was asked about. */
  readonly used: Set<string>;
  /** Actions that policies of the day allowed. */
  readonly granted: Set<string>;
  /** From now on, what these policies allow is allowed, and nothing else. */
  grant(policies: readonly PolicyJson[]): void;
}

export function guard(world: World): Guard {
  let policies: readonly PolicyJson[] = [];
  const denied: string[] = [];
  const used = new Set<string>();
  const granted = new Set<string>();
  world.intercept((call, perform) => {
    const requests = asked(world, call);
    for (const { action } of requests) used.add(action);
    const refused = requests.find((request) => !isAllowed(policies, request));
    if (refused === undefined) return perform();
    denied.push(`${refused.action} on ${refused.resource}`);
    return Promise.reject(
      accessDenied(
        { service: call.service, caller: USER, ...refused },
        `because no identity-based policy allows the ${refused.action} action`,
      ),
    );
  });
  return {
    denied,
    used,
    granted,
    grant(next) {
      policies = next;
      for (const action of actionsOf(next.map((policy) => ({ policy })))) granted.add(action);
    },
  };
}

/** What IAM is asked about a call; what a change is about has to be known. */
function asked({ sandbox }: World, call: WorldCall): readonly IamRequest[] {
  const { service, operation, name } = call;
  if (!isRead(name) && !hasResource(service, operation)) {
    throw new Error(`nobody has said what ${name} asks IAM`);
  }
  return sandbox.asks(call);
}

/** The policies that `stationkeeper policy` prints for these files, which are a folder. */
export function policiesFor(
  files: Readonly<Record<string, string>>,
  access: Access = 'converge',
  anyName?: string,
): readonly PolicyJson[] {
  const { manifests, errors } = parseManifests(Object.entries(files).map(([file, text]) => ({ file, text })));
  const [error] = errors;
  if (error !== undefined) throw new Error(`${error.file}:${error.line} ${error.path}: ${error.message}`);
  const options = {
    owner: 'stationkeeper',
    region: 'us-east-1',
    access,
    scope: 'all-owned',
    anyName,
  } as const;
  return permissionDocuments(expandManifests(manifests), options).map(({ policy }) => policy);
}

const USER = 'arn:aws:sts::385605022855:assumed-role/stationkeeper/controller';
