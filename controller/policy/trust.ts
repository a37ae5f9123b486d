import type { EnvironmentTarget } from '../manifest/expand/environment.ts';
import { THE_CONTROLLER } from './documents.ts';
import type { PolicyDocument } from './documents.ts';
import { charactersOf } from './packing.ts';
import type { PolicyJson } from './packing.ts';

/** What the controller runs on, and what AWS must know of it to hand it its role. */
export type Host =
  | { readonly type: 'ecs' }
  | { readonly type: 'ec2' }
  | { readonly type: 'pod-identity'; readonly serviceAccount?: ServiceAccount | undefined }
  | {
      readonly type: 'irsa';
      /** Of the cluster's OIDC provider: `arn:aws:iam::123456789012:oidc-provider/oidc.eks.….amazonaws.com/id/…`. */
      readonly oidcProvider: string;
      readonly serviceAccount: ServiceAccount;
    };

/** A ServiceAccount of Kubernetes. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Who may assume the controller's role, and nobody else: tasks or instances of this account, or one ServiceAccount (IAM roles for
 * tasks; IAM roles for Amazon EC2; EKS: Pod Identity, IAM roles for service accounts).
 */
export function hostTrust(host: Host, environments: readonly EnvironmentTarget[]): PolicyDocument {
  return trustDocument('controller/trust', THE_CONTROLLER, statementOf(host, ownAccount(environments)));
}

/**
 * Who may assume the roles that environments name: the controller, and only with the external id of the environment, or else of all,
 * where there is one (IAM: access to accounts owned by third parties).
 */
export function environmentTrusts(
  environments: readonly EnvironmentTarget[],
  controllerArn: string,
  externalIdOfAll?: string,
): readonly PolicyDocument[] {
  return environments.flatMap(({ name, roleArn, externalId = externalIdOfAll }) =>
    roleArn === undefined
      ? []
      : [
          trustDocument(`Environment/${name}/trust`, roleArn, {
            Effect: 'Allow',
            Principal: { AWS: controllerArn },
            Action: 'sts:AssumeRole',
            ...(externalId === undefined
              ? {}
              : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
          }),
        ],
  );
}

type TrustStatement = PolicyJson['Statement'][number];

function statementOf(host: Host, account: string | undefined): TrustStatement {
  switch (host.type) {
    case 'ec2':
      return service('ec2.amazonaws.com');
    case 'ecs':
      // The condition keeps tasks of other accounts from the role (ECS: confused deputy).
      return service(
        'ecs-tasks.amazonaws.com',
        account === undefined ? {} : { 'aws:SourceAccount': account },
      );
    case 'pod-identity':
      return {
        ...service(
          'pods.eks.amazonaws.com',
          host.serviceAccount === undefined
            ? {}
            : {
                'aws:RequestTag/kubernetes-namespace': host.serviceAccount.namespace,
                'aws:RequestTag/kubernetes-service-account': host.serviceAccount.name,
              },
        ),
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      };
    case 'irsa': {
      const issuer = host.oidcProvider.replace(/^[^/]*oidc-provider\//, '');
      const { namespace, name } = host.serviceAccount;
      return {
        Effect: 'Allow',
        Principal: { Federated: host.oidcProvider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: 'sts.amazonaws.com',
            [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}`,
          },
        },
      };
    }
  }
}

function service(Service: string, equal: Readonly<Record<string, string>> = {}): TrustStatement {
  return {
    Effect: 'Allow',
    Principal: { Service },
    Action: 'sts:AssumeRole',
    ...(Object.keys(equal).length === 0 ? {} : { Condition: { StringEquals: equal } }),
  };
}

/** The controller's own account: that of the environments in which it acts as itself. */
function ownAccount(environments: readonly EnvironmentTarget[]): string | undefined {
  return environments.find(({ roleArn }) => roleArn === undefined)?.account;
}

function trustDocument(name: string, of: string, statement: TrustStatement): PolicyDocument {
  const policy: PolicyJson = { Version: '2012-10-17', Statement: [statement] };
  return { name, of, type: 'trust', characters: charactersOf(policy), policy };
}
