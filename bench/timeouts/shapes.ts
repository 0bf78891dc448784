import { exponential, normal, type Random } from './random.ts';

/** How long calls take that complete: numbers drawn, and the true share that takes longer than so many milliseconds. */
export interface Shape {
  readonly name: string;
  draw(random: Random): number;
  longer(millis: number): number;
}

export const lognormal: Shape = logNormal('lognormal', 20, 1);

export const pareto: Shape = {
  name: 'Pareto',
  draw: (random) => 10 / Math.sqrt(random()),
  longer: (millis) => (millis <= 10 ? 1 : (10 / millis) ** 2),
};

const [quick, slow] = [logNormal('quick', 10, 0.5), logNormal('slow', 300, 0.3)];
export const bimodal: Shape = {
  name: 'bimodal',
  draw: (random) => (random() < 0.05 ? slow : quick).draw(random),
  longer: (millis) => 0.05 * slow.longer(millis) + 0.95 * quick.longer(millis),
};

export const weibull: Shape = {
  name: 'Weibull',
  draw: (random) => 30 * exponential(random) ** (1 / 0.7),
  longer: (millis) => Math.exp(-((millis / 30) ** 0.7)),
};

export const gamma: Shape = {
  name: 'gamma',
  draw: (random) => 20 * (exponential(random) + exponential(random)),
  longer: (millis) => Math.exp(-millis / 20) * (1 + millis / 20),
};

/** The milliseconds that a share of calls takes longer than. */
export function quantile(shape: Shape, share: number): number {
  let [low, high] = [0, 1e7];
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (shape.longer(middle) > share) low = middle;
    else high = middle;
  }
  return high;
}

function logNormal(name: string, median: number, sigma: number): Shape {
  return {
    name,
    draw: (random) => median * Math.exp(sigma * normal(random)),
    longer: (millis) => 0.5 * erfc(Math.log(millis / median) / (sigma * Math.SQRT2)),
  };
}

/** The complementary error function, within 1.2e-7 of its value (the rational fit of W. H. Press and others). */
function erfc(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const fit = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const value = t * Math.exp(-x * x + fit.reduceRight((sum, each) => sum * t + each, 0));
  return x >= 0 ? value : 2 - value;
}
