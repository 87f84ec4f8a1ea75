// How far a long run is: a bar that renews itself on a terminal, a line for each step elsewhere.

const BAR_CHARACTERS = 24;

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export class Progress {
  #out;
  #total;
  #done = 0;
  #startedAt = performance.now();

  /** `total` is the work in any unit, the same that done() counts in. */
  constructor(total, out = process.stderr) {
    this.#total = total;
    this.#out = out;
  }

  /** Says what is being done. */
  say(text) {
    const share = Math.min(1, this.#done / this.#total);
    const seconds = (performance.now() - this.#startedAt) / 1000;
    if (!this.#out.isTTY) {
      this.#out.write(`bench: ${Math.floor(share * 100)} % ${clock(seconds)} ${text}\n`);
      return;
    }
    const full = Math.round(share * BAR_CHARACTERS);
    const left = share > 0.02 ? `, ${clock((seconds / share) * (1 - share))} left` : '';
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_CHARACTERS - full)}`;
    this.#out.write(`\r\x1b[K${bar} ${clock(seconds)}${left}  ${text}`.slice(0, (this.#out.columns ?? 80) + 3));
  }

  done(work) {
    this.#done += work;
  }

  end() {
    if (this.#out.isTTY) this.#out.write('\r\x1b[K');
  }
}
