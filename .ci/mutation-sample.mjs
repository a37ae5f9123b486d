import { createHash } from 'node:crypto';
import { PluginKind, declareValuePlugin } from '@stryker-mutator/api/plugin';

/**
 * Mutants of every function take an hour or more on two cores. `MUTATION_SAMPLE=5` tries those of every fifth declaration, drawn by a
 * digest of its text, so that two runs on the same code draw the same.
 */
const every = Number(process.env.MUTATION_SAMPLE ?? '1');

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'sample', {
    shouldIgnore(path) {
      if (every === 1 || !path.parentPath?.isProgram()) return undefined;
      /** @type {{ toString: () => string }} Babel's paths say their code, which their types do not tell. */
      const code = path;
      const digest = createHash('sha256').update(code.toString()).digest();
      return digest.readUInt32BE(0) % every === 0 ? undefined : 'not in the sample';
    },
  }),
];
