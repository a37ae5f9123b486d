import type { TestProject } from 'vitest/node';
import { startMoto } from './server.ts';

/** One moto for all test files, which reset it and run one after another. */
export async function setup(project: TestProject): Promise<() => void> {
  const moto = await startMoto();
  project.provide('motoUrl', moto.url);
  return () => moto.stop();
}
