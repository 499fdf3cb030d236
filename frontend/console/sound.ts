// Two short tones for what newly needs a person; off unless switched on.
const TONES_HZ = [660, 880];
const TONE_S = 0.14;

let audio: AudioContext | null = null;

/** Play the tones; a browser that forbids sound stays silent. */
export function chime(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
    for (const [place, frequency] of TONES_HZ.entries()) play(audio, frequency, place);
  } catch {
    audio = null;
  }
}

function play(to: AudioContext, frequency: number, place: number): void {
  const from = to.currentTime + place * TONE_S;
  const [tone, loudness] = [to.createOscillator(), to.createGain()];
  tone.frequency.value = frequency;
  loudness.gain.setValueAtTime(0.0001, from);
  loudness.gain.exponentialRampToValueAtTime(0.2, from + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, from + TONE_S);
  tone.connect(loudness).connect(to.destination);
  tone.start(from);
  tone.stop(from + TONE_S);
}
