/** A place in the order of calls. It is decided once: by `ready`, or by `leave`. */
export interface Place {
  /** The call may be sent: as soon as nobody in front of it is undecided. */
  ready(send: () => void): void;
  /** The call will not be sent. */
  leave(): void;
}

/** Sends calls in the order in which they were made, where some of them have to wait for their guards. */
export class CallOrder {
  #first: OrderedPlace | undefined;
  #last: OrderedPlace | undefined;

  /** Whether nobody has a place, so that a call without guards may be sent as it is. */
  get isFree(): boolean {
    return this.#first === undefined;
  }

  /** Takes the last place. */
  join(): Place {
    const place = new OrderedPlace(this.#last, (decided) => this.#decided(decided));
    if (this.#last === undefined) this.#first = place;
    else this.#last.next = place;
    this.#last = place;
    return place;
  }

  #decided(place: OrderedPlace): void {
    if (place.send === undefined) {
      this.#remove(place);
      if (place.previous !== undefined) return;
    }
    // What is sent may take and decide places itself.
    for (let next = this.#first; next?.send !== undefined; next = this.#first) {
      const { send } = next;
      this.#remove(next);
      send();
    }
  }

  #remove(place: OrderedPlace): void {
    const { next, previous } = place;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
  }
}

class OrderedPlace implements Place {
  previous: OrderedPlace | undefined;
  next: OrderedPlace | undefined;
  send: (() => void) | undefined;
  #isDecided = false;
  readonly #tell: (place: OrderedPlace) => void;

  constructor(previous: OrderedPlace | undefined, tell: (place: OrderedPlace) => void) {
    this.previous = previous;
    this.#tell = tell;
  }

  ready(send: () => void): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.send = send;
    this.#tell(this);
  }

  leave(): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#tell(this);
  }
}
