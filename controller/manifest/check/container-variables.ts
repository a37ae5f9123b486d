import type { ContainerManifest } from '../schema/daemon-service.ts';
import { checkEach } from './check.ts';
import type { CheckContext } from './check.ts';
import type { Path } from '../position.ts';

/** The ARN of a secret, and the JSON key, version stage and version id that may follow. Names of secrets that AWS keeps have a "!". */
const SECRET =
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@!-]+(?<parts>(?::[^:\s]*)*)$/;
/** A parameter by its ARN or its name; ECS refuses its version and its label (containers-roadmap#859). */
const PARAMETERS = [
  /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter\/[A-Za-z0-9_.\-/]+$/,
  /^[A-Za-z0-9_.\-/]{1,2048}$/,
];
/** JSON key, version stage, version id: all of them or none (ECS developer guide, secrets from Secrets Manager). */
const PARTS = 3;

/** What follows the name of a secret in its ARN; undefined where this is no ARN of a secret. */
function secretParts(valueFrom: string): readonly string[] | undefined {
  return SECRET.exec(valueFrom)?.groups?.['parts']?.split(':').slice(1);
}

/** Whether not the whole of a secret is meant, as it is now. */
export function isPartOfSecret(valueFrom: string): boolean {
  return secretParts(valueFrom)?.some((part) => part !== '') === true;
}

export const variables = checkEach<ContainerManifest>(
  ['containers'],
  ({ environment = {}, secrets = {} }, at, context) => {
    for (const name of Object.keys(environment)) checkName(name, [...at, 'environment', name], context);
    for (const [name, valueFrom] of Object.entries(secrets)) {
      const path = [...at, 'secrets', name];
      checkName(name, path, context);
      if (Object.hasOwn(environment, name)) {
        context.report(path, `${name} is set in environment too; remove one`);
      }
      checkSource(valueFrom, path, context);
    }
  },
);

/** ECS takes every name but an empty one (containers-roadmap#2364). */
function checkName(name: string, path: Path, { report, warn }: CheckContext): void {
  if (name === '') report(path, 'the environment variable has no name; give it one, or remove it');
  else if (name.includes('=')) {
    warn(
      path,
      `ECS takes the name ${JSON.stringify(name)}, and what comes after "=" becomes part of the value; remove it`,
    );
  } else if (/\s/.test(name)) {
    warn(path, `ECS takes the name ${JSON.stringify(name)}, and no shell does; remove the space`);
  }
}

/** The value is never shown: somebody may have put the secret itself there. */
export function checkSource(valueFrom: string, path: Path, { report, warn }: CheckContext): void {
  const parts = secretParts(valueFrom);
  if (parts === undefined) {
    if (PARAMETERS.some((parameter) => parameter.test(valueFrom))) return;
    const arns =
      'arn:aws:secretsmanager:<region>:<account>:secret:<name>, arn:aws:ssm:<region>:<account>:parameter/<name>';
    report(path, `must say where the secret is, not what it is: ${arns}, or the name of an SSM parameter`);
  } else if (parts.length !== 0 && parts.length !== PARTS) {
    warn(
      path,
      'ECS takes it, and the task does not start: after the name of the secret come all three colons or none; end it with :<JSON key>:<version stage>:<version id>, such as :password::',
    );
  }
}
