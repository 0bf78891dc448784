import { takeLatestSpan } from './client-spans.ts';
import type { LoadedPackage } from './loaded-modules.ts';
import { hookMethod } from './method-hook.ts';
import { isBlocking, redisOperation, redisTreatment } from './redis-command.ts';
import { RedisConnections } from './redis-connections.ts';
import { ioredisAddress } from './redis-ioredis-address.ts';
import { IORedisCommandCall, IORedisPipelineCall } from './redis-ioredis-calls.ts';
import type {
  IORedis,
  IORedisCommand,
  IORedisExec,
  IORedisPackage,
  IORedisPipeline,
  IORedisSend,
} from './redis-ioredis-client.ts';
import type { RuleSets } from './rule-sets.ts';

const INSTRUMENTATION = '@opentelemetry/instrumentation-ioredis';

/** Puts guards around what one copy of `ioredis` sends, until what it returns is called. */
export function hookIORedis(sets: RuleSets, { exports }: LoadedPackage): () => void {
  const { Pipeline, prototype } = exports as IORedisPackage;
  const connections = new RedisConnections<IORedis>(sets, ioredisAddress);
  const waking = new WeakSet<IORedis>();
  const removals = [
    hookMethod(prototype, 'setStatus', (original: IORedis['setStatus']) => noticingWake(waking, original)),
    hookMethod(prototype, 'sendCommand', (original: IORedisSend) => guardedSend(connections, waking, original)),
    hookMethod(Pipeline.prototype, 'exec', (original: IORedisExec) => guardedExec(connections, original)),
  ];
  return () => {
    for (const remove of removals) remove();
  };
}

/** A client that becomes ready brings its connection to where it was, all in one go, before anybody hears of it. */
function noticingWake(waking: WeakSet<IORedis>, original: IORedis['setStatus']): IORedis['setStatus'] {
  return function setStatus(this: IORedis, status: string, ...rest: unknown[]): unknown {
    if (status === 'ready') {
      waking.add(this);
      process.nextTick(() => waking.delete(this));
    }
    return original.call(this, status, ...rest);
  };
}

function guardedSend(
  connections: RedisConnections<IORedis>,
  waking: WeakSet<IORedis>,
  original: IORedisSend,
): IORedisSend {
  /** Clients send what waited for a connection, or was lost with one, once more. */
  const known = new WeakSet<IORedisCommand>();
  return function sendCommand(this: IORedis, command: IORedisCommand, stream?: unknown): unknown {
    // What has a stream belongs to a pipeline, which was guarded as a whole.
    const guards = stream === undefined || stream === null ? connections.guardsOf(this) : undefined;
    if (guards === undefined || known.has(command)) return original.call(this, command, stream);
    const operation = redisOperation(command.name);
    const isOwn = waking.has(this) || (this.status !== 'ready' && redisTreatment(operation, []) === 'ordered');
    const passage = isOwn ? undefined : connections.passage(this, guards, operation, command.args);
    if (passage === undefined) return original.call(this, command, stream);
    known.add(command);
    // Of a cluster, it may be sent to another node then.
    const forget = (): void => void known.delete(command);
    const send = (): unknown => original.call(this, command, stream);
    const call = new IORedisCommandCall(passage.connection.order, command, send, forget);
    call.begin(passage.guard, passage.guard && takeLatestSpan(INSTRUMENTATION));
    return call.takeResult();
  };
}

function guardedExec(connections: RedisConnections<IORedis>, original: IORedisExec): IORedisExec {
  const known = new WeakSet<IORedisPipeline>();
  return function exec(this: IORedisPipeline, ...args: [callback?: unknown]): Promise<unknown> {
    const guards = connections.guardsOf(this.redis);
    if (guards === undefined || known.has(this) || !isComplete(this)) return original.apply(this, args);
    known.add(this);
    const { _queue: commands } = this;
    const operation = commands[0]?.name === 'multi' ? 'MULTI' : 'PIPELINE';
    const blocks = commands.some((each) => isBlocking(redisOperation(each.name), each.args));
    const passage = connections.batchPassage(this.redis, guards, operation, blocks);
    const send = (): Promise<unknown> => original.apply(this, args);
    if (passage === undefined) return send();
    new IORedisPipelineCall(passage.connection.order, this, send).begin(passage.guard);
    return this.promise;
  };
}

/** Whether `exec` sends something now: there is something, its transaction is ended, and its cluster knows where to. */
function isComplete({ _queue: queue, _transactions: open, isCluster, redis }: IORedisPipeline): boolean {
  return queue.length > 0 && !(open > 0) && !(isCluster && redis.slots?.length === 0);
}
