import type { KindFacts } from '../../core/facts.ts';

export const serviceFacts: KindFacts = {
  name: 'service',
  scope: 'cluster',
  mainOf: 'DaemonService',
  workload: { stops: ({ path, to }) => path === 'desiredCount' && to === 0 },
  isOwn: ({ id, tasks = [] }, { cluster, service, taskId }) =>
    id.scope === cluster && (id.name === service || tasks.some((task) => task.id === taskId)),
};
