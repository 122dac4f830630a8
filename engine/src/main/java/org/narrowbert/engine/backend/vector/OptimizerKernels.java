package org.narrowbert.engine.backend.vector;

import static org.narrowbert.engine.backend.vector.Checks.row;
import static org.narrowbert.engine.backend.vector.Lanes.COUNT;
import static org.narrowbert.engine.backend.vector.Lanes.FLOATS;
import static org.narrowbert.engine.backend.vector.Lanes.MEMORY;
import static org.narrowbert.engine.backend.vector.Lanes.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.narrowbert.engine.backend.AdamWStep;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.threads.FixedPool;

/**
 * The global norm's sum of squares and AdamW. Both only stream through memory: a matrix without gaps between its rows is one long row, which is
 * cut into pieces of a fixed length; otherwise each row is cut on its own.
 */
final class OptimizerKernels {
    /** Elements of a task: 64 KiB of each array. */
    private static final int PIECE = 16_384;

    private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, FLOATS.vectorShape());

    /** As many floats as a vector has doubles. */
    private static final VectorSpecies<Float> HALF =
            VectorSpecies.of(float.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    private static final int DOUBLE_LANES = DOUBLES.length();

    private final FixedPool pool;

    /** Each piece's sum of squares; kept from call to call. */
    private double[] pieceSums = new double[0];

    OptimizerKernels(FixedPool pool) {
        this.pool = pool;
    }

    /** As {@link Kernels#sumOfSquares}: the pieces' sums are added in pairs of neighbours, these in pairs again, until one is left. */
    double sumOfSquares(Matrix matrix) {
        Checks.float32("matrix", matrix);
        long length = rowLength(matrix);
        int piecesPerRow = pieces(length);
        int pieces = Math.multiplyExact(piecesPerRow, rows(matrix));
        if (pieceSums.length < pieces) {
            pieceSums = new double[pieces];
        }
        double[] sums = pieceSums;
        pool.run(pieces, (piece, worker) -> {
            long first = (long) (piece % piecesPerRow) * PIECE;
            long address = row(matrix.address(), piece / piecesPerRow, matrix.stride()) + first * Float.BYTES;
            sums[piece] = squares(address, (int) Math.min(PIECE, length - first));
        });
        for (int step = 1; step < pieces; step *= 2) {
            for (int piece = 0; piece + step < pieces; piece += 2 * step) {
                sums[piece] += sums[piece + step];
            }
        }
        return pieces == 0 ? 0 : sums[0];
    }

    /** As {@link Kernels#adamW}. */
    void adamW(AdamWStep step, Matrix parameter, Matrix gradient, Matrix firstMoment, Matrix secondMoment) {
        Checks.float32("parameter", parameter);
        Checks.same("gradient", gradient, "parameter", parameter);
        Checks.same("firstMoment", firstMoment, "parameter", parameter);
        Checks.same("secondMoment", secondMoment, "parameter", parameter);
        boolean gaps = hasGaps(parameter) || hasGaps(gradient) || hasGaps(firstMoment) || hasGaps(secondMoment);
        long length = gaps ? parameter.columns() : parameter.size();
        int piecesPerRow = pieces(length);
        int rows = gaps ? parameter.rows() : 1;
        Rates rates = Rates.of(step);
        pool.run(Math.multiplyExact(piecesPerRow, rows), (piece, worker) -> {
            long first = (long) (piece % piecesPerRow) * PIECE * Float.BYTES;
            int r = piece / piecesPerRow;
            long p = row(parameter.address(), r, parameter.stride()) + first;
            long g = row(gradient.address(), r, gradient.stride()) + first;
            long m = row(firstMoment.address(), r, firstMoment.stride()) + first;
            long v = row(secondMoment.address(), r, secondMoment.stride()) + first;
            int count = (int) Math.min(PIECE, length - first / Float.BYTES);
            int whole = FLOATS.loopBound(count);
            update(rates, p, g, m, v, whole);
            for (long at = (long) whole * Float.BYTES; at < (long) count * Float.BYTES; at += Float.BYTES) {
                updateOne(rates, p + at, g + at, m + at, v + at);
            }
        });
    }

    /** Lane i of accumulator a sums the squares of elements that are a * lanes + i modulo 4 * lanes; the rest is added one by one. */
    private static double squares(long address, int count) {
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        DoubleVector sum2 = sum0;
        DoubleVector sum3 = sum0;
        int i = 0;
        for (; i <= count - 4 * DOUBLE_LANES; i += 4 * DOUBLE_LANES) {
            long at = address + (long) i * Float.BYTES;
            DoubleVector x0 = (DoubleVector) FloatVector.fromMemorySegment(HALF, MEMORY, at, ORDER)
                    .convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector x1 =
                    (DoubleVector) FloatVector.fromMemorySegment(HALF, MEMORY, at + DOUBLE_LANES * Float.BYTES, ORDER)
                            .convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector x2 = (DoubleVector)
                    FloatVector.fromMemorySegment(HALF, MEMORY, at + 2 * DOUBLE_LANES * Float.BYTES, ORDER)
                            .convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector x3 = (DoubleVector)
                    FloatVector.fromMemorySegment(HALF, MEMORY, at + 3 * DOUBLE_LANES * Float.BYTES, ORDER)
                            .convertShape(VectorOperators.F2D, DOUBLES, 0);
            sum0 = x0.fma(x0, sum0);
            sum1 = x1.fma(x1, sum1);
            sum2 = x2.fma(x2, sum2);
            sum3 = x3.fma(x3, sum3);
        }
        DoubleVector sums = sum0.add(sum2).add(sum1.add(sum3));
        double sum = 0;
        for (int lane = 0; lane < DOUBLE_LANES; lane++) {
            sum += sums.lane(lane);
        }
        for (; i < count; i++) {
            double x = MEMORY.get(Lanes.FLOAT, address + (long) i * Float.BYTES);
            sum += x * x;
        }
        return sum;
    }

    /** One AdamW update of {@code count} elements, whole vectors, in the order of operations that {@link AdamWStep} gives. */
    private static void update(Rates rates, long parameter, long gradient, long first, long second, int count) {
        for (int i = 0; i < count; i += COUNT) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(FLOATS, MEMORY, gradient + at, ORDER)
                    .mul(rates.gradientScale);
            FloatVector m0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, first + at, ORDER);
            FloatVector v0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, second + at, ORDER);
            FloatVector m = g.mul(rates.take1).add(m0.mul(rates.beta1));
            FloatVector v = g.mul(g).mul(rates.take2).add(v0.mul(rates.beta2));
            m.intoMemorySegment(MEMORY, first + at, ORDER);
            v.intoMemorySegment(MEMORY, second + at, ORDER);
            FloatVector denominator = v.sqrt().mul(rates.inverseRootCorrection2).add(rates.epsilon);
            FloatVector p = FloatVector.fromMemorySegment(FLOATS, MEMORY, parameter + at, ORDER);
            p.mul(rates.keep).sub(m.mul(rates.rate).div(denominator)).intoMemorySegment(MEMORY, parameter + at, ORDER);
        }
    }

    /** The same for one element. */
    private static void updateOne(Rates rates, long parameter, long gradient, long first, long second) {
        float g = MEMORY.get(Lanes.FLOAT, gradient) * rates.gradientScale;
        float m = g * rates.take1 + MEMORY.get(Lanes.FLOAT, first) * rates.beta1;
        float v = g * g * rates.take2 + MEMORY.get(Lanes.FLOAT, second) * rates.beta2;
        MEMORY.set(Lanes.FLOAT, first, m);
        MEMORY.set(Lanes.FLOAT, second, v);
        float denominator = (float) Math.sqrt(v) * rates.inverseRootCorrection2 + rates.epsilon;
        float p = MEMORY.get(Lanes.FLOAT, parameter);
        MEMORY.set(Lanes.FLOAT, parameter, p * rates.keep - m * rates.rate / denominator);
    }

    /** A step's numbers as floats, rounded once. */
    private record Rates(
            float gradientScale,
            float beta1,
            float take1,
            float beta2,
            float take2,
            float keep,
            float rate,
            float inverseRootCorrection2,
            float epsilon) {
        static Rates of(AdamWStep step) {
            return new Rates(
                    (float) step.gradientScale(),
                    (float) step.beta1(),
                    (float) (1 - step.beta1()),
                    (float) step.beta2(),
                    (float) (1 - step.beta2()),
                    (float) (1 - step.learningRate() * step.weightDecay()),
                    (float) (step.learningRate() / step.correction1()),
                    (float) (1 / Math.sqrt(step.correction2())),
                    (float) step.epsilon());
        }
    }

    private static boolean hasGaps(Matrix matrix) {
        return matrix.rows() > 1 && matrix.stride() != matrix.columns();
    }

    private static int rows(Matrix matrix) {
        return hasGaps(matrix) ? matrix.rows() : 1;
    }

    private static long rowLength(Matrix matrix) {
        return hasGaps(matrix) ? matrix.columns() : matrix.size();
    }

    private static int pieces(long length) {
        return Math.toIntExact((length + PIECE - 1) / PIECE);
    }
}
