// Writes docs/reference/metrics.md anew: `make reference`.
import { writeFileSync } from 'node:fs';
import { METRICS_PAGE, metricsPage } from './metric-sheets.ts';

writeFileSync(METRICS_PAGE, metricsPage());
