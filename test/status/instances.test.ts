import { expect, it } from 'vitest';
import { joinInstances } from '../../controller/status/instances.ts';
import type { Registration, Task } from '../../controller/core/resource.ts';

const task: Task = { id: 't1', lastStatus: 'RUNNING', healthStatus: 'UNKNOWN', ipv4: '172.31.5.7' };
const registration: Registration = { id: 't1', ipv4: '172.31.5.7', port: 2000, health: 'HEALTHY' };

it('joins a task with its registration', () => {
  expect(joinInstances({ tasks: [task], registrations: [registration] })).toEqual([
    { id: 't1', ipv4: '172.31.5.7', port: 2000, health: 'HEALTHY', task: 'RUNNING' },
  ]);
});

it('shows a task that service discovery lacks as UNREGISTERED', () => {
  expect(joinInstances({ tasks: [task], registrations: [] })).toEqual([
    { id: 't1', ipv4: '172.31.5.7', health: 'UNREGISTERED', task: 'RUNNING' },
  ]);
});

it('shows the containers’ health of a task where there is no service discovery', () => {
  expect(joinInstances({ tasks: [task], registrations: undefined })).toEqual([
    { id: 't1', ipv4: '172.31.5.7', health: 'UNKNOWN', task: 'RUNNING' },
  ]);
});

it('shows a registration without a task, whose status is then unknown', () => {
  expect(joinInstances({ tasks: [], registrations: [registration] })).toEqual([
    { id: 't1', ipv4: '172.31.5.7', port: 2000, health: 'HEALTHY', task: 'UNKNOWN' },
  ]);
});

const ARN = 'arn:aws:ecs:us-east-1:385605022855:container-instance/hosts/ci1';
const onHost: Task = { id: 't1', lastStatus: 'RUNNING', healthStatus: 'UNKNOWN', host: ARN };
const ofHost: Registration = { id: 'ci1', ipv4: '172.31.9.9', port: 9125, health: 'HEALTHY', ours: {} };

it('joins a task with the registration of its host, where the controller made it', () => {
  expect(joinInstances({ tasks: [onHost], registrations: [ofHost] })).toEqual([
    { id: 't1', host: 'ci1', ipv4: '172.31.9.9', port: 9125, health: 'HEALTHY', task: 'RUNNING' },
  ]);
});

it('takes an instance of others under the id of a host for none of the host', () => {
  const { ours: _ours, ...foreign } = ofHost;
  expect(joinInstances({ tasks: [onHost], registrations: [foreign] })).toMatchObject([
    { id: 't1', health: 'UNREGISTERED' },
    { id: 'ci1', task: 'UNKNOWN' },
  ]);
});

it('shows a host that is registered and runs no task any more', () => {
  const stopped = { ...onHost, lastStatus: 'STOPPED' };
  expect(joinInstances({ tasks: [stopped], registrations: [ofHost] })).toEqual([
    { id: 'ci1', host: 'ci1', ipv4: '172.31.9.9', port: 9125, health: 'HEALTHY', task: 'UNKNOWN' },
  ]);
});

it('forgets a stopped task unless it is still registered', () => {
  const stopped = { ...task, lastStatus: 'STOPPED' };
  expect(joinInstances({ tasks: [stopped], registrations: [] })).toEqual([]);
  expect(joinInstances({ tasks: [stopped], registrations: [registration] })).toMatchObject([
    { task: 'STOPPED' },
  ]);
});
