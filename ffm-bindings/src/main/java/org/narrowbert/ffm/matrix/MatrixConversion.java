package org.narrowbert.ffm.matrix;

/**
 * A matrix of float32 that is written once more, densely, as bfloat16.
 *
 * @param rows number of rows
 * @param columns number of columns
 * @param stride elements from one row to the next, of the float32
 */
record MatrixConversion(int rows, int columns, int stride) {}
