// The page as files: index.html and hashed assets, each view a piece of its own that is loaded when it is opened.
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/dashboard/',
  // Stands where the control plane puts the nonce of each answer (control-plane/dashboard/page-headers.ts).
  html: { cspNonce: '__CSP_NONCE__' },
  resolve: { conditions: ['gantry-source', 'module', 'browser', 'production'] },
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    target: 'es2022',
    // With `light-dark()`.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Data URLs would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
});
