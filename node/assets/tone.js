// Three tones, made here, each with its twin on the screen: go on, look, stop.

/** Steps of [hertz, start in seconds, length in seconds]. */
const TONES = {
  accept: [[880, 0, 0.09], [1320, 0.09, 0.12]],
  attention: [[660, 0, 0.12], [660, 0.18, 0.12]],
  reject: [[220, 0, 0.18], [165, 0.2, 0.3]],
};
let context;

/** @param {string} name */
export function tone(name) {
  const steps = TONES[name];
  if (!steps || !window.AudioContext) return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => undefined);
  for (const [hertz, start, length] of steps) {
    const source = context.createOscillator();
    const volume = context.createGain();
    const at = context.currentTime + start;
    source.type = name === "reject" ? "square" : "sine";
    source.frequency.value = hertz;
    volume.gain.setValueAtTime(0.15, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + length);
    source.connect(volume).connect(context.destination);
    source.start(at);
    source.stop(at + length);
  }
}
