import { ecrImage } from '../../core/ecr-image.ts';
import type { NamedThing } from '../../core/looked-up.ts';
import { resourceKey } from '../../core/resource.ts';
import { withoutJsonKey } from '../../core/secret-reference.ts';
import type { Image } from './images.ts';
import type { ContainerSpec, RoleReference, TaskDefinitionSpec } from './spec.ts';

/** Where tasks get a secret from, and where the manifest names that. */
interface Source {
  readonly source: string;
  readonly at: string;
}

/**
 * What tasks of a task definition need to start that no manifest declares, each once: images in ECR, secrets and parameters, and roles that
 * are brought by their ARNs. Where secrets come from nobody is shown, so that these are called by where the manifest names them.
 */
export function startNeedsOf(spec: TaskDefinitionSpec): readonly NamedThing[] {
  const { family, executionRole, taskRole, containers } = spec;
  const { environment } = spec.environment;
  const thing = (kind: string, name: string, reference: string): NamedThing => ({
    id: { environment, kind, name },
    reference,
  });
  const secret = ({ source, at }: Source): NamedThing =>
    thing('secret', `${at} of ${family}`, withoutJsonKey(source));
  const parameter = ({ source, at }: Source): NamedThing => thing('parameter', `${at} of ${family}`, source);
  const role = (reference: RoleReference | null): readonly NamedThing[] =>
    reference !== null && 'arn' in reference ? [thing('given-role', reference.arn, reference.arn)] : [];
  const all = [
    ...containers.flatMap(({ image }) => referenceOf(image)).map((image) => thing('image', image, image)),
    ...containers
      .flatMap(sourcesOf)
      .map((one) => (one.source.split(':')[2] === 'secretsmanager' ? secret(one) : parameter(one))),
    ...containers.flatMap(credentialsOf).map(secret),
    ...role(executionRole),
    ...role(taskRole),
  ];
  return [...new Map(all.map((one) => [resourceKey(one.id), one])).values()];
}

/** What is looked up of an image: nothing of what no private registry of ECR has. */
function referenceOf(image: Image): readonly string[] {
  if (typeof image === 'string') return ecrImage(image) === undefined ? [] : [image];
  const { repository, tag, digest } = image;
  return [`${repository.name}${digest === undefined ? `:${tag}` : `@${digest}`}`];
}

function sourcesOf({ name, secrets, logs }: ContainerSpec): readonly Source[] {
  const options = logs !== null && 'secretOptions' in logs ? logs.secretOptions : undefined;
  return [
    ...Object.entries(secrets).map(([variable, source]) => ({
      source,
      at: `containers[${name}].secrets[${variable}]`,
    })),
    ...(options ?? []).map((option) => ({
      source: option.valueFrom,
      at: `containers[${name}].logConfiguration.secretOptions[${option.name}]`,
    })),
  ];
}

function credentialsOf({ name, repositoryCredentials }: ContainerSpec): readonly Source[] {
  const source = repositoryCredentials?.credentialsParameter;
  return source === undefined ? [] : [{ source, at: `containers[${name}].repositoryCredentials` }];
}
