import type { Desired } from '../core/resource.ts';
import { externalCluster } from '../manifest/expand/cluster.ts';
import { expandDaemonService } from '../manifest/expand/daemon-service.ts';
import { implicitEnvironment } from '../manifest/expand/environment.ts';
import { lookedUpFor } from '../manifest/expand/looked-up.ts';
import { externalNamespace } from '../manifest/expand/namespace.ts';
import { externalRepository } from '../manifest/expand/repository.ts';
import type { IamDefaults } from '../manifest/expand/roles.ts';
import { refOf } from '../manifest/manifest.ts';
import type { ManifestOf } from '../manifest/manifest.ts';

/** IAM's wildcard: it matches any text, slashes and colons too. */
const ANY = '*';

const CONTAINER = { name: ANY, image: { repository: ANY, tag: ANY } };
const SECRETS = {
  secrets: { [ANY]: ANY },
  repositoryCredentials: { credentialsParameter: ANY },
};

/**
 * What daemon services whose names begin with `prefix`, in any cluster and namespace, will want of AWS: resources that are called by a
 * pattern of IAM. They use all that a daemon service can be made of and what each of them leaves is deleted or released.
 */
export function daemonsToCome(prefix: string, environment: string, iam: IamDefaults): readonly Desired[] {
  const name = `${prefix}${ANY}`;
  const variants = [
    // Whatever its execution role is called, its name begins so; one that is the Environment's is passed only.
    ...[{ name }, {}].map((executionRole) => ({
      executionRole,
      // What needs a secret has an execution role of its own.
      ...('name' in executionRole && { containers: [{ ...CONTAINER, ...SECRETS }] }),
      scaling: { min: 0, max: 1, targetTracking: [] },
    })),
    // Of such tasks ECS makes no A records, so that the controller registers their hosts.
    { schedulingStrategy: 'DAEMON' as const, networkMode: 'host' as const },
  ];
  return variants.flatMap((fields) => daemonOf(name, fields, environment, iam));
}

function daemonOf(
  name: string,
  fields: Partial<ManifestOf<'DaemonService'>['spec']>,
  environment: string,
  iam: IamDefaults,
): readonly Desired[] {
  const manifest: ManifestOf<'DaemonService'> = {
    kind: 'DaemonService',
    metadata: { name, labels: {}, annotations: {} },
    spec: {
      cluster: ANY,
      cpu: 256,
      memory: 512,
      containers: [CONTAINER],
      taskRole: { name },
      serviceDiscovery: { namespace: ANY },
      loadBalancers: [{ targetGroupArn: ANY, containerName: ANY, containerPort: 1 }],
      ...fields,
    },
    from: { file: '', line: 0 },
  };
  const { desired, cluster, namespace, repositories } = expandDaemonService(manifest, environment, {
    ...implicitEnvironment(),
    iam,
  });
  const ref = refOf(manifest);
  return [
    ...desired.flatMap((one) =>
      (['delete', 'retain'] as const).map((deletion) => ({
        ...one,
        policy: { ...one.policy, deletion },
      })),
    ),
    externalCluster(cluster, ref),
    ...(namespace === undefined ? [] : [externalNamespace(namespace, ref)]),
    ...repositories.map((id) => externalRepository(id, ref)),
    ...lookedUpFor(desired),
  ];
}
