import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { FolderWatch } from '../../src/config/folder-watch.ts';
import { ConfigFolder } from '../support/config-folder.ts';

describe('a watch of folders that is over while its files are read', () => {
  it('follows nothing any more', async () => {
    using folder = new ConfigFolder();
    const over = new FolderWatch(() => assert.fail('heard something after its end'));
    over[Symbol.dispose]();
    over.follow([folder.of('resilience.yaml')]);
    const events = new EventEmitter();
    const heard = once(events, 'heard');
    using going = new FolderWatch(() => events.emit('heard'));
    going.follow([folder.of('resilience.yaml')]);
    folder.write('resilience.yaml', 'sla: {}');
    await heard;
  });
});
