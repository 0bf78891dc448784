import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { guards } from './guards.ts';
import { serviceDetail } from './service-detail.ts';
import { slaOverview } from './sla-overview.ts';

/** Every dashboard by its file. A concept that comes later adds its own, in a file of its own. */
export const dashboards: Readonly<Record<string, () => Dashboard>> = {
  'sla-overview.json': slaOverview,
  'service-detail.json': serviceDetail,
  'guards.json': guards,
};
