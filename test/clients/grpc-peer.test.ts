import assert from 'node:assert/strict';
import { describeGrpcPeer, grpcPeerKey } from '../../src/instrumentation/clients/grpc-peer.ts';
import { peerService } from '../../src/sla/span-identity.ts';

describe('the peer of a gRPC call', () => {
  const describe = (target: string): ReturnType<typeof describeGrpcPeer> =>
    describeGrpcPeer(grpcPeerKey(target, 'shop.Stock'));

  it('is named after the address that the target names, however it is resolved', () => {
    for (const [target, name] of [
      ['stock.local:50051', 'stock.local:50051'],
      ['dns:stock.local:50051', 'stock.local:50051'],
      ['dns:///stock.local:50051', 'stock.local:50051'],
      ['dns://8.8.8.8/stock.local:50051', 'stock.local:50051'],
      ['ipv4:10.0.0.1:50051', '10.0.0.1:50051'],
      ['ipv6:[::1]:50051', '[::1]:50051'],
      ['[::1]:50051', '[::1]:50051'],
      ['unix:/run/stock.sock', '/run/stock.sock'],
      ['unix:///run/stock.sock', '/run/stock.sock'],
      ['unix:stock.sock', 'stock.sock'],
      ['xds:///stock', 'stock'],
      ['consul://agent/stock:50051', 'stock:50051'],
      ['::::', '::::'],
    ] as const)
      assert.equal(describe(target).name, name, target);
  });

  it('leaves the port out that gRPC takes where none is named', () => {
    assert.equal(describe('dns:stock.local').name, 'stock.local');
    assert.equal(describe('dns:stock.local:443').name, 'stock.local');
    assert.ok(describe('dns:stock.local').aliases.includes('stock.local:443'));
    assert.equal(describe('ipv6:[::1]:443').name, '::1');
  });

  it('is one where a target has several addresses, and each is a name of it', () => {
    const { name, aliases } = describe('ipv4:10.0.0.1:50051,10.0.0.2:50052');
    assert.equal(name, '10.0.0.1:50051,10.0.0.2:50052');
    for (const each of ['10.0.0.1', '10.0.0.1:50051', '10.0.0.2', '10.0.0.2:50052']) assert.ok(aliases.includes(each));
    const many = Array.from({ length: 100 }, (_, number) => `10.0.0.${number}:50051`);
    assert.equal(describe(`ipv4:${many.join(',')}`).name.length, 256);
  });

  it('is known by its host, by the whole target, and by the service, as its SLA is', () => {
    const { aliases } = describe('dns:///stock.local:50051');
    const sla = peerService({ 'rpc.service': 'shop.Stock', 'server.address': 'stock.local', 'server.port': 50_051 });
    for (const each of ['stock.local', 'stock.local:50051', 'dns:///stock.local:50051', sla])
      assert.ok(aliases.includes(each), each);
    const plain = peerService({ 'server.address': '::1', 'server.port': 50_051 });
    assert.ok(describe('ipv6:[::1]:50051').aliases.includes(plain), plain);
  });
});
