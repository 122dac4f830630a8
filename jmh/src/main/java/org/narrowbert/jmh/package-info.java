/** Benchmarks: the engine's kernels and whole training steps beside the measured peak of the machine and their peers. */
@NullMarked
package org.narrowbert.jmh;

import org.jspecify.annotations.NullMarked;
