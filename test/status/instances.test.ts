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

it('forgets a stopped task unless it is still registered', () => {
  const stopped = { ...task, lastStatus: 'STOPPED' };
  expect(joinInstances({ tasks: [stopped], registrations: [] })).toEqual([]);
  expect(joinInstances({ tasks: [stopped], registrations: [registration] })).toMatchObject([
    { task: 'STOPPED' },
  ]);
});
