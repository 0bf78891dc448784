import assert from 'node:assert/strict';
import { httpFailure, httpOperation, httpPath, httpPeer } from '../../src/instrumentation/clients/http-peer.ts';

describe('the peer of a request', () => {
  const named: [origin: string, name: string, ...aliases: string[]][] = [
    ['http://stock.local', 'stock.local', 'stock.local:80', 'http://stock.local'],
    ['http://stock.local:80', 'stock.local', 'stock.local:80', 'http://stock.local:80'],
    ['https://stock.local:443', 'stock.local', 'stock.local:443', 'https://stock.local:443'],
    ['http://stock.local:443', 'stock.local:443', 'stock.local', 'http://stock.local:443'],
    ['http://Stock.Local:8080', 'stock.local:8080', 'stock.local', 'http://Stock.Local:8080'],
    ['http://10.0.0.1:8080/some/path', '10.0.0.1:8080', '10.0.0.1', 'http://10.0.0.1:8080/some/path'],
    ['http://user:pass@stock.local:8080', 'stock.local:8080', 'stock.local', 'http://user:pass@stock.local:8080'],
    ['http://[::1]:8080', '[::1]:8080', '[::1]', '::1', 'http://[::1]:8080'],
    ['http://::1:8080', '[::1]:8080', '[::1]', '::1', 'http://::1:8080'],
    ['https://[::1]', '[::1]', '::1', '[::1]:443', 'https://[::1]'],
    ['unix:/run/stock.sock', '/run/stock.sock', 'unix:/run/stock.sock'],
    ['what is this', 'what is this'],
    ['http://', 'http://'],
  ];
  for (const [origin, name, ...aliases] of named) {
    it(`of ${origin} is ${name}`, () => {
      assert.deepEqual(httpPeer(origin), { name, aliases });
    });
  }

  it('is asked by few operations, and by paths without queries', () => {
    assert.deepEqual(['GET', 'PATCH', 'QUERY', 'get', 'BREW'].map(httpOperation), [
      'GET',
      'PATCH',
      'QUERY',
      '_OTHER',
      '_OTHER',
    ]);
    assert.deepEqual(['/a', '/a?b=?c', '?'].map(httpPath), ['/a', '/a', '']);
  });

  it('is unwell by 5xx and 429, and by nothing else', () => {
    const unwell = [200, 302, 404, 429, 499, 500, 503, 599].filter((status) => httpFailure(status) !== undefined);
    assert.deepEqual(unwell, [429, 500, 503, 599]);
    assert.equal((httpFailure(503) as { status?: number }).status, 503);
  });
});
