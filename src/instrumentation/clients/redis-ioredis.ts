import { takeLatestSpan } from './client-spans.ts';
import type { LoadedPackage } from './loaded-modules.ts';
import { hookMethod } from './method-hook.ts';
import { isBlocking, redisCommand } from './redis-command.ts';
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

/** On a client that becomes ready: it brings its connection to where it was, all in one go, before anybody hears of it. */
const WAKING = Symbol('opentelemetry-resilience waking');
/** On what passes its guards: clients send what waited for a connection, or was lost with one, once more. */
const PASSING = Symbol('opentelemetry-resilience passing');

interface Marked {
  [WAKING]?: boolean;
  [PASSING]?: boolean;
}

/** Puts guards around what one copy of `ioredis` sends, until what it returns is called. */
export function hookIORedis(sets: RuleSets, { exports }: LoadedPackage): () => void {
  const { Pipeline, prototype } = exports as IORedisPackage;
  const connections = new RedisConnections<IORedis>(sets, ioredisAddress);
  const removals = [
    hookMethod(prototype, 'setStatus', noticingWake),
    hookMethod(prototype, 'sendCommand', (original: IORedisSend) => guardedSend(connections, original)),
    hookMethod(Pipeline.prototype, 'exec', (original: IORedisExec) => guardedExec(connections, original)),
  ];
  return () => {
    for (const remove of removals) remove();
  };
}

function noticingWake(original: IORedis['setStatus']): IORedis['setStatus'] {
  return function setStatus(this: IORedis & Marked, status: string, ...rest: unknown[]): unknown {
    if (status === 'ready') {
      this[WAKING] = true;
      process.nextTick(() => (this[WAKING] = false));
    }
    return original.call(this, status, ...rest);
  };
}

function guardedSend(connections: RedisConnections<IORedis>, original: IORedisSend): IORedisSend {
  return function sendCommand(this: IORedis & Marked, command: IORedisCommand & Marked, stream?: unknown): unknown {
    // What has a stream belongs to a pipeline, which was guarded as a whole.
    const connection = stream === undefined || stream === null ? connections.guarded(this) : undefined;
    if (connection === undefined || command[PASSING] === true) return original.call(this, command, stream);
    const kind = redisCommand(command.name);
    const isOwn = this[WAKING] === true || (this.status !== 'ready' && kind.treatment === 'ordered');
    const passage = isOwn ? undefined : connection.command(kind, command.args);
    if (passage === undefined) return original.call(this, command, stream);
    command[PASSING] = true;
    // Of a cluster, it may be sent to another node then.
    const forget = (): void => void (command[PASSING] = false);
    const send = (): unknown => original.call(this, command, stream);
    const call = new IORedisCommandCall(connection.order, command, send, forget);
    call.begin(passage, passage === 'in order' ? undefined : takeLatestSpan(INSTRUMENTATION));
    return call.takeResult();
  };
}

function guardedExec(connections: RedisConnections<IORedis>, original: IORedisExec): IORedisExec {
  return function exec(this: IORedisPipeline & Marked, ...args: [callback?: unknown]): Promise<unknown> {
    const connection = connections.guarded(this.redis);
    if (connection === undefined || this[PASSING] === true || !isComplete(this)) return original.apply(this, args);
    this[PASSING] = true;
    const { _queue: commands } = this;
    const operation = commands[0]?.name === 'multi' ? 'MULTI' : 'PIPELINE';
    const blocks = commands.some((each) => isBlocking(redisCommand(each.name), each.args));
    const passage = connection.batch(operation, blocks);
    const send = (): Promise<unknown> => original.apply(this, args);
    if (passage === undefined) return send();
    new IORedisPipelineCall(connection.order, this, send).begin(passage);
    return this.promise;
  };
}

/** Whether `exec` sends something now: there is something, its transaction is ended, and its cluster knows where to. */
function isComplete({ _queue: queue, _transactions: open, isCluster, redis }: IORedisPipeline): boolean {
  return queue.length > 0 && !(open > 0) && !(isCluster && redis.slots?.length === 0);
}
