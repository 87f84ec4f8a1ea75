// One line of JSON for each event, as proverd logs. No line holds a key, a witness or a proof.

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export function log(level: 'info' | 'warning' | 'error', event: string, fields: LogFields = {}): void {
  const write = level === 'info' ? console.log : level === 'warning' ? console.warn : console.error;
  write(JSON.stringify({ level, event, ...fields }));
}
