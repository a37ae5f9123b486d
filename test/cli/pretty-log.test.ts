import { expect, test } from 'vitest';
import { prettyMessage } from '../../controller/logger.ts';

test.each([
  [{ msg: 'created', resource: 'role/xray-task', environment: 'default' }, 'created role/xray-task'],
  [
    { msg: 'healed', resource: 'service/xray', object: 'DaemonService/xray', environment: 'prod-eu' },
    'healed service/xray (prod-eu)',
  ],
  [
    { msg: 'degraded', object: 'DaemonService/xray', environment: 'prod-eu', message: 'no image' },
    'degraded DaemonService/xray (prod-eu): no image',
  ],
  [
    { msg: 'refused', file: 'xray.yaml', line: 3, column: 5, path: 'spec.cpu', message: 'no such size' },
    'refused xray.yaml:3:5 spec.cpu: no such size',
  ],
  [{ msg: 'failed', environment: '', message: 'cannot read manifests' }, 'failed: cannot read manifests'],
  [{ msg: 'stopped' }, 'stopped'],
])('a line of the log on a terminal says in words what it is about: %j', (line, text) => {
  expect(prettyMessage(line)).toBe(text);
});
