// How agents and control plane tell each other their hybrid time: beside requests that are made anyway.

/** Both ways, a moment as text (`formatHybrid`). In lower case, as Node gives it. */
export const CLOCK_HEADER = 'x-gantry-clock';
/** In an answer: by how many milliseconds the clock of the request was ahead, which was too much to go by. */
export const CLOCK_AHEAD_HEADER = 'x-gantry-clock-ahead';
