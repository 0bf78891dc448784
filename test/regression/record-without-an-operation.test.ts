import assert from 'node:assert/strict';
import { DrivenTracker } from '../support/driven-tracker.ts';

describe('a record whose operation is empty', () => {
  it('counts as unknown, for an empty label is none', () => {
    const driven = new DrivenTracker();
    driven.send(1, { operation: '' });
    assert.deepEqual(
      driven.service().operations.map(({ operation }) => operation),
      ['unknown'],
    );
  });
});
