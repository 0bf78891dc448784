import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { redisCommand, redisTreatment } from '../../src/instrumentation/clients/redis-command.ts';

describe('a command of Redis', () => {
  it('is called by its name in capitals, where that can be one', () => {
    assert.deepEqual(
      ['get', 'GET', 'hGetAll', 'json.get', 'EVAL_RO', 'a b', 'user:7', '', 7, undefined, 'x'.repeat(31)].map(
        (name) => redisCommand(name).operation,
      ),
      [
        'GET',
        'GET',
        'HGETALL',
        'JSON.GET',
        'EVAL_RO',
        'COMMAND',
        'COMMAND',
        'COMMAND',
        'COMMAND',
        'UNDEFINED',
        'COMMAND',
      ],
    );
    fc.assert(fc.property(fc.string(), (name) => assert.match(redisCommand(name).operation, /^[A-Z][A-Z._]{0,29}$/)));
  });

  it('passes its guards, unless it is about the connection or waits for others', () => {
    const treated = (name: string, ...args: unknown[]): string => redisTreatment(redisCommand(name), args);
    assert.deepEqual(
      ['GET', 'SET', 'EVAL', 'JSON.GET', 'COMMAND.X'].map((name) => treated(name)),
      Array(5).fill('guarded'),
    );
    assert.deepEqual(
      ['AUTH', 'HELLO', 'INFO', 'PING', 'CLUSTER', 'CLIENT'].map((name) => treated(name)),
      Array(6).fill('free'),
    );
    assert.deepEqual(
      ['SELECT', 'SUBSCRIBE', 'MULTI', 'WATCH', 'QUIT'].map((name) => treated(name)),
      Array(5).fill('ordered'),
    );
    assert.deepEqual(
      ['BLPOP', 'BLMOVE', 'WAIT', 'BZPOPMIN'].map((name) => treated(name)),
      Array(4).fill('ordered'),
    );
  });

  it('waits for others where it is told to', () => {
    for (const args of [
      ['COUNT', '1', 'BLOCK', '0', 'STREAMS', 's', '$'],
      ['block', 5, 'streams', 's', '$'],
      [Buffer.from('BLOCK'), 5],
      [[{ key: 's', id: '$' }], { COUNT: 1, BLOCK: 0 }],
    ])
      for (const name of ['XREAD', 'XREADGROUP']) assert.equal(redisTreatment(redisCommand(name), args), 'ordered');
    assert.equal(redisTreatment(redisCommand('XREAD'), ['STREAMS', 's', '0', null, undefined, 1]), 'guarded');
    assert.equal(redisTreatment(redisCommand('SET'), ['BLOCK', 'BLOCK']), 'guarded');
  });
});
