import assert from 'node:assert/strict';
import { pgError, pgVerdict } from '../../src/instrumentation/clients/pg-failure.ts';
import { asFailure, redisError, redisVerdict, unwellReply } from '../../src/instrumentation/clients/redis-failure.ts';

describe('what an error says of PostgreSQL', () => {
  const fromServer = (code: string): Error => Object.assign(new Error('no'), { severity: 'ERROR', code });

  it('is nothing where the statement or the data is wrong', () => {
    for (const code of ['42601', '23505', '22012', '40001', '40P01', '55P03', '25P02', 'P0001'])
      assert.equal(pgVerdict(fromServer(code), false), 'well', code);
    assert.equal(pgVerdict(undefined, false), 'well');
    assert.equal(pgVerdict(null, true), 'well');
  });

  it('is that it is unwell where it has too little, is stopped, or breaks', () => {
    for (const code of ['08006', '53300', '57014', '57P01', '58030', 'XX000'])
      assert.equal(pgVerdict(fromServer(code), false), 'unwell', code);
    for (const code of ['ECONNRESET', 'EPIPE', 'ECONNREFUSED', undefined])
      assert.equal(pgVerdict(Object.assign(new Error('lost'), { code }), false), 'unwell');
  });

  it('is neither where the caller has closed the client, or the query was given up', () => {
    assert.equal(pgVerdict(new Error('Client was closed and is not queryable'), false), 'neither');
    assert.equal(pgVerdict(new Error('Connection terminated'), true), 'neither');
    assert.equal(pgVerdict(fromServer('57P01'), true), 'unwell');
  });

  it('is put as the package puts it', () => {
    const cause = new Error('why');
    assert.deepEqual([pgError(cause, true).message, pgError(cause, true).cause], ['Query read timeout', cause]);
    assert.equal(pgError(cause, false).message, 'Query was not sent: why');
  });
});

describe('what an error says of Redis', () => {
  class AbortError extends Error {}
  class ClientClosedError extends Error {}
  class WatchError extends Error {}

  it('is nothing where the command is wrong', () => {
    for (const message of [
      'ERR unknown command',
      'WRONGTYPE Operation',
      'NOSCRIPT No',
      'BUSYGROUP Name',
      'MOVED 1 a:1',
      'NOAUTH',
    ])
      assert.equal(redisVerdict(new Error(message)), 'well', message);
    assert.equal(redisVerdict(new WatchError('One of the watched keys has been changed')), 'well');
    assert.equal(redisVerdict(undefined), 'well');
  });

  it('is that it is unwell where it cannot do its work, or cannot be reached', () => {
    for (const message of [
      'LOADING Redis',
      'BUSY Redis',
      'OOM command',
      'MISCONF',
      'READONLY You',
      'CLUSTERDOWN Hash',
      'TRYAGAIN',
    ])
      assert.equal(redisVerdict(new Error(message)), 'unwell', message);
    for (const message of [
      'Connection is closed.',
      'connect ECONNREFUSED 127.0.0.1:1',
      'Socket closed unexpectedly',
      '',
    ])
      assert.equal(redisVerdict(new Error(message)), 'unwell', message);
    assert.equal(redisVerdict(new AbortError('Command aborted due to connection close')), 'unwell');
  });

  it('is neither where the caller ended the command', () => {
    assert.equal(redisVerdict(new AbortError('The command was aborted')), 'neither');
    assert.equal(redisVerdict(new ClientClosedError('The client is closed')), 'neither');
  });

  it('is told to guards as a failure, though it is called aborted', () => {
    const lost = Object.assign(new AbortError('Command aborted due to connection close'), { name: 'AbortError' });
    const told = asFailure(lost) as Error;
    assert.deepEqual([told.name, told.cause], ['Error', lost]);
    const other = new Error('lost');
    assert.equal(asFailure(other), other);
  });

  it('is that of the first in a batch that is unwell', () => {
    const [wrong, unwell] = [new Error('ERR no'), new Error('OOM no')];
    assert.equal(unwellReply([wrong, 'OK', unwell, new Error('LOADING')]), unwell);
    assert.equal(unwellReply([[null, 'OK'], [wrong], [unwell, null]]), unwell);
    for (const replies of [[wrong, null, [], [null]], 'OK', undefined]) assert.equal(unwellReply(replies), undefined);
  });

  it('is put as a client puts it', () => {
    class TimeoutError extends Error {
      constructor(message: string) {
        super();
        this.message = message;
      }
    }
    const cause = new Error('why');
    assert.equal(redisError(cause, false).message, 'Command was not sent: why');
    const error = redisError(cause, true, TimeoutError as unknown as ErrorConstructor);
    assert.ok(error instanceof TimeoutError);
    assert.deepEqual([error.message, error.cause], ['Command timed out', cause]);
  });
});
