import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/support/runs/reporters.ts';

/** The image's product, made and started by the Dockerfile's own steps: the gate does it on the image's own Node. */
export default defineConfig({
  test: {
    include: ['test/image/product.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 20_000,
    hookTimeout: 30_000,
    ...reportersFor('default'),
  },
});
