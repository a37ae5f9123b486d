import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { FleetDefinition } from '../status/fleet-schema.ts';
import type { HeldDeletions } from '../status/held-deletions.ts';
import type { StatusReport } from '../status/schema.ts';
import { PREFIX } from './registry.ts';

/** What the last pass told, as far as gauges are made of it. */
export interface Told {
  readonly report: StatusReport | undefined;
  readonly fleet: readonly FleetDefinition[];
  readonly held: readonly HeldDeletions[];
}

/** Gauges of the last report as a whole, filled when somebody reads them. */
export function reportMetrics(registry: Registry, latest: () => Told): void {
  const registers = [registry];
  void new Gauge({
    name: `${PREFIX}pass_number`,
    help: 'Number of the last pass since the start.',
    registers,
    collect() {
      this.set(latest().report?.pass.number ?? 0);
    },
  });
  void new Gauge({
    name: `${PREFIX}source_revision_info`,
    help: 'The revision of the source that is in force: 1.',
    labelNames: ['revision'],
    registers,
    collect() {
      this.reset();
      const revision = latest().report?.source.revision;
      if (revision !== undefined) this.set({ revision }, 1);
    },
  });
  void new Gauge({
    name: `${PREFIX}source_errors`,
    help: 'What is invalid in the manifests: documents, and fields of them.',
    registers,
    collect() {
      // The first is the source as a whole where that could not be read, which is no document.
      this.set((latest().report?.source.errors ?? []).filter(({ file }) => file !== '').length);
    },
  });
  void new Gauge({
    name: `${PREFIX}deletions_held`,
    help: 'Resources that are to go and are kept, by why.',
    labelNames: ['environment', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const { environment, reason, count } of latest().held) this.inc({ environment, reason }, count);
    },
  });
  void new Gauge({
    name: `${PREFIX}confirmation_waiting`,
    help: 'Whether deletions wait for somebody to confirm them: 1, or 0.',
    registers,
    collect() {
      this.set(latest().report?.confirmation === undefined ? 0 : 1);
    },
  });
  void new Gauge({
    name: `${PREFIX}rollout_environments`,
    help: 'Environments of a definition that goes through a Rollout, by stage and by how far they are; stage is empty for those that no stage takes.',
    labelNames: ['rollout', 'kind', 'name', 'stage', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { rollout, kind, name, stages = [], environments } of latest().fleet) {
        if (rollout === undefined) continue;
        // Two definitions may have one kind and name.
        for (const { name: stage, states } of stages) {
          for (const [state, count] of Object.entries(states)) {
            this.inc({ rollout, kind, name, stage, state }, count);
          }
        }
        for (const { stage, state } of environments) {
          if (stage === undefined && state !== undefined)
            this.inc({ rollout, kind, name, stage: '', state }, 1);
        }
      }
    },
  });
}
