import { expect, it } from 'vitest';
import { outsideConsumer } from '../../controller/config/consumer.ts';
import { imageCommands, taskNetwork } from '../../controller/config/image-commands.ts';
import { parseCommandLine } from '../../controller/config.ts';

it.each([
  ['xray=./xray -b {address}:2000', [['xray', './xray', '-b', '{address}:2000']]],
  ['xray:3.x=\'a b\' "c \\"d" e\\ f g\'h\'"i"', [['xray:3.x', 'a b', 'c "d', 'e f', 'ghi']]],
  ['xray=./xray --set=a=b', [['xray', './xray', '--set=a=b']]],
  [
    'a=x\n\n b=y z \n',
    [
      ['a', 'x'],
      ['b', 'y', 'z'],
    ],
  ],
  ["a=sh -c 'echo $HOME | cat'", [['a', 'sh', '-c', 'echo $HOME | cat']]],
  ["a=x ''", [['a', 'x', '']]],
])('the commands of images are read as a shell tells words apart: %s', (text, words) => {
  expect(imageCommands(text)).toEqual({
    ok: true,
    value: words.map(([image, ...command]) => ({ image, command })),
  });
});

it.each(['', 'xray', 'xray=', '=./xray', "xray='./x", 'a b=./x', 'a=x\nb'])(
  '%j is no command of an image',
  (text) => {
    expect(imageCommands(text)).toMatchObject({ ok: false });
  },
);

it.each([
  ['127.31.0.0/16', true],
  ['127.0.0.0/8', true],
  ['127.32.0.0/11', true],
  ['127.31.0.0/24', false],
  ['127.31.1.0/16', false],
  ['127.31.0.0', false],
  ['172.31.0.0/16', false],
  ['127.300.0.0/16', false],
])('%s is a block for tasks: %s', (text, isOne) => {
  expect(taskNetwork(text).ok).toBe(isOne);
});

it('--enforce-groups says that security groups count, and --consumer which do for what comes from outside', () => {
  const surroundings = { version: '0.0.0', isTerminal: false };
  const argv = ['sandbox', '--runtime', 'process'];
  const consumer = {
    securityGroupIds: ['sg-0123456789abcdef0', 'sg-01234567'],
    subnetId: 'subnet-0123456789abcdef0',
  };
  const enforcementOf = (...flags: readonly string[]) => {
    const read = parseCommandLine([...argv, ...flags], {}, surroundings);
    return read.type === 'config' && read.config.command === 'sandbox'
      ? read.config.processes?.enforcement
      : read;
  };
  const ids = [...consumer.securityGroupIds, consumer.subnetId].join(',');
  expect(enforcementOf()).toBeUndefined();
  expect(enforcementOf('--enforce-groups')).toEqual({ consumer: undefined });
  expect(enforcementOf('--enforce-groups', '--consumer', ids)).toEqual({ consumer });
});

it.each([
  'sg-0123456789abcdef0',
  'subnet-0123456789abcdef0',
  'sg-0123456789abcdef0,subnet-01234567,subnet-76543210',
  'sg-xyz,subnet-01234567',
  'sg-01234567,subnet-01234567,vpc-01234567',
  '',
])('%j is no consumer', (text) => {
  expect(outsideConsumer(text)).toMatchObject({ ok: false });
});

it.each([
  ['--run', 'STATIONKEEPER_RUN', 'commands'],
  ['--health-check', 'STATIONKEEPER_HEALTH_CHECK', 'healthChecks'],
])('%s may be given several times, and its variable holds one a line', (flag, variable, member) => {
  const surroundings = { version: '0.0.0', isTerminal: false };
  const argv = ['sandbox', '--runtime', 'process'];
  const processes = {
    commands: [],
    healthChecks: [],
    taskNetwork: '127.31.0.0/16',
    [member]: [
      { image: 'a', command: ['x'] },
      { image: 'b', command: ['y'] },
    ],
  };
  expect(parseCommandLine([...argv, flag, 'a=x', flag, 'b=y'], {}, surroundings)).toMatchObject({
    type: 'config',
    config: { processes },
  });
  expect(parseCommandLine(argv, { [variable]: 'a=x\nb=y' }, surroundings)).toMatchObject({
    type: 'config',
    config: { processes },
  });
});
