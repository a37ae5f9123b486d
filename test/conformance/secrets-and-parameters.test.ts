import { expect } from 'vitest';
import { conformance, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';

/** Sources: the API references of AWS Systems Manager and AWS Secrets Manager; reference: dependencies as inputs. */

const PARAMETERS: readonly Row[] = [
  {
    aws: 'gives a SecureString back in the clear only where that is asked for',
    check: async ({ ssm }, name) => {
      const Name = `/${name}`;
      await ssm.putParameter({ Name, Value: 'open sesame', Type: 'SecureString' });
      const read = async (WithDecryption: boolean) =>
        (await ssm.getParameter({ Name, WithDecryption })).Parameter;
      expect(await read(true)).toMatchObject({
        Name,
        Value: 'open sesame',
        Version: 1,
        Type: 'SecureString',
      });
      expect((await read(false))?.Value).not.toBe('open sesame');
    },
  },
  {
    aws: 'overwrites a parameter only where that is told, and counts its versions',
    check: async ({ ssm }, name) => {
      const input = { Name: `/${name}`, Value: 'x', Type: 'String' as const };
      await ssm.putParameter(input);
      await refused(ssm.putParameter(input), 'ParameterAlreadyExists', {
        message: 'The parameter already exists. To overwrite this value, set the overwrite option',
      });
      expect((await ssm.putParameter({ ...input, Overwrite: true })).Version).toBe(2);
    },
  },
  {
    aws: 'refuses what is not there with ParameterNotFound',
    check: ({ ssm }, name) => refused(ssm.getParameter({ Name: `/${name}` }), 'ParameterNotFound'),
  },
  {
    aws: 'says of several names which are not there, and is no error',
    check: async ({ ssm }, name) => {
      await ssm.putParameter({ Name: `/${name}`, Value: 'x', Type: 'String' });
      const { Parameters, InvalidParameters } = await ssm.getParameters({
        Names: [`/${name}`, `/${name}-2`],
      });
      expect(Parameters).toMatchObject([{ Name: `/${name}` }]);
      expect(InvalidParameters).toEqual([`/${name}-2`]);
    },
  },
  {
    aws: 'refuses eleven names at a time with ValidationException',
    check: ({ ssm }, name) =>
      refused(
        ssm.getParameters({ Names: Array.from({ length: 11 }, (_, index) => `/${name}/${index}`) }),
        'ValidationException',
      ),
  },
  {
    aws: 'describes parameters by name, without their values',
    check: async ({ ssm }, name) => {
      await ssm.putParameter({ Name: `/${name}`, Value: 'open sesame', Type: 'SecureString' });
      const { Parameters } = await ssm.describeParameters({
        ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [`/${name}`] }],
      });
      expect(Parameters).toMatchObject([{ Name: `/${name}`, Version: 1, KeyId: 'alias/aws/ssm' }]);
      expect(JSON.stringify(Parameters)).not.toContain('open sesame');
    },
  },
  {
    aws: 'lists what is below a path',
    check: async ({ ssm }, name) => {
      for (const each of ['a', 'x/b']) {
        await ssm.putParameter({ Name: `/${name}/${each}`, Value: 'x', Type: 'String' });
      }
      const below = async (Recursive: boolean) =>
        (await ssm.getParametersByPath({ Path: `/${name}`, Recursive })).Parameters?.map((each) => each.Name);
      expect(await below(false)).toEqual([`/${name}/a`]);
      expect((await below(true))?.toSorted()).toEqual([`/${name}/a`, `/${name}/x/b`]);
    },
  },
  {
    aws: 'refuses a name that begins with ssm with ValidationException',
    check: ({ ssm }) =>
      refused(ssm.putParameter({ Name: 'ssm-x', Value: 'x', Type: 'String' }), 'ValidationException'),
  },
  {
    aws: 'publishes the images that it recommends for ECS',
    check: async ({ ssm }) => {
      const Name = '/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id';
      expect((await ssm.getParameter({ Name })).Parameter?.Value).toMatch(/^ami-[0-9a-f]+$/);
    },
  },
];

const SECRETS: readonly Row[] = [
  {
    aws: 'gives a value back, by name and by ARN',
    check: async ({ secretsmanager: secrets }, Name) => {
      const { ARN } = await secrets.createSecret({ Name, SecretString: 'open sesame' });
      expect(ARN).toMatch(new RegExp(`:secret:${Name}-[A-Za-z0-9]{6}$`));
      for (const SecretId of [Name, ARN]) {
        expect(await secrets.getSecretValue({ SecretId })).toMatchObject({
          Name,
          SecretString: 'open sesame',
          VersionStages: ['AWSCURRENT'],
        });
      }
    },
  },
  {
    aws: 'refuses a second secret of one name with ResourceExistsException',
    moto: 'says only that an id is taken, as each call has a token',
    check: async ({ secretsmanager: secrets }, Name) => {
      await secrets.createSecret({ Name, SecretString: 'x' });
      await refused(secrets.createSecret({ Name, SecretString: 'y' }), 'ResourceExistsException', {
        message: `The operation failed because the secret ${Name} already exists.`,
      });
    },
  },
  {
    aws: 'refuses what is not there with ResourceNotFoundException',
    moto: 'answers 404, where JSON protocols answer 400',
    check: ({ secretsmanager: secrets }, SecretId) =>
      refused(secrets.describeSecret({ SecretId }), 'ResourceNotFoundException', {
        message: "Secrets Manager can't find the specified secret.",
      }),
  },
  {
    aws: 'keeps the value before the current one as the previous one',
    check: async ({ secretsmanager: secrets }, Name) => {
      await secrets.createSecret({ Name, SecretString: 'one' });
      await secrets.putSecretValue({ SecretId: Name, SecretString: 'two' });
      const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId: Name });
      expect(Object.values(VersionIdsToStages).flat().toSorted()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
      const previous = await secrets.getSecretValue({ SecretId: Name, VersionStage: 'AWSPREVIOUS' });
      expect(previous.SecretString).toBe('one');
    },
  },
  {
    aws: 'describes a secret that is deleted, and gives its value no more',
    moto: 'has a message of its own',
    check: async ({ secretsmanager: secrets }, Name) => {
      await secrets.createSecret({ Name, SecretString: 'x' });
      await secrets.deleteSecret({ SecretId: Name, RecoveryWindowInDays: 7 });
      expect((await secrets.describeSecret({ SecretId: Name })).DeletedDate).toBeInstanceOf(Date);
      await refused(secrets.getSecretValue({ SecretId: Name }), 'InvalidRequestException', {
        message: "You can't perform this operation on the secret because it was marked for deletion.",
      });
      await secrets.restoreSecret({ SecretId: Name });
      expect((await secrets.getSecretValue({ SecretId: Name })).SecretString).toBe('x');
    },
  },
  {
    aws: 'refuses a recovery window of six days with InvalidParameterException',
    check: async ({ secretsmanager: secrets }, Name) => {
      await secrets.createSecret({ Name, SecretString: 'x' });
      await refused(
        secrets.deleteSecret({ SecretId: Name, RecoveryWindowInDays: 6 }),
        'InvalidParameterException',
      );
    },
  },
  {
    aws: 'lists secrets by the beginning of their names',
    check: async ({ secretsmanager: secrets }, name) => {
      for (const each of ['a', 'b'])
        await secrets.createSecret({ Name: `${name}/${each}`, SecretString: 'x' });
      const { SecretList = [] } = await secrets.listSecrets({
        Filters: [{ Key: 'name', Values: [`${name}/`] }],
      });
      expect(new Set(SecretList.map((each) => each.Name))).toEqual(new Set([`${name}/a`, `${name}/b`]));
      expect(Object.values(SecretList[0]?.SecretVersionsToStages ?? {})).toEqual([['AWSCURRENT']]);
    },
  },
];

conformance('Parameter Store', PARAMETERS);
conformance('Secrets Manager', SECRETS);
