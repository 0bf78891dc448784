export const serviceNames = ['storefront', 'inventory', 'payment'] as const;
export type ServiceName = (typeof serviceNames)[number];

export function isServiceName(name: string | undefined): name is ServiceName {
  return serviceNames.some((known) => known === name);
}
