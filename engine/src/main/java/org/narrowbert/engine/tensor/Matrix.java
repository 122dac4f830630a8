package org.narrowbert.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * A view of [rows, columns] elements of a buffer, never an owner: element (row, column) is the buffer's element {@code offset + row * stride
 * + column}.
 *
 * @param buffer where the elements lie
 * @param offset index of element (0, 0) in the buffer
 * @param rows number of rows
 * @param columns number of columns
 * @param stride elements from one row to the next
 */
public record Matrix(Buffer buffer, long offset, int rows, int columns, int stride) {
    public Matrix {
        if (rows < 0 || columns < 0 || stride < columns || offset < 0) {
            throw new IllegalArgumentException(
                    "impossible matrix [" + rows + ", " + columns + "] with stride " + stride + " at " + offset);
        }
        if (rows > 0 && offset + (rows - 1L) * stride + columns > buffer.elements()) {
            throw new IllegalArgumentException("matrix [" + rows + ", " + columns + "] with stride " + stride + " at "
                    + offset + " does not fit a buffer of " + buffer.elements() + " elements");
        }
    }

    /** A dense matrix at an offset: the stride is the number of columns. */
    public static Matrix dense(Buffer buffer, long offset, int rows, int columns) {
        return new Matrix(buffer, offset, rows, columns, columns);
    }

    /** The given rows of this matrix, sharing its elements. */
    public Matrix rows(int first, int count) {
        Objects.checkFromIndexSize(first, count, rows);
        return new Matrix(buffer, offset + (long) first * stride, count, columns, stride);
    }

    /** The given columns of this matrix, sharing its elements. */
    public Matrix columns(int first, int count) {
        Objects.checkFromIndexSize(first, count, columns);
        return new Matrix(buffer, offset + first, rows, count, stride);
    }

    /** Number of elements. */
    public long size() {
        return (long) rows * columns;
    }

    /** Absolute address of element (0, 0) in bytes; fails when the buffer is closed. */
    public long address() {
        return buffer.address() + offset * buffer.elementType().bytes();
    }

    /** Element (row, column), widened to double. */
    public double get(int row, int column) {
        long index = index(row, column);
        return switch (buffer.elementType()) {
            case FLOAT32 -> buffer.segment().getAtIndex(ValueLayout.JAVA_FLOAT, index);
            case FLOAT64 -> buffer.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, index);
        };
    }

    /** Sets element (row, column), rounded to the buffer's element type. */
    public void set(int row, int column, double value) {
        long index = index(row, column);
        switch (buffer.elementType()) {
            case FLOAT32 -> buffer.segment().setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
            case FLOAT64 -> buffer.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
        }
    }

    /** Adds to element (row, column). */
    public void add(int row, int column, double value) {
        set(row, column, get(row, column) + value);
    }

    /** Sets every element to one value. */
    public void fill(double value) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                set(row, column, value);
            }
        }
    }

    /**
     * Reads all elements, row after row.
     *
     * @param target [rows * columns] float32 values, native byte order
     */
    public void copyTo(MemorySegment target) {
        for (int row = 0; row < rows; row++) {
            long first = (long) row * columns;
            if (buffer.elementType() == ElementType.FLOAT32) {
                MemorySegment.copy(
                        buffer.segment(),
                        index(row, 0) * Float.BYTES,
                        target,
                        first * Float.BYTES,
                        (long) columns * Float.BYTES);
            } else {
                for (int column = 0; column < columns; column++) {
                    target.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, first + column, (float) get(row, column));
                }
            }
        }
    }

    /**
     * Writes all elements, row after row.
     *
     * @param source [rows * columns] float32 values, native byte order
     */
    public void copyFrom(MemorySegment source) {
        for (int row = 0; row < rows; row++) {
            long first = (long) row * columns;
            if (buffer.elementType() == ElementType.FLOAT32) {
                MemorySegment.copy(
                        source,
                        first * Float.BYTES,
                        buffer.segment(),
                        index(row, 0) * Float.BYTES,
                        (long) columns * Float.BYTES);
            } else {
                for (int column = 0; column < columns; column++) {
                    set(row, column, source.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, first + column));
                }
            }
        }
    }

    /** All elements as float32 values, row after row. */
    public float[] toArray() {
        float[] values = new float[Math.toIntExact(size())];
        copyTo(MemorySegment.ofArray(values));
        return values;
    }

    /** "[rows, columns]". */
    public String shape() {
        return "[" + rows + ", " + columns + "]";
    }

    private long index(int row, int column) {
        Objects.checkIndex(row, rows);
        return offset + (long) row * stride + column;
    }
}
