package org.narrowbert.jmh;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.narrowbert.engine.backend.AdamWStep;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** One kernel on one backend, with operands of BERT-base's width that are the same numbers on every backend. */
final class RowKernelRun implements AutoCloseable {
    private static final int HIDDEN = 768;
    private static final int CHUNK = 2048;
    private static final int VOCABULARY = 2 * CHUNK;
    private static final float EPSILON = 1e-12f;
    private static final DropoutMask DROPOUT = new DropoutMask(0.1f, 0x5eed_5eed_5eed_5eedL, 0);
    private static final AdamWStep STEP = new AdamWStep(1e-4, 0.9, 0.999, 1e-8, 0.01, 0.1, 0.001, 1);

    private final RowKernel kernel;
    private final Backend backend;
    private final Buffer buffer;
    private final Rows rows;
    private final Rows masked;
    private final int[] ids;
    private final int[] types;
    private long used;

    // Row matrices: a and b are read, c and d written. Tables, far larger than the caches: AdamW's four arrays,
    // embeddings, decoders.
    private final Matrix a;
    private final Matrix b;
    private final Matrix c;
    private final Matrix d;
    private final Matrix narrow;
    private final Matrix narrowGradient;
    private final Matrix chunk;
    private final Matrix statistics;
    private final Matrix ofTwoInputs;
    private final Matrix losses;
    private final Matrix correct;
    private final Matrix logSumExp;
    private final Matrix weight;
    private final Matrix bias;
    private final Matrix weightGradient;
    private final Matrix biasGradient;
    private final Matrix decoderBias;
    private final Matrix decoderBiasGradient;
    private final Matrix small;
    private final Matrix parameter;
    private final Matrix gradient;
    private final Matrix firstMoment;
    private final Matrix secondMoment;
    private double sum;

    private RowKernelRun(RowKernel kernel, Backend backend, int rowCount) {
        this.kernel = kernel;
        this.backend = backend;
        int maskedCount = rowCount * 15 / 100;
        int table = Math.max(VOCABULARY, 16 * rowCount);
        buffer = backend.allocate(5L * rowCount * HIDDEN
                + (long) maskedCount * (2 * HIDDEN + CHUNK + 3)
                + 2L * rowCount
                + 7L * HIDDEN
                + 2L * VOCABULARY
                + 4L * table * HIDDEN
                + 1024);
        rows = Rows.of(1, new int[] {0, rowCount}, IntStream.range(0, rowCount).toArray());
        masked = Rows.of(
                1,
                new int[] {0, maskedCount},
                IntStream.range(0, maskedCount)
                        .map(row -> row * rowCount / maskedCount)
                        .toArray());
        SplittableRandom random = new SplittableRandom(3);
        ids = random.ints(rowCount, 0, VOCABULARY).toArray();
        types = new int[rowCount];
        a = matrix(rowCount, HIDDEN);
        b = matrix(rowCount, HIDDEN);
        c = matrix(rowCount, HIDDEN);
        d = matrix(rowCount, HIDDEN);
        narrow = matrix(maskedCount, HIDDEN);
        narrowGradient = matrix(maskedCount, HIDDEN);
        chunk = matrix(maskedCount, CHUNK);
        statistics = matrix(rowCount, 2);
        ofTwoInputs = matrix(HIDDEN, 2);
        losses = matrix(maskedCount, 1);
        correct = matrix(maskedCount, 1);
        logSumExp = matrix(maskedCount, 1);
        weight = matrix(1, HIDDEN);
        bias = matrix(1, HIDDEN);
        weightGradient = matrix(1, HIDDEN);
        biasGradient = matrix(1, HIDDEN);
        decoderBias = matrix(1, VOCABULARY);
        decoderBiasGradient = matrix(1, VOCABULARY);
        small = matrix(1, HIDDEN);
        parameter = matrix(table, HIDDEN);
        gradient = matrix(table, HIDDEN);
        firstMoment = matrix(table, HIDDEN);
        secondMoment = matrix(table, HIDDEN);
    }

    static RowKernelRun open(RowKernel kernel, String backend, int threads, int rows) {
        RowKernelRun run =
                new RowKernelRun(kernel, Backends.find().named(backend).open(new BackendOptions(threads)), rows);
        if (kernel == RowKernel.CROSS_ENTROPY_GRADIENT) {
            run.crossEntropy(run.backend.kernels());
        }
        return run;
    }

    private Matrix matrix(int rowCount, int columns) {
        Matrix matrix = Matrix.dense(buffer, used, rowCount, columns);
        SplittableRandom random = new SplittableRandom(used);
        used += (matrix.size() + 15) / 16 * 16;
        for (int row = 0; row < rowCount; row++) {
            for (int column = 0; column < columns; column++) {
                matrix.set(row, column, (float) random.nextDouble(0.1, 1));
            }
        }
        return matrix;
    }

    /** One call. */
    void run() {
        Kernels kernels = backend.kernels();
        switch (kernel) {
            case ADD_NORMALIZE -> addNormalize(kernels, DropoutMask.NONE);
            case ADD_NORMALIZE_DROPOUT -> addNormalize(kernels, DROPOUT);
            case ADD_NORMALIZE_GRADIENT -> addNormalizeGradient(kernels, DropoutMask.NONE);
            case ADD_NORMALIZE_GRADIENT_DROPOUT -> addNormalizeGradient(kernels, DROPOUT);
            case GELU -> kernels.linearActivation(ActivationFunction.GELU, statistics, ofTwoInputs, bias, c, d);
            case GELU_GRADIENT -> kernels.activationGradient(ActivationFunction.GELU, a, b, d);
            case EMBED -> kernels.embed(rows, ids, types, parameter, gradient, small, d);
            case EMBED_GRADIENT ->
                kernels.embedGradient(rows, ids, types, a, parameter, true, gradient, true, small, true);
            case GATHER -> kernels.gather(a, masked, narrow);
            case CROSS_ENTROPY -> crossEntropy(kernels);
            case CROSS_ENTROPY_GRADIENT ->
                kernels.crossEntropyGradient(
                        narrow,
                        decoder(parameter),
                        decoderBias,
                        ids,
                        chunk,
                        logSumExp,
                        losses,
                        narrowGradient,
                        false,
                        decoder(gradient),
                        false,
                        decoderBiasGradient,
                        false);
            case SUM_OF_SQUARES -> sum = kernels.sumOfSquares(parameter);
            case ADAMW -> kernels.adamW(STEP, parameter, gradient, firstMoment, secondMoment);
        }
    }

    private void addNormalize(Kernels kernels, DropoutMask dropout) {
        kernels.addNormalize(rows, a, b, dropout, weight, bias, EPSILON, c, statistics, d);
    }

    private void addNormalizeGradient(Kernels kernels, DropoutMask dropout) {
        kernels.addNormalizeGradient(
                rows, a, statistics, dropout, weight, b, c, d, false, weightGradient, false, biasGradient, false);
    }

    private void crossEntropy(Kernels kernels) {
        kernels.crossEntropy(narrow, decoder(parameter), decoderBias, ids, chunk, logSumExp, losses, correct);
    }

    private static Matrix decoder(Matrix table) {
        return table.rows(0, VOCABULARY);
    }

    /** Bytes that a call reads and writes in float32, every matrix once each way. */
    double bytes() {
        double rowMatrix = (double) Float.BYTES * a.size();
        double table = (double) Float.BYTES * parameter.size();
        return switch (kernel) {
            case ADD_NORMALIZE, ADD_NORMALIZE_DROPOUT, ADD_NORMALIZE_GRADIENT, ADD_NORMALIZE_GRADIENT_DROPOUT ->
                4 * rowMatrix;
            case GELU -> 2 * rowMatrix;
            case EMBED, GELU_GRADIENT -> 3 * rowMatrix;
            case EMBED_GRADIENT -> 5 * rowMatrix;
            case GATHER -> 2.0 * Float.BYTES * narrow.size();
            case CROSS_ENTROPY -> (double) Float.BYTES * VOCABULARY * HIDDEN;
            case CROSS_ENTROPY_GRADIENT -> 2.0 * Float.BYTES * VOCABULARY * HIDDEN;
            case SUM_OF_SQUARES -> table;
            case ADAMW -> 7 * table;
        };
    }

    /** Floating point operations of a call's matrix products. */
    double operations() {
        double product = 2.0 * narrow.size() * VOCABULARY;
        return switch (kernel) {
            case CROSS_ENTROPY -> product;
            case CROSS_ENTROPY_GRADIENT -> 3 * product;
            case ADD_NORMALIZE,
                    ADD_NORMALIZE_DROPOUT,
                    ADD_NORMALIZE_GRADIENT,
                    ADD_NORMALIZE_GRADIENT_DROPOUT,
                    GELU,
                    GELU_GRADIENT,
                    EMBED,
                    EMBED_GRADIENT,
                    GATHER,
                    SUM_OF_SQUARES,
                    ADAMW -> 0;
        };
    }

    /** What the last call computed, or the part of it that depends on all of the kernel's arithmetic. */
    float[] values() {
        return switch (kernel) {
            case ADD_NORMALIZE, ADD_NORMALIZE_DROPOUT, GELU, GELU_GRADIENT, EMBED -> d.toArray();
            case ADD_NORMALIZE_GRADIENT, ADD_NORMALIZE_GRADIENT_DROPOUT -> c.toArray();
            case EMBED_GRADIENT -> decoder(parameter).toArray();
            case GATHER -> narrow.toArray();
            case CROSS_ENTROPY -> losses.toArray();
            case CROSS_ENTROPY_GRADIENT -> decoder(gradient).toArray();
            case SUM_OF_SQUARES -> new float[] {(float) (sum / parameter.size())};
            case ADAMW -> parameter.toArray();
        };
    }

    @Override
    public void close() {
        buffer.close();
        backend.close();
    }
}
