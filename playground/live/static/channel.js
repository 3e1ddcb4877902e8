// What is said to the run and what comes back. Two ways with one interface: our WebSocket route, or Streamlit's own
// connection (component triggers out, packets in the data) where a host does not pass our route on.

import { cut, decode } from "./packets.js";

const PATIENCE = 3000; // ms for the route to open at all before the polling way is taken
const TRIES = 2;
const LONGEST = 5000; // ms between two attempts to reconnect
const PAUSE = 400; // ms after which the polling way sends on without having heard

/** Thrown to those who wait for an answer: `messages` are {text, values}. */
const ANSWER_WITHIN = 20_000; // ms

export class Refused extends Error {
  constructor(messages) {
    super("refused");
    this.messages = messages;
  }
}

/** Asks with ids, answers as promises. */
class Waiting {
  #next = 1;
  #open = new Map();

  add() {
    const id = this.#next++;
    const answer = new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
    setTimeout(() => {
      this.#open.get(id)?.reject(new Refused([])); // its worker may have ended
      this.#open.delete(id);
    }, ANSWER_WITHIN);
    return { id, answer };
  }

  /** True when the message was an answer or a refusal to somebody here. */
  settle(message) {
    const one = this.#open.get(message.id);
    if (!one) return false;
    this.#open.delete(message.id);
    if (message.type === "refusal") one.reject(new Refused(message.messages ?? []));
    else one.resolve(message);
    return true;
  }

  drop() {
    for (const { reject } of this.#open.values()) reject(new Refused([]));
    this.#open.clear();
  }
}

/** Frames over our own route. Reconnects by itself once it has ever been open. */
class Push {
  #timer = null;
  #attempts = 0;
  #ended = false;

  constructor(base, on) {
    Object.assign(this, { base, on, everOpen: false });
    this.#connect();
    this.retry = () => document.hidden || this.#timer === null || this.#connect();
    addEventListener("online", this.retry);
    document.addEventListener("visibilitychange", this.retry);
    this.patience = setTimeout(() => this.everOpen || this.#giveUp(), PATIENCE);
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${this.base}/live`);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.everOpen = true;
      this.on.open();
    };
    socket.onmessage = ({ data }) => {
      this.#attempts = 0; // open alone says little: the engine behind may be away
      this.on.message(typeof data === "string" ? JSON.parse(data) : decode(data));
    };
    socket.onclose = () => this.#closed();
  }

  #closed() {
    if (this.#ended) return;
    this.#attempts += 1;
    if (!this.everOpen && this.#attempts >= TRIES) return this.#giveUp();
    if (this.everOpen) this.on.broken();
    const wait = Math.min(LONGEST, 250 * 2 ** (this.#attempts - 1));
    this.#timer = setTimeout(() => this.#connect(), wait * (0.75 + Math.random() / 2));
  }

  #giveUp() {
    this.stop();
    this.on.impossible();
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  stop() {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.patience);
    removeEventListener("online", this.retry);
    document.removeEventListener("visibilitychange", this.retry);
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
  }
}

/** Frames in the component's data. One outbox at a time: Streamlit keeps only the last value of a trigger. What the page delivers counts as painted. */
class Poll {
  #outbox = [];
  #sequence = -1;
  #timer = null;

  constructor(trigger, on) {
    Object.assign(this, { trigger, on });
    queueMicrotask(() => on.open());
  }

  send(message) {
    if (message.type === "ack") return;
    this.#outbox.push(JSON.stringify(message));
    if (this.#timer === null) queueMicrotask(() => this.#flush());
  }

  #flush() {
    if (!this.#outbox.length || this.#timer !== null) return;
    this.trigger(this.#outbox.splice(0));
    this.#timer = setTimeout(() => this.#heard(), PAUSE);
  }

  #heard() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#flush();
  }

  /** New data from the page. A sequence that fell back means a new session there: say hello again. */
  deliver(sequence, packets) {
    if (sequence === this.#sequence) return;
    const again = sequence < this.#sequence;
    this.#sequence = sequence;
    this.#heard();
    if (again) this.on.open();
    if (packets?.byteLength) for (const message of cut(packets)) this.on.message(message);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#outbox = [];
  }
}

/**
 * The one that views and buttons talk to.
 * on: frame(message), status(status), refusal(messages), connection("open" | "reconnecting"), transport("push" | "poll")
 */
export class Channel {
  #waiting = new Waiting();
  #run = null;
  #views = [];
  #live = false;

  constructor({ base, transport, trigger, on }) {
    Object.assign(this, { on, trigger });
    if (transport === "poll") this.#poll();
    else {
      on.transport("push");
      this.way = new Push(base, { ...this.#events(), impossible: () => this.#poll() });
    }
  }

  #events() {
    return {
      open: () => {
        this.#live = true;
        this.on.connection("open");
        this.#hello();
      },
      broken: () => {
        this.#live = false;
        this.#waiting.drop();
        this.on.connection("reconnecting");
      },
      message: (message) => this.#take(message),
    };
  }

  #poll() {
    this.way = new Poll(this.trigger, this.#events());
    this.on.transport("poll");
  }

  #hello() {
    if (this.#run && this.#live) this.way.send({ type: "hello", run: this.#run, views: this.#views });
  }

  #take(message) {
    if (message.type === "frame") {
      if (message.run === this.#run) this.on.frame(message);
    } else if (message.type === "status") {
      const status = message.status ?? message;
      if (!status.run || status.run === this.#run) this.on.status(status);
    } else if (!this.#waiting.settle(message) && message.type === "refusal") this.on.refusal(message.messages ?? []);
  }

  /** Watch `run` with these views open. */
  watch(run, views) {
    const other = run !== this.#run;
    const changed = views.join() !== this.#views.join();
    this.#run = run;
    this.#views = views;
    if (other) this.#hello();
    else if (changed && this.#live) this.way.send({ type: "open", views });
  }

  ack() {
    this.way.send({ type: "ack" });
  }

  #request(type, name, params) {
    if (!this.#live) return Promise.reject(new Refused([]));
    const { id, answer } = this.#waiting.add();
    this.way.send({ type, id, name, params });
    return answer;
  }

  command(name, params = {}) {
    return this.#request("command", name, params);
  }

  ask(name, params = {}) {
    return this.#request("ask", name, params);
  }

  action(name, params = {}) {
    return this.#request("action", name, params);
  }

  deliver(sequence, packets) {
    this.way.deliver?.(sequence, packets);
  }

  close() {
    this.#waiting.drop();
    this.way.stop();
  }
}
