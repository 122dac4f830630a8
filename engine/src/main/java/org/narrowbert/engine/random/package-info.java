/**
 * Random numbers that are a function of where they are used, never of what was drawn before: the same for any thread count, regenerated in
 * the backward pass instead of stored, and exact after a resume. In: seed, step, place. Out: bits.
 */
package org.narrowbert.engine.random;
