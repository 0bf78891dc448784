/**
 * Where the other services live, from `SHOP_PEERS="inventory=http://127.0.0.1:8001 payment=http://127.0.0.1:8002"`.
 * Telemetry reads it too: a span then says `payment` where it would say `127.0.0.1:8002`.
 */
const originOf = new Map(
  (process.env.SHOP_PEERS ?? '')
    .split(' ')
    .filter((pair) => pair.includes('='))
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
);
const nameOf = new Map([...originOf].map(([name, origin]): [string, string] => [origin, name]));

export function peerOrigin(name: string): string {
  const origin = originOf.get(name);
  if (origin === undefined) throw new Error(`SHOP_PEERS does not say where ${name} is`);
  return origin;
}

export function peerName(origin: string): string | undefined {
  return nameOf.get(origin);
}
