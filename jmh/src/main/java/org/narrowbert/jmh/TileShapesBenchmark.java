package org.narrowbert.jmh;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.jmh.peers.Threads;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Which tiles the compiler keeps in registers: the same loop for tiles of several shapes, operands in the first- and second-level caches, one thread.
 * A tile needs rows * vectors sums, the vectors of one row of B and one broadcast of A.
 *
 * <p>Again: {@code java -jar jmh/target/benchmarks.jar TileShapesBenchmark}; docs/vector-api.md says what was learned.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3, // registers are allocated anew by each JVM
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class TileShapesBenchmark {
    private static final int DEPTH = 384;
    private static final int MOST_ROWS = 6;
    private static final int MOST_VECTORS = 4;

    /** Rows and vectors of a tile. */
    public enum Shape {
        /** 4 rows by 2 vectors: 11 registers. */
        ROWS_4_VECTORS_2(4, 2),
        /** 5 rows by 2 vectors: 13 registers. */
        ROWS_5_VECTORS_2(5, 2),
        /** The same, A read through five addresses. */
        ROWS_5_VECTORS_2_BY_ADDRESS(5, 2),
        /** The same, the distance of B's rows a constant. */
        ROWS_5_VECTORS_2_CONSTANT_STEP(5, 2),
        /** 6 rows by 2 vectors: 15 registers. */
        ROWS_6_VECTORS_2(6, 2),
        /** 3 rows by 3 vectors: 13 registers. */
        ROWS_3_VECTORS_3(3, 3),
        /** 4 rows by 3 vectors: 16 registers. */
        ROWS_4_VECTORS_3(4, 3),
        /** 3 rows by 4 vectors: 17 registers. */
        ROWS_3_VECTORS_4(3, 4),
        /** 6 rows by 4 vectors: 29 registers. */
        ROWS_6_VECTORS_4(6, 4);

        private final int rows;
        private final int vectors;

        Shape(int rows, int vectors) {
            this.rows = rows;
            this.vectors = vectors;
        }
    }

    /** The tile. */
    @Param
    public Shape shape = Shape.ROWS_5_VECTORS_2;

    private final float[] a = new float[MOST_ROWS * TileShapes.ROW];
    private Buffer buffer;
    private long b;
    private long tile;
    private long tileBytes;
    private double operations;
    private double peak;

    /** What was computed: JMH divides both by the time. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** 10^9 operations. */
        public double gigaflops;

        /** Seconds that the machine would need at its peak. */
        public double shareOfPeak;
    }

    /** Measures the peak, fills the operands with ones and compares a tile. */
    @Setup(Level.Trial)
    public void open() {
        System.out.println("# " + Threads.pin(1));
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(1))) {
            peak = backend.measurePeak().orElseThrow().fmaGflopsAllThreads();
        }
        int lanes = FloatVector.SPECIES_PREFERRED.length();
        int columns = MOST_VECTORS * lanes;
        tileBytes = MOST_ROWS * columns * (long) Float.BYTES;
        buffer = Buffer.open(ElementType.FLOAT32, (long) DEPTH * columns + MOST_ROWS * columns + a.length);
        for (long index = 0; index < buffer.elements(); index++) {
            buffer.segment().setAtIndex(ValueLayout.JAVA_FLOAT, index, 1);
        }
        Arrays.fill(a, 1);
        b = buffer.address();
        tile = b + (long) DEPTH * columns * Float.BYTES;
        operations = 2.0 * shape.rows * shape.vectors * lanes * DEPTH;
        run();
        for (long index = 0; index < (long) shape.rows * shape.vectors * lanes; index++) {
            float sum = buffer.segment().getAtIndex(ValueLayout.JAVA_FLOAT, (long) DEPTH * columns + index);
            if (sum != DEPTH) {
                throw new AssertionError(shape + " sums " + DEPTH + " ones to " + sum);
            }
        }
    }

    /** Gives the memory back. */
    @TearDown(Level.Trial)
    public void close() {
        buffer.close();
    }

    /** One tile. */
    @Benchmark
    public void multiply(Work work) {
        run();
        work.gigaflops += operations / 1e9;
        work.shareOfPeak += operations / 1e9 / peak;
    }

    private void run() {
        long bRow = (long) shape.vectors * FloatVector.SPECIES_PREFERRED.vectorByteSize();
        switch (shape) {
            case ROWS_4_VECTORS_2 -> TileShapes.tile4x2(a, b, bRow, DEPTH, tile);
            case ROWS_5_VECTORS_2 -> TileShapes.tile5x2(a, b, bRow, DEPTH, tile);
            case ROWS_5_VECTORS_2_BY_ADDRESS ->
                TileCodings.byAddress(tile + tileBytes, TileShapes.ROW * (long) Float.BYTES, b, bRow, DEPTH, tile);
            case ROWS_5_VECTORS_2_CONSTANT_STEP -> TileCodings.constantStep(a, b, DEPTH, tile);
            case ROWS_6_VECTORS_2 -> TileShapes.tile6x2(a, b, bRow, DEPTH, tile);
            case ROWS_3_VECTORS_3 -> TileShapes.tile3x3(a, b, bRow, DEPTH, tile);
            case ROWS_4_VECTORS_3 -> TileShapes.tile4x3(a, b, bRow, DEPTH, tile);
            case ROWS_3_VECTORS_4 -> TileShapes.tile3x4(a, b, bRow, DEPTH, tile);
            case ROWS_6_VECTORS_4 -> TileShapes.tile6x4(a, b, bRow, DEPTH, tile);
        }
    }
}
