import { ecrImage } from '../../../controller/core/ecr-image.ts';
import type { LookedUpSpec } from '../../../controller/core/looked-up.ts';
import { TRUST, otherTool } from './other-tools.ts';
import type { World } from './world.ts';

/** What tasks fetch before they start, as others put it into the AWS of a world. */

export const REGISTRY = '385605022855.dkr.ecr.us-east-1.amazonaws.com';

/** Makes the repository where there is none, and pushes an image with these tags into it: its digest. */
export async function pushImage(
  world: World,
  repository: string,
  ...tags: readonly string[]
): Promise<string> {
  const { call } = otherTool(world);
  const { repositories } = await call<{ repositories: { repositoryName: string }[] }>(
    'ecr',
    'DescribeRepositories',
    {},
  );
  if (!repositories.some(({ repositoryName }) => repositoryName === repository)) {
    await call('ecr', 'CreateRepository', { repositoryName: repository });
  }
  return world.sandbox.control.putImage({ repository, tags }).imageDigest ?? '';
}

export async function deleteImage(world: World, repositoryName: string, imageTag: string): Promise<void> {
  await otherTool(world).call('ecr', 'BatchDeleteImage', { repositoryName, imageIds: [{ imageTag }] });
}

/** ARN of a secret with a value. */
export async function makeSecret(
  world: World,
  Name: string,
  SecretString: string | undefined = '{"key":"x"}',
): Promise<string> {
  const { ARN } = await otherTool(world).call<{ ARN: string }>('secretsmanager', 'CreateSecret', {
    Name,
    SecretString,
  });
  return ARN;
}

export async function makeParameter(world: World, Name: string): Promise<void> {
  await otherTool(world).call('ssm', 'PutParameter', { Name, Value: 'x', Type: 'SecureString' });
}

/**
 * Makes what the tasks of a world's manifests fetch and no manifest declares. Secrets Manager makes up the end of an ARN, so the files name
 * what was made instead of what they named.
 */
export async function makeFetched(world: World): Promise<void> {
  const of = await namedIn(world);
  for (const image of of('image')) {
    const { repository = image, tag } = ecrImage(image) ?? {};
    if (tag !== undefined) await pushImage(world, repository, tag);
  }
  for (const reference of of('parameter')) {
    await makeParameter(world, reference.replace(/^arn:.*:parameter(?=\/)/, ''));
  }
  for (const arn of of('given-role')) {
    const [, Path = '/', RoleName = ''] = /:role(\/(?:.*\/)?)([^/]+)$/.exec(arn) ?? [];
    await otherTool(world).call('iam', 'CreateRole', { RoleName, Path, AssumeRolePolicyDocument: TRUST });
  }
  const secrets = new Set([...of('secret')].map((reference) => reference.split(':').slice(0, 7).join(':')));
  for (const secret of secrets) {
    const made = await makeSecret(world, secret.replace(/^arn:.*:secret:/, '').replace(/-\w{6}$/, ''));
    for (const [file, text] of world.files) world.files.set(file, text.replaceAll(secret, made));
  }
}

/** Pushes, as CI does, the images into the repositories of the manifests, which are there. */
export async function pushDeclared(world: World): Promise<void> {
  const of = await namedIn(world);
  for (const image of of('image')) {
    if (ecrImage(image) !== undefined) continue;
    const [repository = '', tag] = image.split(':');
    if (tag !== undefined) world.sandbox.control.putImage({ repository, tags: [tag] });
  }
}

/** What manifests name that none makes, of a kind; asked by a controller that is then gone. */
async function namedIn(world: World): Promise<(kind: string) => ReadonlySet<string>> {
  const { plan } = await world.pass({ dryRun: true });
  world.restart();
  world.calls.length = 0;
  const named = plan.steps.flatMap((step) => {
    const desired = 'desired' in step ? step.desired : undefined;
    const { reference } = (desired?.spec ?? {}) as Partial<LookedUpSpec>;
    return reference === undefined ? [] : [{ kind: step.id.kind, reference }];
  });
  return (kind) => new Set(named.filter((one) => one.kind === kind).map(({ reference }) => reference));
}
