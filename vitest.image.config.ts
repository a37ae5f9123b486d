import { defineConfig } from 'vitest/config';
import { everyRun } from './test/support/runs/every-run.ts';

/** The image's product, made and started by the Dockerfile's own steps: the gate does it on the image's own Node. */
export default defineConfig({
  test: {
    ...everyRun('default'),
    include: ['test/image/product.test.ts'],
  },
});
